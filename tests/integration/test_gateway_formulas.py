"""Formulas on a real database: what they come to, from what, or why not, at any cut."""

from __future__ import annotations

from collections.abc import AsyncIterator
from fractions import Fraction
from typing import Any

import pytest

from gateway.api.result_views import ResultList
from infra.formulas import rounded
from tests.callers import named
from tests.conftest import Database
from tests.integration.gateway_formulas import (
    AREA,
    BY_SCHOOL,
    SCHOOLS,
    SHARE,
    counted,
    deduplicated,
    defined,
    engaged,
    recorded,
)
from tests.integration.gateway_house import (
    H2,
    INDICATOR,
    PACKAGES,
    PLACES,
    ROOT,
    GatewayHouse,
    definition,
    founded,
    gateway_on,
)
from tests.lines import History

BAYSIDE, GLEN_EIRA, _ = PLACES
RESULTS = f"/v1/indicators/{SHARE}/results"


@pytest.fixture
async def house(database: Database) -> AsyncIterator[GatewayHouse]:
    async with gateway_on(await database("gateway", packages=PACKAGES)) as house:
        yield house


def reasons(found: dict[str, Any]) -> set[str]:
    return {each["reason"] for each in found["results"]}


async def test_a_formula_is_computed_in_each_cell_and_for_all_with_its_lineage(
    house: GatewayHouse,
) -> None:
    await house.take(engaged())
    found = await house.get(RESULTS)
    ResultList.model_validate(found)
    assert [each["value"] for each in found["results"]] == ["60.00", "60.00", "62.50"]
    (whole,) = found["whole"]
    assert (whole["value"], whole["exact"], whole["place"]) == ("61.29", "1900/31", None)
    first = found["results"][0]
    assert first["place"]["code"] == BAYSIDE["code"]
    parts = {one["part"]: one for one in first["inputs"]}
    assert (parts["numerator"]["value"], parts["denominator"]["value"]) == ("3", "5")
    line = parts["numerator"]["positions"][0].replace(":", "/")
    said = (await house.get(f"/v1/events/{line}"))["data"]
    assert said["observations"][0]["numerator"] == "3"
    assert parts["numerator"]["definition_version"] == 2
    dossier = await house.get(parts["numerator"]["observation"])
    assert dossier["now"]["numerator"] == "3"
    assert [(one["code"], one["breaks"]) for one in found["inputs"]] == [("I4", [2])]


async def test_every_result_is_what_its_named_inputs_give(house: GatewayHouse) -> None:
    await house.take(engaged())
    found = await house.get(RESULTS)
    for each in (*found["whole"], *found["results"]):
        parts = {one["part"]: Fraction(one["value"]) for one in each["inputs"]}
        due = 100 * parts["numerator"] / parts["denominator"]
        assert each["value"] == rounded(due, 2)
        assert Fraction(each["exact"]) == due


async def test_progress_takes_the_result_for_the_indicators_value(house: GatewayHouse) -> None:
    await house.take(engaged())
    page = await house.get(f"/v1/{ROOT.replace('initiative/', 'initiatives/')}/progress")
    one = next(each for each in page["indicators"] if each["code"] == "I7")
    assert (one["latest"]["value"], one["latest"]["basis"]) == ("61.29", "formula")
    assert one["formula"] == "percent(numerator(I4), denominator(I4))"
    assert len(one["latest"]["positions"]) == 3


async def test_what_was_known_before_stays_what_it_was(house: GatewayHouse) -> None:
    told = engaged()
    then = told.vector
    await house.take(told)
    before = await house.get(RESULTS, as_known_at=then)
    deduplicated(told)
    await house.take(told)
    now = await house.get(RESULTS)
    assert now["whole"][0]["value"] == "57.14"
    assert await house.get(RESULTS, as_known_at=then) == before


async def test_only_certified_values_go_in(house: GatewayHouse) -> None:
    told = engaged(certify=False)
    await house.take(told)
    found = await house.get(RESULTS)
    assert reasons(found) == {"not-certified"}
    assert found["whole"][0]["reason"] == "not-certified"
    assert [each["value"] for each in found["results"]] == [None] * 3


async def test_a_value_that_is_changed_is_certified_no_more(house: GatewayHouse) -> None:
    told = engaged()
    deduplicated(told, certify=False)
    await house.take(told)
    assert reasons(await house.get(RESULTS)) == {"not-certified"}


async def test_another_definition_another_scheme_and_missing_inputs_are_told_apart(
    house: GatewayHouse,
) -> None:
    told = engaged()
    defined(told, SCHOOLS, "I5", unit="schools")
    defined(told, BY_SCHOOL, "I8", "ratio(I4, I5)", unit="% per schools")
    recorded(told, SCHOOLS, BAYSIDE, {**H2, "value": "4"})
    recorded(told, SCHOOLS, GLEN_EIRA, {**H2, "value": "0"})
    recorded(told, SCHOOLS, AREA, {**H2, "value": "18"})
    first_half = {"start": "2022-01-01", "end": "2022-06-30", "period": "2022-S1"}
    recorded(told, SCHOOLS, BAYSIDE, {**first_half, "value": "4"})
    early = counted("50.0", 5, 10) | first_half
    recorded(told, INDICATOR, BAYSIDE, early, version=1)
    await house.take(told)
    found = await house.get(f"/v1/indicators/{BY_SCHOOL}/results")
    seen = {
        (each["place"]["code"], each["period"]["text"]): (each["value"], each["reason"])
        for each in found["results"]
    }
    assert seen == {
        (BAYSIDE["code"], "2022-S1"): (None, "other-definition"),
        (BAYSIDE["code"], "2022-S2"): ("15.0", None),
        (GLEN_EIRA["code"], "2022-S2"): (None, "divided-by-zero"),
        (PLACES[2]["code"], "2022-S2"): (None, "no-value"),
        (AREA["code"], "2022-S2"): (None, "no-value"),
    }


async def test_a_stratum_is_never_taken_for_the_total(house: GatewayHouse) -> None:
    told = engaged()
    recorded(
        told,
        INDICATOR,
        BAYSIDE,
        counted("50.0", 1, 2),
        version=2,
        dimensions={"Sex": "Female"},
    )
    await house.take(told)
    found = await house.get(RESULTS)
    women = [each for each in found["results"] if each["dimensions"]]
    assert [(each["dimensions"], each["value"]) for each in women] == [({"Sex": "Female"}, "50.00")]
    assert found["whole"][0]["value"] == "61.29"


async def test_change_is_against_the_baseline_of_the_same_place(house: GatewayHouse) -> None:
    told = engaged()
    defined(told, BY_SCHOOL, "I8", "change(I4)", unit="percentage points")
    at = f"{ROOT}/indicator/{INDICATOR}"
    baseline = {"value": "55.5", "dimensions": {}, "place": BAYSIDE}
    told.tell("measurement.baseline-established", at, {"version": 2, "baseline": baseline})
    await house.take(told)
    found = await house.get(f"/v1/indicators/{BY_SCHOOL}/results")
    assert [(each["value"], each["reason"]) for each in found["results"]] == [
        ("4.5", None),
        (None, "no-baseline"),
        (None, "no-baseline"),
    ]
    assert found["whole"][0]["reason"] == "no-baseline"


async def test_formulas_rest_on_formulas_and_a_circle_is_a_state(house: GatewayHouse) -> None:
    told = engaged()
    defined(told, BY_SCHOOL, "I8", "100 [%] - I7")
    for code, other in (("X", "Y"), ("Y", "X")):
        defined(told, named(code), code, f"{other} + I4")
    await house.take(told)
    found = await house.get(f"/v1/indicators/{BY_SCHOOL}/results")
    assert found["whole"][0]["value"] == "38.7"
    assert [one["code"] for one in found["inputs"]] == ["I7", "I4"]
    assert reasons(await house.get(f"/v1/indicators/{named('X')}/results")) == {"goes-in-circles"}


async def test_a_unit_that_changed_since_is_a_state_too(house: GatewayHouse) -> None:
    told = engaged()
    terms = definition(13) | {"unit": "persons"}
    changed = {"version": 3, "definition": terms, "comparable": True, "series_version": 2}
    told.tell("measurement.indicator-definition-changed", f"{ROOT}/indicator/{INDICATOR}", changed)
    defined(told, BY_SCHOOL, "I8", "I4 / 2")
    await house.take(told)
    assert reasons(await house.get(f"/v1/indicators/{BY_SCHOOL}/results")) == {"units-differ"}


async def test_results_come_in_pages_that_stand_still(house: GatewayHouse) -> None:
    told = engaged()
    await house.take(told)
    whole = (await house.get(RESULTS))["results"]
    page = await house.get(RESULTS, limit=2)
    deduplicated(told)
    await house.take(told)
    rest = await house.get(RESULTS, limit=2, cursor=page["next"])
    assert [*page["results"], *rest["results"]] == whole
    assert "next" not in rest or rest["next"] is None


async def test_an_indicator_without_a_formula_has_no_results(house: GatewayHouse) -> None:
    await house.take(engaged())
    found = await house.get(f"/v1/indicators/{INDICATOR}/results")
    assert (found["indicator"]["formula"], found["whole"], found["results"]) == (None, [], [])
    await house.get(f"/v1/indicators/{named('nobody')}/results", status=404)
    await house.get(RESULTS, status=404, as_known_at="measurement:1")


async def test_nothing_came_of_a_formula_before_its_inputs_came(house: GatewayHouse) -> None:
    told = History()
    told.tell("agenda.initiative-registered", ROOT, {"name": "BGK", "places": PLACES})
    defined(told, SHARE, "I7", "I4 / 2")
    await house.take(told)
    found = await house.get(RESULTS)
    assert (found["whole"], found["results"], found["inputs"]) == ([], [], [])


def counted_by_sex() -> History:
    """I5 is a count whose strata add up; I7 is computed from it."""
    told = founded()
    at = f"{ROOT}/indicator/{SCHOOLS}"
    sex = {"name": "Sex", "equity": True, "additive": True, "codes": ["Female", "Male"]}
    terms = definition(13) | {"name": "I5", "unit": "people", "strata": [sex]}
    told.tell("measurement.indicator-proposed", at, {"code": "I5", "name": "I5"})
    told.tell("measurement.indicator-defined", at, {"version": 1, "definition": terms})
    defined(told, SHARE, "I7", "percent(I5, 20 [people])")
    return told


async def test_a_count_is_made_of_its_certified_strata_wherever_one_is_needed(
    house: GatewayHouse,
) -> None:
    told = counted_by_sex()
    recorded(told, SCHOOLS, AREA, H2 | {"value": "4"}, dimensions={"Sex": "Female"})
    await house.take(told)
    progress = f"/v1/{ROOT.replace('initiative/', 'initiatives/')}/progress"
    before = next(
        each for each in (await house.get(progress))["indicators"] if each["code"] == "I5"
    )
    assert before["latest"] is None
    (why,) = before["not_computed"]
    assert why["detail"] == "commonweal 1 bgk: Sex is not whole: Male has no value"
    recorded(told, SCHOOLS, AREA, H2 | {"value": "5"}, dimensions={"Sex": "Male"})
    await house.take(told)
    page = {each["code"]: each for each in (await house.get(progress))["indicators"]}
    counted_ = page["I5"]["latest"]
    assert (counted_["value"], counted_["basis"], counted_["certified"]) == ("9", "computed", True)
    assert len(counted_["positions"]) == 2
    assert page["I5"]["not_computed"] == []
    assert page["I7"]["latest"]["value"] == "45.0"
    assert page["I7"]["latest"]["positions"] == counted_["positions"]
    (whole,) = (await house.get(RESULTS))["whole"]
    assert whole["inputs"][0]["positions"] == counted_["positions"]
