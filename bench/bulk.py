"""100,000 lines by the bulk append, beside a bare COPY of the same rows into the same table."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime

import asyncpg

from bench import house
from bench.ours import BY, a_draft
from bench.paired import Figure, Slice, compare
from infra.eventstore import PostgresEventStore
from infra.eventstore.bulk import COLUMNS, copy_rows
from infra.eventstore.store import BULK_LINES
from infra.kernel import SystemClock, uuid7
from infra.kernel.line import Pen
from infra.postgres import make_pool

LINES = 100_000
CHUNKS = LINES // BULK_LINES
TWIN = """
CREATE TABLE peer_copy (LIKE events INCLUDING ALL);
ALTER TABLE peer_copy SET (toast_tuple_target = 8160);
"""


async def main() -> list[Figure]:
    async with house.postgres() as server, house.database(server, "commonweal_bulk") as dsn:
        peer = await asyncpg.connect(f"{server}/commonweal_bulk", timeout=10)
        await peer.execute(TWIN)
        async with make_pool(dsn, name="bench") as pool:
            store = PostgresEventStore(pool, SystemClock())

            async def ours(_: float) -> Slice:
                """Facts of new streams are encoded while they are copied, as in an import."""
                chunks = [[uuid7() for _ in range(BULK_LINES)] for _ in range(CHUNKS)]
                since = time.perf_counter()
                pen = Pen(BY, datetime.now(UTC))
                for streams in chunks:
                    await store.append_bulk(a_draft(stream, pen=pen) for stream in streams)
                return Slice(LINES / (time.perf_counter() - since))

            async def copy(_: float) -> Slice:
                """The bytes lie ready: nothing but PostgreSQL's own work is measured."""
                base = await peer.fetchval("SELECT coalesce(max(sequence), 0) FROM peer_copy")
                chunks = []
                for number in range(CHUNKS):
                    drafts = [a_draft(uuid7()) for _ in range(BULK_LINES)]
                    after = base + number * BULK_LINES
                    chunks.append([*copy_rows(drafts, after=after, recordedtime=datetime.now(UTC))])
                since = time.perf_counter()
                for chunk in chunks:
                    await peer.copy_to_table(
                        "peer_copy", source=_given(chunk), columns=COLUMNS, format="binary"
                    )
                return Slice(LINES / (time.perf_counter() - since))

            figures = await compare("bulk.copy", ours, copy, goal=0.6, unit="lines/s")
        await peer.close()
    return figures


async def _given(chunk: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in chunk:
        yield piece
