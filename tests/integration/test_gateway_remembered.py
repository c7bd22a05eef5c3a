"""An answer that was given once is given again only while it is still the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from random import Random
from typing import Any

import pytest

from gateway.api.answers import Said
from gateway.api.remembered import Memory
from infra.postgres import connection
from tests.callers import named
from tests.conftest import Database
from tests.integration.gateway_house import (
    CYCLE,
    INITIATIVE,
    PACKAGES,
    ROOT,
    GatewayHouse,
    founded,
    gateway_on,
    measured,
)
from tests.integration.gateway_registered import counted
from tests.integration.test_gateway_evidence import cited, frozen

PATH = f"/v1/initiatives/{INITIATIVE}"
ELSEWHERE = f"initiative/{named('elsewhere')}"


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


async def test_a_cycle_is_remembered_while_its_evidence_is_its_own(house: GatewayHouse) -> None:
    told = counted()
    measured(told)
    frozen(told, cited(told, 7))
    await house.take(told)
    page = f"/v1/cycles/{CYCLE}"
    first = await house.get(page)
    async with connection(house.pool) as db:
        await db.execute("DELETE FROM labels_1")  # whoever computed it again would see it
    told.tell("agenda.initiative-registered", ELSEWHERE, {"name": "Another", "places": []})
    await house.take(told)
    assert content(await house.get(page)) == content(first)


async def test_what_others_lines_say_of_a_cycle_is_put_together_each_time(
    house: GatewayHouse,
) -> None:
    told = founded()
    story = f"{ELSEWHERE}/change-story/{named('story')}"
    told.tell(
        "measurement.story-collected", story, {"domain": "x", "story": "a", "consent_ref": "f"}
    )
    frozen(told, cited(told, len(told.lines["measurement"])))
    await house.take(told)
    page = f"/v1/cycles/{CYCLE}"
    ref = (await house.get(page))["review"]["evidence"][0]["cites"]["refs"][0]
    assert "since" not in ref
    told.tell("measurement.story-erased", story, {})
    await house.take(told)
    ref = (await house.get(page))["review"]["evidence"][0]["cites"]["refs"][0]
    assert ref["since"] == "erased"


async def test_what_would_be_is_remembered(house: GatewayHouse) -> None:
    told = counted()
    await house.take(told)
    [indicator, *_] = (await house.get(f"{PATH}/progress"))["indicators"]
    path = f"/v1/indicators/{indicator['id']}/what-if"
    first = await house.get(path, target="50")
    async with connection(house.pool) as db:
        await db.execute("DELETE FROM observations_1")  # whoever computed it again would see it
    assert await house.get(path, target="50") == first
    assert content(await house.get(path, target="51")) != content(first)
    told.tell("agenda.initiative-paused", ROOT, {})
    await house.take(told)
    assert content(await house.get(path, target="50")) != content(first)


def test_the_oldest_answers_make_room() -> None:
    random = Random(7)

    def said() -> Said:  # noise, which nothing can pack
        return Said(random.randbytes(1_000))

    memory = Memory(most_bytes=2_500)
    for number in range(3):
        memory.keep((number,), said())
    assert [memory.get((number,)) is not None for number in range(3)] == [False, True, True]
    memory.keep(("too large",), Said(random.randbytes(3_000)))
    assert memory.get(("too large",)) is None
    assert memory.get((1,)) is not None  # so that it is younger than the other
    memory.keep((3,), said())
    assert [memory.get((number,)) is not None for number in (1, 2, 3)] == [True, False, True]


def test_answers_are_kept_packed_and_come_out_whole() -> None:
    memory, page = Memory(most_bytes=2_500), Said(b'{"fact":"something happened"}' * 1_000)
    for number in range(3):
        memory.keep((number,), page)
    assert [memory.get((number,)) for number in range(3)] == [page] * 3
