"""Bulk import on a real PostgreSQL: others go on working, and no crash makes half of it count."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import replace
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI

from infra.eventstore import EventStore, Receipt
from infra.eventstore.guards import PostgresGuards
from infra.eventstore.store import Held
from infra.kernel.line import Draft
from infra.postgres import make_pool
from services.measurement.app import create_app
from tests.callers import Caller, verifier
from tests.component.measuring import BAYSIDE, indicator, send, table
from tests.conftest import Database
from tests.integration.measuring_database import asked, claims, given_in, lines, many, process
from tests.integration.measuring_process import parts
from tests.terms import GIVEN, UNDER

SMALL = table(
    "2021,Bayside,20801,,13.9", "2021,Bayside,20801,Female,..", "2022,Bayside,20801,,15.1"
)


@contextlib.asynccontextmanager
async def living(app: FastAPI) -> AsyncIterator[Caller]:
    """The app with its lifespan, and somebody who asks it."""
    async with app.router.lifespan_context(app), Caller(app, timeout=60) as caller:
        yield caller


@pytest.fixture
async def dsn(database: Database) -> str:
    """A database in which an agreement is in force and a round is open."""
    return await given_in(await database("measurement"))


@pytest.fixture
async def caller(dsn: str) -> AsyncIterator[Caller]:
    made, _ = parts(dsn, verifier())
    async with living(create_app(made)) as someone:
        yield someone


async def test_a_file_of_many_chunks_stands_whole_and_in_order(dsn: str, caller: Caller):
    await indicator(caller)
    report = (await send(caller, many(4_500, 2))).json()
    assert (report["new"], report["series"]) == (9_000, 4_500)
    written = await lines(dsn)
    assert [int(line["sequence"]) for line in written] == list(range(1, len(written) + 1))
    types = [line["type"].split(".")[2] for line in written[GIVEN + 2 :]]
    assert types == ["submission-received", *["observations-recorded"] * 4_500,
                     "submission-validated", "submission-accepted"]  # fmt: skip
    again = await send(caller, many(4_500, 2))
    assert again.json()["outcome"] == "nothing-changed"
    revised = many(4_500, 2).replace(".1\n", ".25\n")
    corrected = await send(caller, revised, revisions="correct", reason="Revised.")
    assert (corrected.json()["corrected"], corrected.json()["unchanged"]) == (4_500, 4_500)
    assert await claims(dsn, "submission-open") == []


class Paused:
    """A store whose bulk appends wait until they are let go."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self.reached = asyncio.Event()
        self.go_on = asyncio.Event()

    async def append_bulk(self, drafts: Iterable[Draft], claims: Sequence[Held] = ()) -> Receipt:
        receipt = await self._store.append_bulk(drafts, claims)
        self.reached.set()
        await self.go_on.wait()
        return receipt

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


async def test_what_an_import_holds_is_waited_for_until_it_counts(dsn: str, caller: Caller):
    id = await indicator(caller)
    made, store = parts(dsn, verifier())
    paused = Paused(store)
    async with living(create_app(replace(made, store=paused))) as importing:
        under_way = asyncio.create_task(send(importing, SMALL))
        await paused.reached.wait()
        path = f"/v1/indicators/{id}/observations"
        held = await caller.ask(path, {"period": "2021", "place": BAYSIDE, "value": "1"} | UNDER)
        assert (held.status_code, held.json()["type"]) == (409, "/problems/period-pending")
        same = await send(caller, SMALL)
        assert (same.status_code, same.json()["type"]) == (409, "/problems/file-under-way")
        like = await send(caller, SMALL + "2019,Bayside,20801,,1\n")
        assert (like.status_code, like.json()["type"]) == (409, "/problems/import-held-up")
        other = await caller.ask(path, {"period": "2010", "place": BAYSIDE, "value": "1"} | UNDER)
        assert [each["period"] for each in other.json()["observations"]] == ["2010"]
        third, _ = parts(dsn, verifier())
        async with living(create_app(third)) as starting:  # rejects only what is abandoned
            assert (await starting.get("/health/ready")).is_success
        paused.go_on.set()
        assert (await under_way).status_code == 201
        again = await send(caller, SMALL)
        assert again.json()["outcome"] == "nothing-changed"


async def test_two_processes_with_the_same_file_at_once_write_every_value_once(dsn: str):
    both = [parts(dsn, verifier())[0] for _ in range(2)]
    async with living(create_app(both[0])) as one, living(create_app(both[1])) as two:
        await indicator(one)
        file = many(3_000, 2)
        answers = await asyncio.gather(send(one, file), send(two, file))
        assert {answer.status_code for answer in answers} <= {200, 201, 409}
        assert 201 in {answer.status_code for answer in answers}
        final = await send(one, file)
        assert final.json()["outcome"] == "nothing-changed", final.text
    void = set(await claims(dsn, "submission-rejected"))
    counting: Counter[tuple[str, str]] = Counter()
    for line in await lines(dsn):
        if line["data"].get("submission_id", "") not in void:
            for each in line["data"].get("observations", ()):
                counting[line["subject"], each["period"]] += 1
    assert len(counting) == 6_000
    assert set(counting.values()) == {1}


async def test_a_process_killed_in_the_middle_of_an_import_leaves_nothing_that_counts(dsn: str):
    file, key = many(12_000, 3), str(uuid4())
    async with process(dsn) as (running, caller):
        id = await indicator(caller)
        under_way = asyncio.create_task(send(caller, file, key=key))
        async with asyncio.timeout(30):
            while (await asked(dsn, "SELECT count(*) FROM events"))[0] < 2_000:
                assert not under_way.done()
        running.kill()
        with pytest.raises(httpx.TransportError):
            await under_way
    [open] = await claims(dsn, "submission-open")
    async with process(dsn) as (_, caller):
        async with asyncio.timeout(30):
            while await claims(dsn, "submission-open"):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.02)
        submission = (await caller.get(f"/v1/submissions/{open}")).json()
        assert (submission["state"], submission["rejection"]) == ("rejected", "interrupted")
        place = {"scheme": "asgs", "edition": "3", "code": "0"}
        ask = {"period": "2000", "place": place, "value": "5"} | UNDER
        recorded = await caller.ask(f"/v1/indicators/{id}/observations", ask)
        assert recorded.status_code == 201
        assert [each["value"] for each in recorded.json()["observations"]] == ["5"]
        rest = file.replace("2000,Place 0,0,,0.0\n", "")
        again = await send(caller, rest, key=key)
        assert (again.status_code, again.json()["new"]) == (201, 35_999)


async def test_the_lock_of_an_import_ends_with_its_connection(dsn: str):
    id = uuid4()
    async with make_pool(dsn, name="one") as one, make_pool(dsn, name="two") as two:
        async with PostgresGuards(one).holding(id) as mine:
            assert mine
            async with PostgresGuards(two).holding(id) as theirs:
                assert not theirs
            async with PostgresGuards(one).holding(id) as twice:
                assert not twice
        async with PostgresGuards(two).holding(id) as later:
            assert later


async def test_while_a_large_file_goes_in_others_are_answered(dsn: str, caller: Caller):
    id = await indicator(caller)
    under_way = asyncio.create_task(send(caller, many(5_000, 5)))
    answered = 0
    while not under_way.done():
        place = BAYSIDE | {"code": f"other-{answered}"}
        ask = {"period": "2021", "place": place, "value": "1"} | UNDER
        answer = await caller.ask(f"/v1/indicators/{id}/observations", ask)
        assert answer.status_code == 201
        answered += 1
    assert (await under_way).json()["new"] == 25_000
    assert answered > 10
