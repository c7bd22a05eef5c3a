"""The journal and its read models take 2,000 lines a second, while the gateway answers."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import random
import time
from collections.abc import Iterator, Sequence
from itertools import islice

import asyncpg

from bench import cpu, house, sizes
from bench.asked import View, views
from bench.gateway import DATABASE
from bench.history import Told, fill
from bench.lean import Client
from bench.paired import Figure, at_least, at_most, keep, percentile, say
from bench.replay import gateway
from gateway.cli.composition import GATEWAY, MIGRATIONS
from gateway.journal import JournalSink
from gateway.readmodels import MODELS, Projector
from gateway.readmodels.rebuilding import rebuild
from infra.messaging.carried import Carried
from infra.postgres import Pool, make_pool
from infra.runtime.ports import LOOPBACK

PER_SECOND, SECONDS, BATCHES = 2_000, 20, 10
"""Lines a second, for so long, in so many batches a second, as they come from the topics."""
ASKED_PER_SECOND = 20
LEAST_RATE, LAG_MS = 0.95 * PER_SECOND, 1_000
MOVE = "UPDATE watermarks SET sequence = $2 WHERE reader = 'journal' AND source = $1"


async def main() -> list[Figure]:
    async with (
        house.postgres() as server,
        house.database(server, DATABASE, MIGRATIONS[GATEWAY]) as dsn,
        make_pool(dsn, name="bench") as pool,
    ):
        database = await asyncpg.connect(f"{server}/{DATABASE}", timeout=10, command_timeout=600)
        later = PER_SECOND * SECONDS
        told = Told(max(sizes.events(), 4 * later))
        await fill(database, told, later=later)
        await rebuild(f"{server}/{DATABASE}", MODELS, switch=True)
        found = await views(database)
        async with gateway(dsn.rpartition("/")[0]) as ours:
            headers = {"Authorization": f"Bearer {ours.token}"}
            async with Client(f"http://{LOOPBACK}:{ours.port}", headers) as client:
                done = asyncio.Event()
                asking = asyncio.create_task(ask(client, found, done))
                rate, lags = await fed(pool, told, later)
                done.set()
                spans = await asking
        await database.close()
    say(f"  {rate:,.0f} lines/s, in the read models {1000 * max(lags):.0f} ms late at most")
    median, p99 = (1000 * percentile(spans, part) for part in (0.5, 0.99))
    say(f"  {len(spans)} answers meanwhile: median {median:.0f} ms, p99 {p99:.0f} ms")
    figures = [
        at_least("projector.rate", rate, LEAST_RATE, "lines/s"),
        at_most("projector.p99", 1000 * percentile(lags, 0.99), LAG_MS, "ms"),
    ]
    keep("projector", figures)
    return figures


def batches(told: Told, later: int) -> Iterator[dict[str, list[Carried]]]:
    """What comes later, a tenth of a second each, of each source its part."""
    whole = sum(told.heads.values())
    parts = {source: later * end // whole for source, end in told.heads.items()}
    rest = {s: islice(told.records(s), told.heads[s] - n, None) for s, n in parts.items()}
    count = SECONDS * BATCHES
    for _ in range(count):
        yield {
            source: [
                Carried.read(record[-1]) for record in islice(rest[source], parts[source] // count)
            ]
            for source in rest
        }


async def fed(pool: Pool, told: Told, later: int) -> tuple[float, list[float]]:
    """The rate at which lines were taken, and by how much each batch was late."""
    sink, prepared = JournalSink(Projector(MODELS).project), list(batches(told, later))
    gc.collect()
    gc.freeze()  # a projector that reads from topics does not have what is to come in its memory
    before = cpu.spent()
    lags, lines, since = [], 0, time.perf_counter()
    for number, batch in enumerate(prepared):
        due = since + number / BATCHES
        await asyncio.sleep(max(0, due - time.perf_counter()))
        for source, carried in batch.items():
            if carried:
                async with pool.acquire() as db, db.transaction():
                    await sink.take(db, source, carried)
                    await db.execute(MOVE, source, carried[-1].sequence)
                    await sink.moved(db)
                lines += len(carried)
        lags.append(time.perf_counter() - due)
    say(f"  a thousand lines: {cpu.report(before, cpu.spent(), lines // 1000)}")
    return lines / (time.perf_counter() - since), lags


async def ask(
    client: Client, found: Sequence[Sequence[View]], done: asyncio.Event
) -> Sequence[float]:
    """Somebody reads meanwhile; says how long each answer took, in seconds."""
    lot, spans = random.Random(1), list[float]()
    while not done.is_set():
        began = time.perf_counter()
        (await client.get(lot.choice(lot.choice(found)).path)).expect(200)
        spans.append(time.perf_counter() - began)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), 1 / ASKED_PER_SECOND)
    return spans
