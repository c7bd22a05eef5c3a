"""Lists are narrowed down by what they are asked for, and page on within it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.conftest import Database
from tests.history import take_kept, views
from tests.integration.gateway_house import PACKAGES, GatewayHouse, gateway_on


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as house:
        await take_kept(house)
        yield house


def path_of(template: str) -> str:
    return next(view.path for view in views() if view.template == template)


async def every(house: GatewayHouse, path: str, name: str, **asked: Any) -> list[Any]:
    """All pages, two items each."""
    answer = await house.caller.get(path, params={**asked, "limit": 2})
    found = list(answer.json()[name])
    while "next" in answer.links:
        answer = await house.caller.get(answer.links["next"]["url"])
        found += answer.json()[name]
    return found


async def test_initiatives_by_status_and_by_place(house: GatewayHouse) -> None:
    whole = await every(house, "/v1/initiatives", "initiatives")
    code = whole[0]["places"][0]["code"]
    expected = [one for one in whole if code in {place["code"] for place in one["places"]}]
    assert await every(house, "/v1/initiatives", "initiatives", place=code) == expected != []
    assert await every(house, "/v1/initiatives", "initiatives", status="live") == whole
    assert await every(house, "/v1/initiatives", "initiatives", status="closed") == []


async def test_observations_by_series_place_period_and_total(house: GatewayHouse) -> None:
    paths = [v.path for v in views() if v.template == "/v1/indicators/{id}/observations"]
    found = [(await every(house, path, "observations"), path) for path in paths]
    whole, path = max(found, key=lambda each: len(each[0]))
    one = whole[len(whole) // 2]
    start, end = one["period"]["start"], one["period"]["end"]
    for asked, keeps in (
        ({"series_id": one["series_id"]}, lambda x: x["series_id"] == one["series_id"]),
        ({"place": one["place"]["code"]}, lambda x: x["place"]["code"] == one["place"]["code"]),
        ({"since": start}, lambda x: x["period"]["start"] >= start),
        ({"until": end}, lambda x: x["period"]["end"] <= end),
        ({"total": "true"}, lambda x: not x["dimensions"]),
        ({"total": "false"}, lambda x: x["dimensions"]),
        ({"certified": "true"}, lambda x: x["kind"] == "observations-certified"),
        ({"certified": "false"}, lambda x: x["kind"] != "observations-certified"),
    ):
        assert await every(house, path, "observations", **asked) == [x for x in whole if keeps(x)]
    csv = await house.caller.get(path, params={"until": end}, headers={"Accept": "text/csv"})
    kept = [x for x in whole if x["period"]["end"] <= end]
    assert len(csv.text.splitlines()) == 1 + len(kept)


async def test_the_timeline_by_who_entered_it(house: GatewayHouse) -> None:
    path = path_of("/v1/initiatives/{id}/timeline")
    whole = await every(house, path, "facts")
    actors = {fact["who"]["actor"] for fact in whole}
    assert len(actors) > 3
    for actor in sorted(actors)[:3]:
        expected = [fact for fact in whole if fact["who"]["actor"] == actor]
        assert await every(house, path, "facts", actor=actor) == expected
    assert await every(house, path, "facts", actor='p-"nobody') == []
