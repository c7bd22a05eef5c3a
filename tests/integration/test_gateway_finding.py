"""Search, and the news as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import orjson
import pytest

from tests.callers import named, token
from tests.conftest import Database
from tests.integration.gateway_house import INITIATIVE, PACKAGES, GatewayHouse, founded, gateway_on
from tests.integration.gateway_registered import decided
from tests.integration.test_gateway_replay import serving
from tests.lines import History, after, take


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as house:
        yield house


async def test_what_was_said_is_found_by_its_words(house: GatewayHouse) -> None:
    told = decided()
    await house.take(told)
    (one,) = (await house.get("/v1/search", q="slower"))["facts"]
    assert (one["type"], one["found"]) == ("agenda.objection-integrated", "«Slower»")
    assert one["initiative_id"] == str(INITIATIVE)
    assert (await house.get("/v1/search", q="slower", as_known_at="agenda:3"))["facts"] == []
    elsewhere = await house.get("/v1/search", q="slower", initiative=str(named("elsewhere")))
    assert elsewhere["facts"] == []


async def test_what_is_found_comes_in_pages_that_follow_one_another(house: GatewayHouse) -> None:
    await house.take(decided())
    whole = (await house.get("/v1/search", q="scale"))["facts"]
    seen, query = [], {"limit": "1"}
    while True:
        page = await house.get("/v1/search", q="scale", **query)
        seen += page["facts"]
        if "next" not in page:
            break
        query = {"limit": "1", "cursor": page["next"]}
    assert len(whole) > 1
    assert seen == whole


async def told_live(
    url: str, count: int, *, last: str | None = None, **query: str
) -> list[tuple[str, Any]]:
    """The first facts of a stream, each with its id."""
    headers = {"Authorization": f"Bearer {token('d', 'developer')}"}
    headers |= {"Last-Event-ID": last} if last else {}
    found: list[tuple[str, Any]] = []
    async with (
        asyncio.timeout(30),
        httpx.AsyncClient(trust_env=False) as client,
        client.stream("GET", f"{url}/v1/live", params=query, headers=headers) as answer,
    ):
        assert answer.headers["content-type"].startswith("text/event-stream")
        id = ""
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            id = value if name == "id" else id
            if name == "data":
                found.append((id, orjson.loads(value)))
                if len(found) == count:
                    return found
    return found


async def test_a_stream_that_broke_goes_on_behind_the_last_event(house: GatewayHouse) -> None:
    told = founded()
    await house.take(told)
    async with serving(house.app) as url:
        first = await told_live(url, 3, last="agenda:0")
        rest = await told_live(url, sum(map(len, told.lines.values())) - 3, last=first[-1][0])
    seen = [entry["position"] for _, entry in [*first, *rest]]
    expected = [f"{source}:{c.sequence}" for source, ls in told.lines.items() for c in ls]
    assert seen == expected


async def test_a_fact_is_told_as_soon_as_it_is_known(house: GatewayHouse) -> None:
    told = founded()
    await house.take(told)
    async with serving(house.app) as url:
        hearing = asyncio.create_task(
            told_live(url, 1, last=told.vector, initiative=str(INITIATIVE))
        )
        await _news(house, told)
        ((id, entry),) = await hearing
    assert entry["sentence"].startswith("The review")
    assert id == told.vector


async def _news(house: GatewayHouse, told: History) -> None:
    known = len(told.lines["agenda"])
    told.tell("agenda.review-opened", f"initiative/{INITIATIVE}/cycle/{named('cycle')}", {})
    news = after(told.lines["agenda"], known)
    await take(house.pool, house.sink, "agenda", news, known_through=told.now)
