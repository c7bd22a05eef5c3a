"""What the gateway's child process does: it reads every service's topic into the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from gateway.journal.sink import JournalSink, Project
from gateway.journal.vector import SOURCES
from infra.messaging.carry import Part, carry, reading
from infra.settings import Settings


async def carry_gateway(
    settings: Settings,
    hint: asyncio.Event,
    stop: asyncio.Event,
    *,
    project: tuple[Project, ...] = (),
    token: Callable[[], str],
    beside: Sequence[Part] = (),
) -> None:
    """Keep the journal and the read models up to date until `stop`.

    `token` makes the bearer token with which a gap's lines are fetched from the owning service;
    `beside` runs along.
    """
    sink = JournalSink(*project)
    dsn = settings.database("gateway")
    reader = reading(settings, dsn=dsn, sources=SOURCES, sink=sink, token=token)
    await carry(stop, reader, *beside)
