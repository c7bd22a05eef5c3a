"""Names of persons beside the facts: joined as the answer is given, for those who may know them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest

from gateway.clients import Services
from infra.eventstore import MemoryEventStore
from infra.kernel.clock import ManualClock
from infra.messaging.references import MemoryReferences
from infra.web import Parts
from services.agenda.app import create_app
from tests.callers import Caller, token, verifier
from tests.conftest import Database
from tests.integration.gateway_house import (
    CYCLE,
    INITIATIVE,
    PACKAGES,
    GatewayHouse,
    founded,
    gateway_on,
)
from tests.lines import BEGIN

TIMELINE = f"/v1/initiatives/{INITIATIVE}/timeline"
PERSON = "/v1/people/person-1"


@pytest.fixture
async def agenda() -> AsyncIterator[Caller]:
    """The directory, with the one who did everything in these lines."""
    clock = ManualClock(BEGIN)
    app = create_app(Parts(MemoryEventStore(clock), clock, verifier(), MemoryReferences()))
    async with Caller(app) as caller:
        await caller.done(PERSON, {"name": "Ada Example"}, method="PUT")
        yield caller


@pytest.fixture
async def house(database: Database, agenda: Caller) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as gateway:
        asked = httpx.AsyncClient(transport=agenda._transport, base_url="http://agenda")
        gateway.app.state.services = Services({"agenda": asked})
        await gateway.take(founded())
        yield gateway
        await asked.aclose()


async def test_names_are_told_on_demand_and_only_of_the_present(house: GatewayHouse) -> None:
    plain = (await house.get(TIMELINE))["facts"]
    assert {fact["who"].get("name") for fact in plain} == {None}
    named = (await house.get(TIMELINE, names="true"))["facts"]
    assert {fact["who"]["name"] for fact in named} == {"Ada Example"}
    page = await house.get(f"/v1/cycles/{CYCLE}", names="true")
    assert page["plan"]["facts"][0]["who"]["name"] == "Ada Example"
    past = await house.get(TIMELINE, status=422, names="true", as_known_at="agenda:3")
    assert past["errors"][0]["pointer"] == "query:names"


async def test_a_forgotten_person_is_gone_from_the_next_answer(
    house: GatewayHouse, agenda: Caller
) -> None:
    assert (await house.get(TIMELINE, names="true"))["facts"][0]["who"]["name"] == "Ada Example"
    gone = await agenda.ask(PERSON, {}, method="DELETE")
    assert gone.status_code == 204
    left = (await house.get(TIMELINE, names="true"))["facts"][0]["who"]
    assert (left["actor"], "name" in left) == ("person-1", False)


async def test_whoever_may_not_read_the_directory_learns_no_name(house: GatewayHouse) -> None:
    funder = {"Authorization": f"Bearer {token('f', 'funder')}"}
    refused = await house.caller.get(TIMELINE, params={"names": "true"}, headers=funder)
    assert refused.status_code == 403
    assert "Ada" not in refused.text
    assert (await house.caller.get(TIMELINE, headers=funder)).status_code == 200


async def test_the_next_page_names_them_too(house: GatewayHouse) -> None:
    first = await house.caller.get(TIMELINE, params={"names": "true", "limit": "2"})
    after = await house.caller.get(first.links["next"]["url"])
    assert after.json()["facts"][0]["who"]["name"] == "Ada Example"
