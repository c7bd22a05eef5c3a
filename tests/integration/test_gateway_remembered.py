"""An answer that was given once is given again only while it is still the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.api.answers import Said
from gateway.api.remembered import Memory
from infra.postgres import connection
from tests.callers import named
from tests.conftest import Database
from tests.integration.gateway_house import INITIATIVE, PACKAGES, ROOT, GatewayHouse, gateway_on
from tests.integration.gateway_registered import counted

PATH = f"/v1/initiatives/{INITIATIVE}"


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as house:
        yield house


def content(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name not in ("known_at", "next")}


async def test_what_is_recorded_elsewhere_leaves_an_answer_as_it_is(house: GatewayHouse) -> None:
    told = counted()
    await house.take(told)
    first = await house.get(f"{PATH}/timeline", limit=500)
    async with connection(house.pool) as db:
        await db.execute("DELETE FROM labels_1")  # whoever computed it again would see it
    elsewhere = f"initiative/{named('elsewhere')}"
    told.tell("agenda.initiative-registered", elsewhere, {"name": "Another", "places": []})
    await house.take(told)
    again = await house.get(f"{PATH}/timeline", limit=500)
    assert content(again) == content(first)
    assert again["known_at"] != first["known_at"]
    told.tell("agenda.initiative-paused", ROOT, {})
    await house.take(told)
    assert content(await house.get(f"{PATH}/timeline", limit=500)) != content(first)


async def test_every_cut_and_every_question_has_its_own_answer(house: GatewayHouse) -> None:
    told = counted()
    await house.take(told)
    now = await house.get(f"{PATH}/timeline", limit=3)
    assert len((await house.get(f"{PATH}/timeline", limit=2))["facts"]) == 2
    assert len((await house.get(f"{PATH}/timeline", limit=3, source="measurement"))["facts"]) == 3
    past = await house.get(f"{PATH}/timeline", limit=3, as_known_at="agenda:2")
    assert len(past["facts"]) == 2
    assert await house.get(f"{PATH}/timeline", limit=3) == now
    await house.get(f"{PATH}/timeline", 404, limit=3, as_at="2021-01-01")


def test_the_oldest_answers_make_room() -> None:
    memory = Memory(most_bytes=10)
    for number in range(3):
        memory.keep((number,), Said(b"12345"))
    assert [memory.get((number,)) is not None for number in range(3)] == [False, True, True]
    memory.keep(("too large",), Said(b"12345678901"))
    assert memory.get(("too large",)) is None
    assert memory.get((1,)) is not None  # so that it is younger than the other
    memory.keep((3,), Said(b"12345"))
    assert [memory.get((number,)) is not None for number in (1, 2, 3)] == [True, False, True]
