"""A gateway before a measurement service whose signed log is in memory, with a feed in it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx

from gateway.app import Parts, create_app
from gateway.audit import Logs, Witness
from gateway.clients import Services
from gateway.journal import SOURCES, Journal, JournalSink, Vector
from gateway.readmodels import MODELS, Projector, ReadModels
from infra.audit.keys import KeyFolder
from infra.audit.merkle import HASH_BYTES
from infra.audit.note import Kind
from infra.audit.tiles import Growth, Tile, asked
from infra.kernel.clock import ManualClock
from infra.postgres import Pool, make_pool
from tests.bundles import NOW, SIGNER, checkpoint_note, seal_of
from tests.callers import Caller, verifier
from tests.feeding import ORIGIN, Log
from tests.integration.gateway_house import MELBOURNE
from tests.lines import take

PACKAGES = (
    *("infra.messaging", "gateway.journal", "gateway.audit", "gateway.readmodels"),
    "gateway.feeds",
)


class Measurement:
    """The service as the gateway asks it: checkpoint, tiles, and seals for the gateway."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.signed = len(log.lines)
        """How many lines a checkpoint holds."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path.removeprefix("/log/")
        shown = Log()
        shown.lines = self.log.lines[: self.signed]
        if path == "checkpoint":
            return httpx.Response(200, text=checkpoint_note(shown, SIGNER))
        if found := re.fullmatch(r"seals/([0-9a-f]{64})", path):
            assert request.headers["authorization"] == "Bearer gateway's own"
            return httpx.Response(200, text=seal_of(SIGNER, found[1]))
        wanted = asked(path.removeprefix("tile/"))
        assert wanted is not None
        return httpx.Response(200, content=tiles(shown)[wanted.tile])


def tiles(log: Log) -> dict[Tile, bytes]:
    found: dict[Tile, bytes] = {}
    tree, leaves = Growth(), log.leaves
    for at in range(0, len(leaves), HASH_BYTES):
        found |= tree.add(leaves[at : at + HASH_BYTES])
    return found


class FeedHouse:
    def __init__(self, pool: Pool, measurement: Measurement, sink: JournalSink) -> None:
        self.pool, self.measurement, self.sink = pool, measurement, sink
        self.journal: Journal
        self.caller: Caller
        self.taken = 0

    async def take(self, log: Log) -> None:
        """What the log came to hold since it was taken last."""
        self.measurement.log = log
        self.measurement.signed = len(log.lines)
        known = log.now + timedelta(minutes=1)
        for source in SOURCES:
            lines = log.carried[self.taken :] if source == log.source else []
            await take(self.pool, self.sink, source, lines, known_through=known)
        self.taken = len(log.lines)
        assert await self.journal.wait_for(Vector({log.source: self.taken}))


@asynccontextmanager
async def feed_house(dsn: str, folder: Path, log: Log) -> AsyncIterator[FeedHouse]:
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(make_pool(dsn, name="tests"))
        journal = await stack.enter_async_context(Journal(pool, dsn))
        projector, measurement = Projector(MODELS), Measurement(log)
        transport = httpx.MockTransport(measurement)
        client = httpx.AsyncClient(transport=transport, base_url="http://measurement")
        services = await stack.enter_async_context(Services({"measurement": client}))
        keys = KeyFolder(folder, "measurement", ORIGIN)
        keys.publish([SIGNER])
        witness = Witness(
            pool,
            Logs(services),
            keys=KeyFolder(folder, "witness", "tests.example/log/witness", Kind.COSIGNATURE),
            services=[keys],
            clock=lambda: NOW,
        )
        house = FeedHouse(pool, measurement, JournalSink(projector.project))
        house.journal = journal
        app = create_app(
            Parts(
                clock=ManualClock(log.now + timedelta(days=30)),
                verifier=verifier(),
                timezone=MELBOURNE,
                services=services,
                documents={},
                journal=journal,
                models=ReadModels(pool, projector),
                witness=witness,
                token=lambda: "gateway's own",
            )
        )
        house.caller = await stack.enter_async_context(Caller(app))
        await house.take(log)
        yield house
