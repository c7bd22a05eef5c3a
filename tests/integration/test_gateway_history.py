"""The history of one thing, as sentences: the timeline, asked about it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.conftest import Database
from tests.integration.gateway_house import (
    CYCLE,
    INDICATOR,
    INITIATIVE,
    PACKAGES,
    GatewayHouse,
    founded,
    gateway_on,
    measured,
)

TIMELINE = f"/v1/initiatives/{INITIATIVE}/timeline"


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as gateway:
        yield gateway


async def test_a_thing_has_its_own_history_and_no_other(house: GatewayHouse) -> None:
    told = founded()
    measured(told)
    await house.take(told)
    everything = (await house.get(TIMELINE))["facts"]
    for thing in (INDICATOR, CYCLE, INITIATIVE):
        own = [fact for fact in everything if fact["subject"].endswith(str(thing))]
        history = (await house.get(TIMELINE, about=str(thing)))["facts"]
        assert history == own
        assert history, "something is told of it"
    early = await house.get(TIMELINE, about=str(INDICATOR), as_known_at="agenda:4,measurement:1")
    assert len(early["facts"]) == 1


async def test_pages_of_a_history_go_on_with_that_history(house: GatewayHouse) -> None:
    told = founded()
    await house.take(told)
    whole = (await house.get(TIMELINE, about=str(INDICATOR)))["facts"]
    found, path = [], f"{TIMELINE}?about={INDICATOR}&limit=1"
    while path:
        page = await house.caller.get(path)
        found += page.json()["facts"]
        path = page.links.get("next", {}).get("url")
    assert found == whole
    assert len(whole) > 1


async def test_what_is_no_id_is_refused(house: GatewayHouse) -> None:
    await house.take(founded())
    refused = await house.caller.get(f"{TIMELINE}?about=everything")
    assert refused.status_code == 422
