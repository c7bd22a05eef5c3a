"""The relay, complete: read from PostgreSQL, produce, wait for the broker, move the cursor.

The peer is kafka-python alone, tuned as the relay tunes it, which sends the same lines out of
memory to the same partitions.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence

import asyncpg
from kafka import KafkaProducer

from bench import house
from bench.ours import a_draft
from bench.paired import Figure, Slice, compare, say
from infra.eventstore import PostgresEventStore
from infra.kernel import SystemClock, uuid7
from infra.messaging.broker import BATCH_BYTES, LINGER_MS, Broker
from infra.messaging.leader import leading
from infra.messaging.relay import Shift
from infra.postgres import make_pool
from infra.runtime import EmbeddedKafka
from infra.runtime.ports import free_port

LINES = 150_000
CHUNK = 5_000
SERVICE = ("infra.eventstore", "infra.messaging")


class OurRelay:
    """Carries the log from its first line on, again in each slice."""

    def __init__(self, dsn: str, bootstrap: str) -> None:
        self._dsn = dsn
        self._broker = Broker(bootstrap, prefix="ours.")

    async def run(self, seconds: float) -> Slice:
        async with leading(self._dsn, "bench") as db:
            await db.execute("UPDATE relay_cursor SET sequence = 0")
            producing = await self._broker.producing("agenda")
            shift = Shift("agenda", db, producing, SystemClock(), asyncio.Event())
            await shift.begin()
            began = asyncio.get_running_loop().time()
            carried = await shift.carry(until=began + seconds)
            rate = carried / (asyncio.get_running_loop().time() - began)
            await producing.close()
        return Slice(rate)


class BareProducer:
    """kafka-python and nothing else."""

    def __init__(self, bootstrap: str, lines: Sequence[tuple[bytes, bytes]]) -> None:
        self._bootstrap = bootstrap
        self._lines = lines

    async def run(self, seconds: float) -> Slice:
        await (await Broker(self._bootstrap, prefix="bare.").producing("agenda")).close()
        return await asyncio.to_thread(self._run, seconds)

    def _run(self, seconds: float) -> Slice:
        producer = KafkaProducer(
            bootstrap_servers=self._bootstrap,
            acks="all",
            enable_idempotence=True,
            linger_ms=LINGER_MS,
            batch_size=BATCH_BYTES,
            metrics_enabled=False,
        )
        sent, began = 0, time.perf_counter()
        for sent, (key, line) in enumerate(self._lines, start=1):
            producer.send("bare.agenda", line, key, partition=0)
            if not sent % 500 and time.perf_counter() - began > seconds:
                break
        producer.flush()
        rate = sent / (time.perf_counter() - began)
        producer.close()
        return Slice(rate)


async def main() -> list[Figure]:
    async with (
        house.postgres() as server,
        house.database(server, "commonweal_relay", SERVICE) as dsn,
        broker() as bootstrap,
    ):
        lines = await written(dsn)
        say(f"relay: {len(lines)} lines of {len(lines[0][1])} bytes")
        ours, peer = OurRelay(dsn, bootstrap), BareProducer(bootstrap, lines)
        return await compare("relay", ours.run, peer.run, goal=0.8, unit="lines/s")


async def written(dsn: str) -> list[tuple[bytes, bytes]]:
    """A log, and the same as (key, line)."""
    async with make_pool(dsn, name="bench") as pool:
        store = PostgresEventStore(pool, SystemClock())
        for _ in range(LINES // CHUNK):
            await store.append_bulk([a_draft(uuid7()) for _ in range(CHUNK)])
        await store.close()
    db = await asyncpg.connect(dsn, timeout=10)
    rows = await db.fetch("SELECT initiative_id, line FROM events ORDER BY sequence")
    await db.close()
    return [(str(initiative).encode(), line.encode()) for initiative, line in rows]


@contextlib.asynccontextmanager
async def broker() -> AsyncIterator[str]:
    """A broker of the benchmark's own, in memory."""
    part = EmbeddedKafka(port=free_port())
    program = part.program()
    process = await asyncio.create_subprocess_exec(
        *program.command(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        while not await part.answers():  # noqa: ASYNC110 (another process)
            await asyncio.sleep(0.05)
        yield part.address
    finally:
        process.send_signal(program.end)
        await process.wait()
