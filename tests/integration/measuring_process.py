"""The measurement service as a process that may be killed: PORT, DSN and keys are its arguments."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
import uvloop
from fastapi import FastAPI

from infra.eventstore import PostgresEventStore, PostgresGuards
from infra.kernel import SystemClock
from infra.postgres import make_pool
from infra.web import Parts, Verifier
from infra.web.shell import Shell
from services.measurement.app import create_app
from tests.callers import ISSUER
from tests.component.measuring import references


def parts(dsn: str, verifier: Verifier) -> tuple[Parts, PostgresEventStore]:
    """Parts on a real database, and a lifespan that opens and closes it."""
    pool = make_pool(dsn, name="test")
    store = PostgresEventStore(pool, SystemClock())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield
            await store.close()

    made = Parts(
        store,
        SystemClock(),
        verifier,
        references(),
        guards=PostgresGuards(pool),
        lifespan=lifespan,
    )
    return made, store


async def serve(port: int, dsn: str, keys: str) -> None:
    made, _ = parts(dsn, Verifier.from_file(keys, ISSUER))
    app = Shell(create_app(made))
    config = uvicorn.Config(app, port=port, http="httptools", log_level="warning")
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
