"""An accepted submission as a whole on a real PostgreSQL: no crash certifies or withdraws twice."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import Awaitable
from uuid import uuid4

import asyncpg
import httpx
import pytest

from tests.callers import ORGANISATION, Caller, token
from tests.component.measuring import WHY, indicator, send, verified
from tests.conftest import Database
from tests.integration.measuring_database import asked, given_in, lines, many, process

SERIES = 1_500
WRITTEN = "SELECT count(*) FROM events"
CERTIFIER = {"Authorization": f"Bearer {token('noor', 'certifier', organisation=ORGANISATION)}"}


@pytest.fixture
async def dsn(database: Database) -> str:
    return await given_in(await database("measurement"))


async def count(dsn: str, fact: str) -> int:
    statement = "SELECT count(*) FROM events WHERE line LIKE '%\"type\":\"' || $1 || '\"%'"
    [found] = await asked(dsn, statement, f"commonweal.measurement.{fact}.v1")
    return int(found)


async def killed_while(
    running: Process, asking: Awaitable[httpx.Response], dsn: str, fact: str
) -> int:
    """How often the fact stands when the process is gone."""
    begun = await written(dsn)
    under_way = asyncio.ensure_future(asking)
    connection = await asyncpg.connect(dsn)
    try:
        async with asyncio.timeout(240):
            while await connection.fetchval(WRITTEN) < begun + 300:
                assert not under_way.done()
                await asyncio.sleep(0.01)
    finally:
        await connection.close()
    running.kill()
    with pytest.raises(httpx.TransportError):
        await under_way
    return await count(dsn, fact)


async def written(dsn: str) -> int:
    """How many lines stand in the log."""
    [found] = await asked(dsn, WRITTEN)
    return int(found)


async def by_series(dsn: str, fact: str) -> Counter[str]:
    return Counter(each["subject"] for each in await lines(dsn) if fact in each["type"])


async def sent(caller: Caller) -> str:
    await indicator(caller)
    report = (await send(caller, many(SERIES, 1))).json()
    await verified(caller, report["submission_id"])
    return f"/v1/submissions/{report['submission_id']}"


async def test_certifying_that_was_cut_off_goes_on_where_it_was(dsn: str) -> None:
    key, fact = str(uuid4()), "observations-certified"
    async with process(dsn) as (running, caller):
        path = f"{await sent(caller)}/certifications"
        asking = caller.ask(path, {}, key=key, **CERTIFIER)
        before = await killed_while(running, asking, dsn, fact)
    assert before % 100 == 0
    assert before < SERIES
    async with process(dsn) as (_, caller):
        done = await caller.done(path, {}, key=key, **CERTIFIER)
        again = await caller.ask(path, {}, key=key, **CERTIFIER)
    assert (done["series"], done["observations"]) == (SERIES - before, SERIES - before)
    assert again.json() == done
    certified = await by_series(dsn, fact)
    assert (len(certified), set(certified.values())) == (SERIES, {1})


async def test_taking_back_that_was_cut_off_goes_on_where_it_was(dsn: str) -> None:
    fact = "observation-withdrawn"
    async with process(dsn) as (running, caller):
        one = await sent(caller)
        path = f"{one}/withdrawals"
        asking = caller.ask(path, {"reason": WHY})
        before = await killed_while(running, asking, dsn, fact)
    assert before < SERIES
    async with process(dsn) as (_, caller):
        assert (await caller.get(one)).json()["state"] == "accepted"
        assert (await caller.done(path, {"reason": WHY}))["state"] == "withdrawn"
    withdrawn = await by_series(dsn, fact)
    assert (len(withdrawn), set(withdrawn.values())) == (SERIES, {1})
    assert await count(dsn, "accepted-submission-withdrawn") == 1
