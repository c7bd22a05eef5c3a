"""The log over a real connection: cut short by its reader, and replayed from the shell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import uvicorn

from gateway.cli import main
from gateway.cli.replay import place
from gateway.journal import SOURCES
from infra.runtime import LOOPBACK
from infra.runtime.ports import free_port
from infra.web.shell import Shell
from tests.callers import token
from tests.conftest import Database
from tests.integration.gateway_house import PACKAGES, GatewayHouse, founded, gateway_on, measured
from tests.lines import History
from tests.servers import PostgresServer

MANY = 60_000
FILL = """
INSERT INTO journal (source, sequence, recordedtime, "time", initiative_id, subject, type, line)
SELECT 'activities', n, '2022-01-01', '2022-01-01', gen_random_uuid(), 's', 'commonweal.a.b.v1',
    repeat('x', 600) || '"sequence":"' || lpad(n::text, 20, '0')
    || '","source":"/activities","specversion"'
FROM generate_series(1, $1) AS n
"""
STREAMING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = $1 AND state <> 'idle' AND query LIKE 'COPY%'
"""


class Served:
    """A gateway on a port, and what stands behind it."""

    def __init__(self, house: GatewayHouse, url: str, owner: Any, database: str) -> None:
        self.house, self.url, self.owner, self.database = house, url, owner, database

    def replay(self, *arguments: str) -> Any:
        """`commonweal replay`, beside the server."""
        chosen = ["replay", "--url", self.url, "--token", token("d", "developer"), *arguments]
        return asyncio.to_thread(main, chosen)


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(app, host=LOOPBACK, port=port, log_config=None, lifespan="off")
    )
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (it has no event for it)
        await asyncio.sleep(0.01)
    try:
        yield f"http://{LOOPBACK}:{port}"
    finally:
        server.should_exit = True
        await running


@pytest.fixture
async def served(database: Database, postgres_server: PostgresServer) -> AsyncIterator[Served]:
    dsn = await database("gateway", packages=PACKAGES)
    name = dsn.rpartition("/")[2]
    owner = await asyncpg.connect(f"{postgres_server.dsn}/{name}")
    async with gateway_on(dsn) as house, serving(Shell(house.app)) as url:
        yield Served(house, url, owner, name)
    await owner.close()


def told() -> History:
    history = founded()
    measured(history)
    return history


def lines_of(history: History) -> list[str]:
    return [each.text for source in SOURCES for each in history.lines[source]]


async def test_a_file_holds_the_whole_history(served: Served, tmp_path: Path) -> None:
    history, file = told(), tmp_path / "lines.jsonl"
    await served.house.take(history)
    assert await served.replay("--out", str(file)) == 0
    assert file.read_text("utf-8").splitlines() == lines_of(history)


async def test_a_replay_that_was_cut_off_goes_on_where_it_was(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    history, file = told(), tmp_path / "lines.jsonl"
    await served.house.take(history)
    assert await served.replay("--out", str(file)) == 0
    whole = file.read_bytes()
    for torn in (whole[: len(whole) // 2], whole[:-1], whole, b""):
        file.write_bytes(torn)
        assert await served.replay("--out", str(file)) == 0
        assert file.read_bytes() == whole
    assert f"complete up to {history.vector}" in capsys.readouterr().err


@pytest.mark.parametrize("order", ["sequence", "recorded"])
async def test_what_was_asked_for_is_asked_for_again(
    served: Served, tmp_path: Path, order: str
) -> None:
    history, file = told(), tmp_path / "lines.jsonl"
    await served.house.take(history)
    asked = ("--out", str(file), "--source", "measurement", "--order", order)
    assert await served.replay(*asked, "--from", "measurement:2", "--to", "measurement:4") == 0
    places = [place(line) for line in file.read_bytes().splitlines()]
    assert places == [("measurement", 3), ("measurement", 4)]


async def test_a_refusal_is_told_in_the_gateways_words(
    served: Served, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await served.house.take(told())
    assert await served.replay("--out", str(tmp_path / "x"), "--since", "yesterday") == 1
    assert "yesterday" in capsys.readouterr().err
    assert await served.replay("--out", str(tmp_path / "x"), "--from", "nowhere") == 1


async def test_a_reader_that_leaves_sets_the_database_free(served: Served) -> None:
    await served.house.take(told())
    await served.owner.execute(FILL, MANY)
    await served.owner.execute(
        "UPDATE watermarks SET sequence = $1 WHERE source = 'activities'", MANY
    )
    async with served.house.pool.acquire() as db:
        await served.house.sink.moved(db)
    bearer = {"Authorization": f"Bearer {token('d', 'developer')}"}
    async with httpx.AsyncClient(base_url=served.url, headers=bearer, timeout=30) as client:
        query = {"source": "activities", "to": f"activities:{MANY}"}
        async with client.stream("GET", "/v1/events", params=query) as answer:
            assert answer.status_code == 200
            chunks = answer.aiter_raw()
            await anext(chunks)
            await asyncio.sleep(0.2)  # nothing is read, so the server waits
            assert await served.owner.fetchval(STREAMING, served.database) == 1
        async with asyncio.timeout(5):
            while await served.owner.fetchval(STREAMING, served.database):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        size = 0
        async with client.stream("GET", "/v1/events", params=query) as answer:
            async for chunk in answer.aiter_raw():
                size += chunk.count(b"\n")
        assert size == MANY
