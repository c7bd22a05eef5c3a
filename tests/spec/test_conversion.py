"""Values of one edition become those of another only as far as they add up, and say so."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gateway.readmodels.conversion import Concordance, Converted, converted
from gateway.readmodels.headline import spoken
from gateway.readmodels.totals import Group, Terms

SEX = Group("Sex", ("Female", "Male"))
COUNT = Terms("people", made_of_two=False, groups=(SEX,))
SHARE = Terms("%", made_of_two=True, groups=())
CERTIFIED, RECORDED = "observations-certified", "observations-recorded"
SHARES = {
    "M": {"middle": "0.3333333", "south": "0.0250"},
    "N": {"north": "1", "middle": "0.3333333"},
    "S": {"middle": "0.3333334", "south": "0.975"},
}
BY = Concordance("invented", 1, "nobody", ("old", "1"), ("old", "2"), "residents", SHARES)
PARTS = {("old", "2", code) for code in SHARES}


def row(code: str, value: str | None, *, edition: str = "1", **more: Any) -> dict[str, Any]:
    return {
        "sequence": 1,
        "definition_version": 1,
        "place_scheme": "old",
        "place_edition": edition,
        "place_code": code,
        "dimensions": "{}",
        "period": "2021",
        "period_start": date(2021, 1, 1),
        "period_end": date(2021, 12, 31),
        "value": value,
        "status": "A",
        "numerator": None,
        "denominator": None,
        "kind": CERTIFIED,
    } | more


def counts(**values: str) -> list[dict[str, Any]]:
    return [row(code, value, sequence=n) for n, (code, value) in enumerate(values.items(), 1)]


def told(*rows: dict[str, Any], terms: Terms = COUNT, parts: Any = PARTS) -> Converted:
    return converted(rows, BY, terms, parts)


def values(found: Converted) -> dict[str, str]:
    return {row["place_code"]: row["value"] for row in found.rows}


def test_what_a_place_becomes_is_exact_estimated_and_says_by_which_list() -> None:
    found = told(*counts(north="10", middle="3", south="40"))
    assert values(found) == {"M": "1.9999999", "N": "10.9999999", "S": "40.0000002"}
    north = next(row for row in found.rows if row["place_code"] == "N")
    assert (north["status"], north["basis"], north["converted_by"]) == (
        "E",
        "converted",
        "invented.v1",
    )
    assert north["positions"] == ["measurement:1", "measurement:2"]
    assert [each["weight"] for each in north["made_of"]] == ["1", "0.3333333"]


@settings(max_examples=60)
@given(some.lists(some.decimals(0, 10**6, places=2), min_size=3, max_size=3))
def test_nobody_is_lost_and_nobody_is_counted_twice(given: list[Any]) -> None:
    north, middle, south = map(str, given)
    found = told(*counts(north=north, middle=middle, south=south))
    assert sum(map(Fraction, values(found).values())) == sum(map(Fraction, map(str, given)))


def test_of_a_percentage_both_counts_are_converted() -> None:
    rows = [
        row("north", "50.0", numerator="5", denominator="10"),
        row("middle", "20.0", numerator="6", denominator="30"),
        row("south", "10.0", numerator="4", denominator="40"),
    ]
    found = {each["place_code"]: each for each in told(*rows, terms=SHARE).rows}
    assert (found["S"]["numerator"], found["S"]["denominator"]) == ("5.9000004", "49.0000020")
    assert found["S"]["value"] == "12.0"


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (counts(north="10"), "middle has no value"),
        ([*counts(north="10"), row("middle", "3", kind=RECORDED)], "middle is not certified"),
        ([*counts(north="10"), row("middle", None)], "middle has no value"),
        (
            [*counts(north="10"), row("middle", "3", basis="released")],
            "middle may have been rounded when it was released",
        ),
    ],
)
def test_nothing_is_converted_from_some_of_what_a_place_is_made_of(rows: Any, why: str) -> None:
    found = told(*rows)
    assert found.rows == []
    assert found.missing["old", "2", "N", date(2021, 1, 1), date(2021, 12, 31)] == (
        f"not converted: {why}"
    )


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        (Terms("days", made_of_two=False, groups=()), "states no additive group"),
        (Terms("per 1,000 persons", made_of_two=True, groups=(SEX,)), "is not made of the values"),
        (SHARE, "not each part has a numerator and a denominator"),
    ],
)
def test_what_may_not_be_added_is_left_as_it_is_and_says_why(terms: Terms, why: str) -> None:
    given = counts(north="10", middle="3", south="40")
    found = told(*given, terms=terms)
    assert all(why in said for said in found.missing.values())
    assert found.missing
    assert [each for each in found.rows if each.get("converted_by")] == []


def test_what_was_submitted_in_the_other_edition_stands() -> None:
    submitted = row("N", "11", edition="2")
    found = told(*counts(north="10", middle="3", south="40"), submitted)
    assert values(found)["N"] == "11"
    assert "converted_by" not in next(each for each in found.rows if each["place_code"] == "N")


def test_an_initiative_with_places_of_both_editions_has_nothing_converted() -> None:
    found = told(*counts(north="10", middle="3"), parts={*PARTS, ("old", "1", "north")})
    assert values(found) == {"north": "10", "middle": "3"}
    assert all("places of both editions" in why for why in found.missing.values())
    assert len(found.missing) == 2


def test_without_a_place_of_the_other_edition_all_stays_as_it_is() -> None:
    given = counts(north="10", middle="3")
    found = told(*given, parts={("old", "1", "north")})
    assert (list(found.rows), found.missing) == (given, {})


def test_a_place_that_nothing_becomes_has_no_value_and_says_so() -> None:
    found = told(*counts(north="10", middle="3", south="40"), parts={*PARTS, ("old", "2", "X")})
    (why,) = found.missing.values()
    assert why == "not converted: in invented.v1 nothing becomes X"


def test_places_that_are_not_the_initiatives_are_not_converted_to() -> None:
    found = told(*counts(north="10", middle="3", south="40"), parts={("old", "2", "N")})
    assert values(found) == {"N": "10.9999999"}


def test_a_value_for_all_that_rests_on_converted_ones_says_so_and_is_in_one_row() -> None:
    now = [
        row(code, value, edition="2", period_start=date(2022, 1, 1), period_end=date(2022, 12, 31))
        for code, value in (("M", "2"), ("N", "12"), ("S", "41"))
    ]
    rows = [*now, *counts(north="10", middle="3", south="40")]
    apart = spoken(rows, version=1, terms=COUNT, parts=PARTS)
    assert [point["value"] for point in apart.points] == ["55"]
    found = told(*rows)
    points = spoken(found.rows, version=1, terms=COUNT, parts=PARTS, why=found.missing).points
    assert [(point["value"], point["places"]) for point in points] == [
        ("55", "old 2"),
        ("53.0000000", "old 2"),
    ]
    assert [point.get("converted_by") for point in points] == [None, "invented.v1"]


def test_why_a_period_has_no_value_for_all_is_said() -> None:
    found = told(*counts(north="10", south="40"))
    missing = spoken(found.rows, version=1, terms=COUNT, parts=PARTS, why=found.missing).missing
    (why,) = missing.values()
    assert why.startswith("old 2 M: not converted: middle has no value; old 2 N")
