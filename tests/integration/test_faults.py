"""Processes are killed, servers die, answers are cut off: nothing that was answered is lost or
doubled, by the ledger of those who asked."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import httpx
import pytest

from infra.eventstore import PostgresEventStore
from infra.kernel import SystemClock
from infra.messaging.references import MemoryReferences
from infra.postgres import make_pool, migrate
from infra.runtime import LOOPBACK, EmbeddedPostgres, furnish
from infra.runtime.ports import free_port
from infra.web import Parts
from services.agenda.app import create_app
from tests.callers import ISSUER, Caller, keys, token, verifier
from tests.conftest import Database
from tests.integration.proxy import cutting
from tests.servers import Running
from tests.servers import running as serving

ROOT = Path(__file__).parents[2]
DATABASE = "commonweal_agenda"
PACKAGES = ("infra.eventstore", "infra.messaging", "infra.audit", "services.agenda.directory")
PLACES = [{"scheme": "asgs-sa3", "edition": "3", "code": "20801", "label": "Bayside"}]
PATIENCE = 60.0


class Agenda:
    """The service as a process, which may be killed and started again."""

    def __init__(self, postgres: EmbeddedPostgres) -> None:
        self.port = free_port()
        self.url = f"http://{LOOPBACK}:{self.port}"
        self._environment = os.environ | {
            "COMMONWEAL_POSTGRES": postgres.dsn("commonweal_app", "app"),
            "COMMONWEAL_KAFKA": f"{LOOPBACK}:1",  # no broker: commands go on without one
            "COMMONWEAL_TOKEN_KEYS": str(keys() / "jwks.json"),
            "COMMONWEAL_TOKEN_ISSUER": ISSUER,
            "COMMONWEAL_SERVICE_KEYS": str(keys()),
        }
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "services.agenda", "serve", "--port", str(self.port)),
            cwd=ROOT,
            env=self._environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{self.url}/health/ready")).is_success:
                        return
                await asyncio.sleep(0.05)

    async def end(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(how)
            await self.process.wait()


@dataclass
class House:
    postgres: Running
    dsn: str
    agenda: Agenda


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """A PostgreSQL of this test's own, durable, and one service on it."""
    part = EmbeddedPostgres(tmp_path / "pg", port=free_port(), password="tests")
    with serving(part, tmp_path) as postgres:
        await furnish(part.dsn(), [DATABASE], owner="owner", app="app")
        await migrate(f"{part.dsn('commonweal_owner', 'owner')}/{DATABASE}", PACKAGES)
        agenda = Agenda(part)
        try:
            await agenda.start()
            yield House(postgres, f"{part.dsn()}/{DATABASE}", agenda)
        finally:
            await agenda.end(signal.SIGTERM)
    part.forget()


@dataclass
class Ledger:
    """What the clients asked and were told, written down before they went on."""

    path: Path
    attempted: dict[str, str] = field(default_factory=dict)
    told: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, key: str, name: str) -> None:
        self.attempted[key] = name
        self._write(["asked", key, name])

    def answered(self, key: str, answer: httpx.Response) -> None:
        self.told[key] = (answer.status_code, answer.content)
        self.news.set()
        self._write(["told", key, answer.status_code])

    def _write(self, entry: list[Any]) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")
            file.flush()


async def write(caller: Caller, ledger: Ledger, until: asyncio.Event) -> None:
    """Command after command; what is not answered is asked again with the same key."""
    while not until.is_set():
        key, name = str(uuid4()), f"Initiative {uuid4()}"
        ledger.note(key, name)
        async with asyncio.timeout(PATIENCE):
            ledger.answered(key, await insist(caller, key, name))


async def insist(caller: Caller, key: str, name: str) -> httpx.Response:
    while True:
        with contextlib.suppress(httpx.TransportError):
            answer = await caller.ask("/v1/initiatives", {"name": name, "places": PLACES}, key=key)
            if answer.status_code == 201:
                return answer
            assert answer.status_code in (409, 503), answer.text
            assert answer.headers["retry-after"], answer.text
        await asyncio.sleep(0.05)


async def lines(dsn: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(dsn)
    rows = await connection.fetch("SELECT line FROM events ORDER BY sequence")
    await connection.close()
    return [json.loads(row["line"]) for row in rows]


async def settle(house: House, ledger: Ledger, caller: Caller) -> None:
    """The ledger against the log, and every key once more."""
    log = await lines(house.dsn)
    assert [int(line["sequence"]) for line in log] == list(range(1, len(log) + 1))
    stored = [line["data"]["name"] for line in log]
    assert len(set(stored)) == len(stored), "something was written twice"
    assert set(stored) <= set(ledger.attempted.values()), "something was written unasked"
    assert {ledger.attempted[key] for key in ledger.told} <= set(stored), "an answer was lost"
    for key, told in random.Random(1).sample(sorted(ledger.told.items()), 25):
        again = await insist(caller, key, ledger.attempted[key])
        assert (again.status_code, again.content) == told
        assert again.headers["idempotent-replayed"] == "true"
    assert len(await lines(house.dsn)) == len(log)


@contextlib.asynccontextmanager
async def writers(house: House, ledger: Ledger, count: int = 8) -> AsyncIterator[Caller]:
    stop = asyncio.Event()
    async with Caller(bearer=token(), base_url=house.agenda.url, trust_env=False) as caller:
        tasks = [asyncio.create_task(write(caller, ledger, stop)) for _ in range(count)]
        try:
            yield caller
        finally:
            stop.set()
            await asyncio.gather(*tasks)
        await settle(house, ledger, caller)


async def progress(ledger: Ledger, more: int = 20) -> None:
    """Until so many more commands were answered."""
    goal = len(ledger.told) + more
    async with asyncio.timeout(PATIENCE):
        while len(ledger.told) < goal:
            ledger.news.clear()
            await ledger.news.wait()


@pytest.mark.postgres
async def test_killing_the_service_loses_and_doubles_nothing(house: House, tmp_path: Path) -> None:
    ledger, dice = Ledger(tmp_path / "ledger"), random.Random(7)
    async with writers(house, ledger):
        for _ in range(4):
            await progress(ledger, dice.randint(5, 40))
            await asyncio.sleep(dice.random() / 20)
            await house.agenda.end(signal.SIGKILL)
            await house.agenda.start()
        await progress(ledger)


@pytest.mark.postgres
async def test_killing_postgresql_is_503_and_then_over(house: House, tmp_path: Path) -> None:
    """The service is not started again: it finds its database by itself."""
    ledger = Ledger(tmp_path / "ledger")
    assert house.agenda.process is not None
    process = house.agenda.process.pid
    async with writers(house, ledger) as caller:
        for _ in range(2):
            await progress(ledger)
            house.postgres.kill()
            body = {"name": "While it is down", "places": PLACES}
            answer = await caller.ask("/v1/initiatives", body)
            assert answer.status_code == 503, answer.text
            assert answer.headers["retry-after"] == "1"
            assert answer.headers["content-type"] == "application/problem+json"
            ready = await caller.get("/health/ready")
            assert ready.status_code == 503
            assert (await caller.get("/health/live")).is_success
            await asyncio.to_thread(house.postgres.start)
        await progress(ledger)
        assert house.agenda.process.pid == process
        assert house.agenda.process.returncode is None


@pytest.mark.postgres
async def test_a_database_whose_sessions_are_ended_is_only_a_hiccup(
    house: House, tmp_path: Path
) -> None:
    ledger = Ledger(tmp_path / "ledger")
    async with writers(house, ledger):
        connection = await asyncpg.connect(house.dsn)
        for _ in range(10):
            await progress(ledger, 5)
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'commonweal_app'"
            )
        await connection.close()
        await progress(ledger)


async def test_an_answer_that_is_cut_off_after_the_commit_is_told_again(
    database: Database,
) -> None:
    """The client cannot know whether it was written; its key can."""
    dsn = await database()
    at = urlsplit(dsn)
    assert at.port
    async with cutting(str(at.hostname), at.port) as (cutter, port):
        through = dsn.replace(f":{at.port}/", f":{port}/")
        async with make_pool(through, name="test", size=2) as pool:
            store = PostgresEventStore(pool, SystemClock())
            parts = Parts(store, SystemClock(), verifier(), MemoryReferences())
            async with Caller(create_app(parts)) as caller:
                for number in range(30):
                    body: dict[str, Any] = {"name": f"Initiative {number}", "places": PLACES}
                    await caller.done("/v1/initiatives", body | {"name": f"Before {number}"})
                    cutter.armed = True
                    cut = await caller.ask("/v1/initiatives", body, key=str(number))
                    assert (cut.status_code, cutter.cuts) == (503, number + 1), cut.text
                    assert cut.headers["retry-after"] == "1"
                    again = await insist(caller, str(number), body["name"])
                    assert again.headers["idempotent-replayed"] == "true"
                    once_more = await caller.ask("/v1/initiatives", body, key=str(number))
                    assert once_more.content == again.content
            await store.close()
    names = [line["data"]["name"] for line in await lines(dsn)]
    assert sorted(names) == sorted(f"{w} {n}" for n in range(30) for w in ("Before", "Initiative"))
