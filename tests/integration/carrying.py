"""The cast of the carrying tests: logs that are written to, and processes that can be killed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import asyncpg
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from infra.eventstore import MemoryEventStore, Offer, PostgresEventStore
from infra.kernel import Act, Provenance, SystemClock, uuid7
from infra.kernel.line import Draft, draft
from infra.postgres import Pool, make_pool
from infra.runtime.ports import LOOPBACK, free_port
from infra.settings import Settings

SERVICE = ("infra.eventstore", "infra.messaging")
GATEWAY = ("infra.messaging", "gateway.journal")
INITIATIVES = [uuid7() for _ in range(20)]
BY = Act(
    Provenance(
        actor="person-1",
        role="data-provider",
        organisation=uuid7(),
        client="tests",
        authority="role",
    )
)


def some_draft(
    source: str,
    *,
    fact: str = "thing-happened",
    initiative: UUID | None = None,
    data: dict[str, Any] | None = None,
) -> Draft:
    initiative = initiative or INITIATIVES[os.urandom(1)[0] % len(INITIATIVES)]
    thing = uuid7()
    return draft(
        source=source,
        fact=fact,
        contract_version=1,
        subject=f"initiative/{initiative}/thing/{thing}",
        stream_id=thing,
        stream_version=1,
        initiative_id=initiative,
        data={"note": "x" * 200, **(data or {}), "provenance": BY.provenance.as_data()},
        by=BY,
        now=SystemClock().now(),
    )


async def some_lines(source: str, count: int, **options: Any) -> list[str]:
    """Lines as a service would write them, without a database."""
    store = MemoryEventStore(SystemClock())
    await store.append(Offer([some_draft(source, **options) for _ in range(count)]))
    return [recorded.line for recorded in await store.replay(limit=count)]


class Log:
    """A service's log in PostgreSQL."""

    def __init__(self, source: str, dsn: str, pool: Pool) -> None:
        self.source = source
        self.dsn = dsn
        self.pool = pool
        self.store = PostgresEventStore(pool, SystemClock())

    async def append(self, count: int, *, at_once: int = 100, **options: Any) -> int:
        for begin in range(0, count, at_once):
            size = min(at_once, count - begin)
            receipt = await self.store.append(
                Offer([some_draft(self.source, **options) for _ in range(size)])
            )
        return receipt.last_sequence

    async def lines(self) -> list[str]:
        async with self.pool.acquire() as db:
            rows = await db.fetch("SELECT line FROM events ORDER BY sequence")
        return [line for (line,) in rows]


@contextlib.asynccontextmanager
async def log_of(source: str, dsn: str) -> AsyncIterator[Log]:
    pool = make_pool(dsn, name=f"test {source}")
    async with pool:
        yield Log(source, dsn, pool)


def settings(*, dsn: str, kafka: str, partitions: int = 1, prefix: str, **urls: str) -> Settings:
    """Settings whose databases are all this one."""

    class Here(Settings):
        def database(self, name: str) -> str:
            return dsn

    plain = replace(
        Settings.from_environment(),
        kafka=kafka,
        kafka_partitions=partitions,
        kafka_prefix=prefix,
        clock="",
        timezone=ZoneInfo("Australia/Melbourne"),
        urls={
            name: urls.get(name, "http://127.0.0.1:9")
            for name in ("agenda", "measurement", "activities")
        },
    )
    return Here(**{name: getattr(plain, name) for name in plain.__dataclass_fields__})


class Carrier:
    """A carrying process of its own, to be killed at any moment."""

    def __init__(self, what: str, **options: Any) -> None:
        self._arguments = [
            sys.executable,
            "-m",
            "tests.integration.carrier",
            what,
            json.dumps(options),
        ]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Carrier:
        self._process = subprocess.Popen(self._arguments, stdin=subprocess.PIPE)
        return self

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=30)
            assert self._process.stdin is not None
            self._process.stdin.close()

    def __enter__(self) -> Carrier:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()


@contextlib.asynccontextmanager
async def running(
    carry: Callable[[asyncio.Event, asyncio.Event], Awaitable[None]],
) -> AsyncIterator[asyncio.Event]:
    """A carrying child's work inside this process; gives the hint that wakes it."""
    hint, stop = asyncio.Event(), asyncio.Event()
    work = asyncio.ensure_future(carry(hint, stop))
    try:
        yield hint
    finally:
        stop.set()
        await work


async def until(
    true: Callable[[], Awaitable[object]], *, seconds: float = 30.0, every: float = 0.05
) -> float:
    """Wait until it is so; how long that took."""
    began = time.monotonic()
    while not await true():
        assert time.monotonic() - began < seconds, "it did not come to that in time"
        await asyncio.sleep(every)
    return time.monotonic() - began


async def rows(dsn: str, statement: str, *arguments: object) -> Sequence[asyncpg.Record]:
    db = await asyncpg.connect(dsn, timeout=10)
    try:
        found: Sequence[asyncpg.Record] = await db.fetch(statement, *arguments)
        return found
    finally:
        await db.close()


async def journal_of(dsn: str, source: str) -> list[str]:
    found = await rows(dsn, "SELECT line FROM journal WHERE source = $1 ORDER BY sequence", source)
    return [line for (line,) in found]


async def same_as_logs(gateway: str, *logs: Log) -> bool:
    """Whether the journal is exactly these logs, as they are now."""
    for log in logs:
        if await journal_of(gateway, log.source) != await log.lines():
            return False
    return True


async def watermark(dsn: str, reader: str, source: str) -> int:
    found = await rows(
        dsn, "SELECT sequence FROM watermarks WHERE reader = $1 AND source = $2", reader, source
    )
    return int(found[0][0]) if found else 0


@contextlib.asynccontextmanager
async def owner(log: Log, *, damage: Callable[[int, str], str] | None = None) -> AsyncIterator[str]:
    """A service that answers with its lines; `damage` makes them others, by sequence."""

    async def events(request: Request) -> Response:
        assert request.headers["authorization"] == "Bearer a-token"
        after, limit = (int(request.query_params[name]) for name in ("after", "limit"))
        page = await log.store.replay(after=after, limit=limit)
        lines = [damage(one.sequence, one.line) if damage else one.line for one in page]
        return Response("".join(f"{line}\n" for line in lines), media_type="application/jsonl")

    port = free_port()
    app = Starlette(routes=[Route("/events", events)])
    server = uvicorn.Server(
        uvicorn.Config(app, host=LOOPBACK, port=port, log_config=None, lifespan="off")
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        await serving


def a_token() -> str:
    return "a-token"


def instants(lines: Sequence[str]) -> Iterator[datetime]:
    for line in lines:
        yield datetime.fromisoformat(json.loads(line)["recordedtime"])
