"""The gateway's child process: what it carries, and what it has in common with its face.

It knows nothing of pages, and so it starts in half of their time.
"""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from gateway.audit import Logs, Witness, watching
from gateway.audit.others import of_file
from gateway.clients import Services
from gateway.journal import SOURCES, carry_gateway
from gateway.readmodels import MODELS, Projector
from infra.audit.keys import KeyFolder
from infra.audit.note import Kind
from infra.messaging.carry import Part
from infra.observability import log_as
from infra.postgres import Pool, make_pool
from infra.settings import Settings
from infra.web.tokens import ServiceToken


def services_of(settings: Settings) -> Services:
    return Services.at({name: settings.urls[name] for name in SOURCES})


def token_of(settings: Settings) -> ServiceToken:
    return ServiceToken(Path(settings.service_keys), issuer=settings.token_issuer, name="gateway")


def witness_of(settings: Settings, pool: Pool, services: Services) -> Witness:
    folder = Path(settings.log_keys)
    name = settings.origin("witness")
    return Witness(
        pool,
        Logs(services),
        keys=KeyFolder(folder, "witness", name, Kind.COSIGNATURE, settings.log_key),
        services=[KeyFolder(folder, source, settings.origin(source)) for source in SOURCES],
        others=of_file(settings.log_policy),
    )


async def carry(settings: Settings, hint: asyncio.Event, stop: asyncio.Event) -> None:
    """The child process: the journal of all services' lines, the read models folded from it, and
    a watch over the services' signed logs."""
    log_as("gateway carry")
    projector = Projector(MODELS)
    async with (
        make_pool(settings.database("gateway"), name="gateway carry", size=2) as pool,
        services_of(settings) as services,
    ):
        watch = partial(watching, witness_of(settings, pool, services), SOURCES)
        await projector.catch_up(pool)
        await carry_gateway(
            settings,
            hint,
            stop,
            project=(projector.project,),
            token=token_of(settings),
            beside=(Part("witness", watch),),
        )
