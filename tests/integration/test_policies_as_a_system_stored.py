"""The same as tests/component/test_policies_as_a_system.py on PostgreSQL: inboxes, references and
runners of policies are the real ones, so that what a database keeps is what guards. The stories
are those in which every policy acts; in memory many more are told, which chance makes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from infra.eventstore import PostgresEventStore
from infra.kernel.clock import ManualClock
from infra.messaging import Carried, InboxSink, Policing, PostgresReferences
from infra.postgres import Pool, make_pool
from tests.component.test_policies_as_a_system import (
    EVERYTHING,
    RUN_OUT,
    Segments,
    disorderly,
    does_the_same,
    orderly,
)
from tests.component.three_services import THREE, Make, Service, Side
from tests.conftest import Databases, PostgresServer

PACKAGES = ("infra.eventstore", "infra.messaging")
FORGET = """
UPDATE policy_effects SET state = 'waiting', settled_at = NULL, not_before = clock_timestamp()
WHERE (policy, cause, target) IN (
    SELECT policy, cause, target FROM policy_effects
    WHERE state = 'done' ORDER BY queued DESC LIMIT $1)
RETURNING policy, cause, target
"""


class StoredSide(Side):
    """One service, as it runs on a database of its own."""

    def __init__(self, name: str, of: Service, clock: ManualClock, pool: Pool) -> None:
        super().__init__(name, of, clock, PostgresEventStore(pool, clock), PostgresReferences(pool))
        self.pool = pool
        self._sink = InboxSink(self.reads, of.policies.handles(name))
        self._runner = Policing(
            name,
            pool=pool,
            clock=clock,
            policies=of.policies,
            repository=self.repository,
            references=self.known,
        )
        self._installed = False

    async def take(self, carried: Carried) -> None:
        await self._takes(carried.source, [carried])
        self.taken[carried.source] = max(self.taken[carried.source], carried.sequence)

    async def forgets(self, count: int) -> None:
        async with self.pool.acquire() as db:
            rows = await db.fetch(FORGET, count)
            await self._runner.catch_up()
            for row in rows:
                settled = await db.fetchval(
                    "SELECT state FROM policy_effects"
                    " WHERE policy = $1 AND cause = $2 AND target = $3",
                    *row,
                )
                assert settled == "done", "it was done already"

    async def rereads(self, lines: Sequence[Carried]) -> None:
        await self._runner.install()
        before = await self._count()
        async with self.pool.acquire() as db:
            await db.execute("UPDATE policies_read SET sequence = 0")
        for source in THREE:
            await self._takes(source, [each for each in lines if each.source == source])
        assert await self._count() == before

    async def _takes(self, source: str, lines: Sequence[Carried]) -> None:
        if not self._installed:
            await self._runner.install()
            self._installed = True
        if source != self.name:
            async with self.pool.acquire() as db, db.transaction():
                await self._sink.take(db, source, lines)
        await self._runner.catch_up()

    async def _count(self) -> int:
        async with self.pool.acquire() as db:
            count: int = await db.fetchval("SELECT count(*) FROM policy_effects")
        return count


@asynccontextmanager
async def stored(databases: Databases, server: PostgresServer) -> AsyncIterator[Make]:
    """Makes sides, each on a new database; all are gone afterwards."""
    async with AsyncExitStack() as held:
        pools: dict[str, Pool] = {}
        for name in THREE:
            database = await databases.make(name, PACKAGES)
            held.push_async_callback(databases.drop, database)
            dsn = f"{server.app_dsn}/{database}"
            pools[name] = await held.enter_async_context(make_pool(dsn, name="system", size=8))

        def make(name: str, of: Service, clock: ManualClock) -> Side:
            side = StoredSide(name, of, clock, pools[name])
            assert isinstance(side.store, PostgresEventStore)
            held.push_async_callback(side.store.close)
            return side

        yield make


@pytest.mark.parametrize(
    ("segments", "seed"), [(EVERYTHING, 7), (RUN_OUT, 8)], ids=["everything", "run out"]
)
async def test_on_postgres_too_disorderly_deliveries_do_what_orderly_ones_do(
    databases: Databases, postgres_server: PostgresServer, segments: Segments, seed: int
) -> None:
    async with (
        stored(databases, postgres_server) as make,
        stored(databases, postgres_server) as another,
    ):
        expected = await orderly(segments, make)
        await does_the_same(expected, await disorderly(segments, seed, another))
