"""The measurement service on a real database, as a process that a test may kill."""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import orjson

from infra.eventstore import PostgresEventStore
from infra.kernel import SystemClock
from infra.postgres import make_pool
from infra.runtime.ports import free_port
from tests.callers import Caller, keys
from tests.component.measuring import table
from tests.terms import given_terms


async def given_in(dsn: str) -> str:
    """The same database, with an agreement in force and an open round in it."""
    async with make_pool(dsn, name="given") as pool:
        store = PostgresEventStore(pool, SystemClock())
        await given_terms(store)
        await store.close()
    return dsn


async def asked(dsn: str, statement: str, *arguments: object) -> list[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        return [row[0] for row in await connection.fetch(statement, *arguments)]
    finally:
        await connection.close()


async def lines(dsn: str) -> list[dict[str, Any]]:
    return [orjson.loads(t) for t in await asked(dsn, "SELECT line FROM events ORDER BY sequence")]


async def claims(dsn: str, kind: str) -> list[str]:
    return await asked(dsn, "SELECT key FROM claims WHERE kind = $1", kind)


def many(series: int, periods: int, first: int = 0) -> str:
    return table(
        *(
            f"{2000 + period},Place {place},{place},,{place % 100}.{period}"
            for place in range(first, first + series)
            for period in range(periods)
        )
    )


@contextlib.asynccontextmanager
async def process(dsn: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, Caller]]:
    port = free_port()
    arguments = (str(port), dsn, str(keys() / "jwks.json"))
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.integration.measuring_process", *arguments
    )
    async with Caller(base_url=f"http://127.0.0.1:{port}", timeout=60) as caller:
        try:
            async with asyncio.timeout(60):
                while not await answers(caller):  # noqa: ASYNC110 (another process)
                    await asyncio.sleep(0.05)
            yield running, caller
        finally:
            if running.returncode is None:
                running.terminate()
            await running.wait()


async def answers(caller: Caller) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return (await caller.get("/health/ready")).is_success
    return False
