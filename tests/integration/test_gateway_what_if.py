"""What would be if: by another definition, formula, target or rule of de-duplication."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.api.result_views import WhatIf
from gateway.readmodels import MODELS
from tests.callers import named, token
from tests.conftest import Database
from tests.integration.gateway_formulas import (
    SHARE,
    counted,
    deduplicated,
    defined,
    engaged,
    of,
    recorded,
)
from tests.integration.gateway_house import (
    INDICATOR,
    PACKAGES,
    PLACES,
    ROOT,
    GatewayHouse,
    gateway_on,
)
from tests.lines import History

WHAT_IF = f"/v1/indicators/{INDICATOR}/what-if"


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as house:
        yield house


def known() -> History:
    """Point 1 of the scenario, as it is today: 57.1 % against 60."""
    told = engaged()
    deduplicated(told)
    return told


def seen(stands: dict[str, Any]) -> tuple[str | None, str | None, str]:
    latest, target = stands["latest"], stands["target"]
    return latest and latest["value"], target and target["value"], stands["status"]


async def test_nothing_supposed_is_how_it_stands(house: GatewayHouse) -> None:
    await house.take(known())
    found = await house.get(WHAT_IF)
    WhatIf.model_validate(found)
    assert seen(found["actual"]) == ("57.1", "60", "below-target")
    assert {name: found["what_if"][name] for name in found["actual"]} == found["actual"]


async def test_without_de_duplication_the_first_number_is_back(house: GatewayHouse) -> None:
    await house.take(known())
    found = (await house.get(WHAT_IF, deduplication="ignored"))["what_if"]
    assert seen(found) == ("61.3", "60", "met")
    (period,) = found["periods"]
    assert (period["numerator"], period["denominator"]) == ("19", "31")
    assert len(period["positions"]) == 3


async def test_another_target_gives_another_status(house: GatewayHouse) -> None:
    await house.take(known())
    doubled = (await house.get(WHAT_IF, deduplication="ignored", target="65"))["what_if"]
    assert seen(doubled) == ("61.3", "65", "below-target")
    assert doubled["target"]["position"] is None
    lower = (await house.get(WHAT_IF, target="55"))["what_if"]
    assert seen(lower) == ("57.1", "55", "met")


async def test_a_definition_whose_inputs_were_never_collected_is_not_computable(
    house: GatewayHouse,
) -> None:
    await house.take(known())
    found = (await house.get(WHAT_IF, definition_version=1))["what_if"]
    assert (found["computable"], found["reason"]) == (False, "inputs-never-collected")
    assert "Still engaged after 10 weeks" in found["detail"]
    assert seen(found) == (None, "60", "no-observation")
    assert [each["state"] for each in found["periods"]] == ["not-computable"]


async def test_where_submissions_hold_the_other_count_it_is_computed(house: GatewayHouse) -> None:
    told = known()
    for place in PLACES:
        recorded(told, INDICATOR, place, counted("80.0", 8, 10), version=1)
    await house.take(told)
    found = (await house.get(WHAT_IF, definition_version=1))["what_if"]
    assert found["computable"]
    assert seen(found) == ("80.0", "60", "met")
    assert (await house.get(WHAT_IF))["what_if"]["latest"]["value"] == "57.1"


async def test_a_formula_may_be_supposed_and_says_what_it_lacks(house: GatewayHouse) -> None:
    told = known()
    defined(told, named("weeks"), "W10", unit="young people")
    await house.take(told)
    other = (await house.get(WHAT_IF, formula="100 [%] - I4", decimals=2))["what_if"]
    assert other["latest"]["value"] == "42.90"
    assert other["formula"] == {"text": "100 [%] - I4", "decimals": 2}
    none = (await house.get(WHAT_IF, formula="W10 / 2"))["what_if"]
    assert (none["computable"], none["reason"]) == (False, "no-value")
    wrong = (await house.get(WHAT_IF, formula="denominator(I4)"))["what_if"]
    assert (wrong["computable"], wrong["reason"]) == (False, "units-differ")


async def test_a_rule_of_de_duplication_holds_for_the_inputs_of_a_formula(
    house: GatewayHouse,
) -> None:
    await house.take(known())
    path = f"/v1/indicators/{SHARE}/what-if"
    assert (await house.get(path))["what_if"]["latest"]["value"] == "57.14"
    found = (await house.get(path, deduplication="ignored"))["what_if"]
    assert found["latest"]["value"] == "61.29"


async def test_only_what_had_been_taken_out_by_then(house: GatewayHouse) -> None:
    told = engaged()
    before = told.vector
    deduplicated(told)
    await house.take(told)
    then = (await house.get(WHAT_IF, deduplication=before))["what_if"]
    assert then["latest"]["value"] == "61.3"
    now = (await house.get(WHAT_IF, deduplication=told.vector))["what_if"]
    assert now["latest"]["value"] == "57.1"


async def test_what_was_corrected_afterwards_nobody_can_undo(house: GatewayHouse) -> None:
    told = known()
    at, data = of(INDICATOR, PLACES[0], 2, {})
    was, now = ({"status": "A"} | counted(*each) for each in (("50.0", 2, 4), ("75.0", 3, 4)))
    told.tell("measurement.observation-corrected", at, data | {"was": was, "now": now})
    await house.take(told)
    found = (await house.get(WHAT_IF, deduplication="ignored"))["what_if"]
    assert (found["computable"], found["reason"]) == (False, "corrected-since")


async def test_the_answer_is_as_known_at_its_cut_byte_for_byte(house: GatewayHouse) -> None:
    told = engaged()
    then = told.vector
    await house.take(told)
    query = {"target": "65", "as_known_at": then}
    before = await house.caller.get(WHAT_IF, params=query)
    deduplicated(told)
    await house.take(told)
    after = await house.caller.get(WHAT_IF, params=query)
    assert before.content == after.content
    assert after.headers["etag"] == before.headers["etag"]
    assert after.json()["known_at"]["vector"] == then
    again = await house.caller.get(
        WHAT_IF, params=query, headers={"If-None-Match": before.headers["etag"]}
    )
    assert again.status_code == 304


async def test_it_writes_nothing(house: GatewayHouse) -> None:
    await house.take(known())

    async def kept() -> list[Any]:
        return [await house.projector.digest(house.pool, model.name) for model in MODELS]

    before, vector = await kept(), (await house.journal.watermarks()).whole()
    for query in ({}, {"deduplication": "ignored"}, {"definition_version": 1}, {"formula": "I4"}):
        await house.get(WHAT_IF, **query)
    assert await kept() == before
    assert (await house.journal.watermarks()).whole() == vector


@pytest.mark.parametrize(
    ("query", "status", "pointer"),
    [
        ({"formula": "I4 +"}, 422, "query:formula"),
        ({"formula": "3"}, 422, "query:formula"),
        ({"formula": "(" * 900}, 422, "query:formula"),
        ({"formula": "I4" * 600}, 422, None),
        ({"decimals": "13"}, 422, None),
        ({"target": "1e5"}, 422, None),
        ({"target": "NaN"}, 422, None),
        ({"target": "9" * 41}, 422, None),
        ({"deduplication": "sometimes"}, 422, "query:deduplication"),
        ({"deduplication": "2100-01-01"}, 422, "query:deduplication"),
        ({"definition_version": "0"}, 422, None),
        ({"definition_version": "3"}, 404, None),
    ],
)
async def test_a_wrong_question_is_refused_in_words(
    house: GatewayHouse, query: dict[str, str], status: int, pointer: str | None
) -> None:
    await house.take(known())
    problem = await house.get(WHAT_IF, status=status, **query)
    assert problem["detail"]
    if pointer is not None:
        assert problem["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize("role", ["funder", "public"])
async def test_those_who_see_what_was_released_do_not_see_what_it_is_made_of(
    house: GatewayHouse, role: str
) -> None:
    await house.take(known())
    for path in (WHAT_IF, f"/v1/indicators/{SHARE}/results"):
        answer = await house.caller.get(
            path, headers={"Authorization": f"Bearer {token('somebody', role)}"}
        )
        assert answer.status_code == 403


async def test_an_indicator_that_is_only_proposed_is_not_computable(house: GatewayHouse) -> None:
    told = engaged()
    new = named("new")
    told.tell(
        "measurement.indicator-proposed", f"{ROOT}/indicator/{new}", {"code": "N", "name": "N"}
    )
    await house.take(told)
    found = await house.get(f"/v1/indicators/{new}/what-if")
    assert found["what_if"]["reason"] == "not-defined"
    await house.get(f"/v1/indicators/{named('nobody')}/what-if", status=404)
