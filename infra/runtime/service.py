"""A service as a process: its parts made from the settings, its face served, its log carried."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from infra.audit.kept import KeptLog
from infra.audit.keys import KeyFolder
from infra.audit.log import Keeper
from infra.eventstore import PostgresEventStore, PostgresGuards
from infra.eventstore.safety import refuse_unsafe, safe_to_start
from infra.kernel.clock import clock_at
from infra.messaging import (
    Policies,
    PostgresReferences,
    ReadReferences,
    TimerPolicy,
    carry_service,
)
from infra.messaging.carry import Part
from infra.messaging.leader import leading
from infra.observability import log_as
from infra.postgres import Unavailable, make_pool
from infra.runtime.main import run
from infra.settings import Settings
from infra.web import Parts, Verifier
from infra.web.shell import Shell
from infra.web.tokens import ServiceToken

log = logging.getLogger(__name__)

FORGETTING_SECONDS = 3_600
CreateApp = Callable[[Parts], FastAPI]


def run_service(
    name: str,
    *,
    hears: Mapping[str, ReadReferences],
    timers: TimerPolicy | None = None,
    policies: Policies[Any] | None = None,
) -> None:
    """What `__main__` of a service calls. Its face is `create_app` in its module `app`, which is
    loaded by those who serve: the child that carries has no use for it.

    `hears`: which foreign facts make what known here. `timers`: what its own facts promise for a
    later day, and what is asked then. `policies`: what it does because something happened.
    """
    carry = partial(_carry, name, hears, timers, policies)
    run(f"services.{name}", partial(_face, name), carry)


def _face(name: str, settings: Settings, poke: Callable[[], None]) -> ASGIApp:
    log_as(name)
    create_app: CreateApp = import_module(f"services.{name}.app").create_app
    pool = make_pool(settings.database(name), name=name, check=refuse_unsafe)
    clock = clock_at(settings.clock)
    store = PostgresEventStore(pool, clock)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            await safe_to_start(pool)
            forgetting = asyncio.create_task(_forget_old_keys(store))
            yield
            forgetting.cancel()
            await store.close()

    parts = Parts(
        store=store,
        clock=clock,
        verifier=Verifier.from_file(settings.token_keys, settings.token_issuer),
        references=PostgresReferences(pool),
        guards=PostgresGuards(pool),
        appended=poke,
        timezone=settings.timezone,
        pool=pool,
        log=KeptLog(pool, _log_keys(name, settings)),
        secrets=Path(settings.log_keys),
        lifespan=lifespan,
    )
    return Shell(create_app(parts))


async def _forget_old_keys(store: PostgresEventStore) -> None:
    """Every hour; several processes may, and one that cannot reach the database tries again."""
    while True:
        try:
            await store.forget_old_keys()
        except Unavailable as error:
            log.warning("idempotency keys are not forgotten now: %s", error)
        await asyncio.sleep(FORGETTING_SECONDS)


async def _carry(
    name: str,
    hears: Mapping[str, ReadReferences],
    timers: TimerPolicy | None,
    policies: Policies[Any] | None,
    settings: Settings,
    hint: asyncio.Event,
    stop: asyncio.Event,
) -> None:
    log_as(f"{name} carry")
    token = ServiceToken(Path(settings.service_keys), issuer=settings.token_issuer, name=name)
    await carry_service(
        name,
        settings,
        hint,
        stop,
        reads=hears,
        token=token,
        timers=timers,
        policies=policies,
        beside=(_log_keeping(name, settings),),
    )


def _log_keeping(name: str, settings: Settings) -> Part:
    """What signs the service's log, behind the append."""
    leads = partial(leading, settings.database(name), f"log of {name}")
    keeper = Keeper(_log_keys(name, settings), leads)
    return Part(f"log of {name}", keeper.run)


def _log_keys(name: str, settings: Settings) -> KeyFolder:
    return KeyFolder(Path(settings.log_keys), name, settings.origin(name), given=settings.log_key)
