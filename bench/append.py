"""The append, complete: line with sequence and time, claims, idempotency record; durable."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import orjson

from bench import house
from bench.library import Library
from bench.messagedb import MessageDb
from bench.ours import ANSWER, PAYLOAD, Ours, a_draft
from bench.paired import Figure, compare, say
from bench.pgbench import PgBench
from infra.eventstore import PostgresEventStore
from infra.kernel import SystemClock, uuid7
from infra.postgres import make_pool

WRITERS = 32
MESSAGE_DB = "COMMONWEAL_BENCH_MESSAGE_DB"
"""The folder of message-db's published SQL: its `database` directory, fetched by hand."""


async def main() -> list[Figure]:
    payload = orjson.dumps(PAYLOAD)
    line = a_draft(uuid7()).line(recordedtime=datetime.now(UTC), sequence=1)
    async with house.postgres() as server, house.database(server, "commonweal_append") as dsn:
        owner = f"{server}/commonweal_append"
        pool = await make_pool(dsn, name="bench")
        store = PostgresEventStore(pool, SystemClock())
        many, one = Ours(store, writers=WRITERS), Ours(store, writers=1)
        figures = []
        for name, ours, writers, goal in (("library", many, WRITERS, 15.0), ("one", one, 1, 2.0)):
            peer = Library(owner, writers=writers, payload=payload)
            figures += await compare(
                f"append.{name}", ours.run, peer.run, goal=goal, unit="appends/s"
            )
            peer.close()
        with tempfile.TemporaryDirectory() as folder:
            await PgBench.prepare(owner)
            limit = PgBench(owner, writers=WRITERS, line=line, answer=ANSWER.body, folder=folder)
            figures += await compare(
                "append.pgbench",
                many.run,
                limit.run,
                goal=1.3,
                unit="appends/s",
                seconds=2.0,
                tail=True,
            )
        if os.environ.get(MESSAGE_DB):
            figures += await MessageDb.compared(owner, Path(os.environ[MESSAGE_DB]), many)
        else:
            say(f"append.messagedb: not run, {MESSAGE_DB} does not name message-db's SQL")
        await pool.close()
    return figures
