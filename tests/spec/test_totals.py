"""A total that nobody submitted is the sum of all certified strata of a group, or there is none."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from gateway.readmodels.headline import Spoken, spoken
from gateway.readmodels.totals import Group, Terms, totals
from infra.kernel.line import canonical

SEX = Group("Sex", ("Female", "Male", "Other"))
AGE = Group("Age", ("15-19", "20-24"))
COUNT = Terms("people", made_of_two=False, groups=(SEX, AGE))
SHARE = Terms("%", made_of_two=True, groups=(SEX,))
CERTIFIED, RECORDED = "observations-certified", "observations-recorded"
WHOLE = ("commonweal", "1", "bgk")
BAYSIDE, KINGSTON = ("asgs-sa3", "3", "20801"), ("asgs-sa3", "3", "20803")


def row(
    place: tuple[str, str, str] = WHOLE,
    stratum: Mapping[str, str] | None = None,
    value: str = "1",
    **more: Any,
) -> dict[str, Any]:
    scheme, edition, code = place
    return {
        "sequence": 1,
        "definition_version": 1,
        "place_scheme": scheme,
        "place_edition": edition,
        "place_code": code,
        "dimensions": canonical(stratum or {}),
        "period": "2022",
        "period_start": date(2022, 1, 1),
        "period_end": date(2022, 12, 31),
        "value": value,
        "status": "A",
        "numerator": None,
        "denominator": None,
        "kind": CERTIFIED,
    } | more


def strata(values: Mapping[str, str], group: Group = SEX, **more: Any) -> list[dict[str, Any]]:
    return [
        row(stratum={group.name: code}, value=value, sequence=number, **more)
        for number, (code, value) in enumerate(values.items(), 1)
    ]


def of(*rows: dict[str, Any], parts: Any = (), groups: Any = (), terms: Terms = COUNT) -> Spoken:
    return spoken(rows, version=1, terms=terms, parts=set(parts), strata=list(groups))


WHO = {"Female": "7", "Male": "5.50", "Other": "0"}


def test_a_complete_group_speaks_where_nobody_submitted_a_total() -> None:
    (point,) = of(groups=strata(WHO)).points
    assert (point["value"], point["basis"], point["certified"]) == ("12.50", "computed", True)
    assert point["positions"] == ["measurement:1", "measurement:2", "measurement:3"]
    (submitted,) = of(row(value="13"), groups=strata(WHO)).points
    assert (submitted["value"], submitted["basis"]) == ("13", "submitted")


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (strata({"Female": "7", "Male": "5"}), "Sex is not whole: Other has no value"),
        (
            [*strata({"Female": "7", "Male": "5"}), row(stratum={"Sex": "Other"}, kind=RECORDED)],
            "Sex is not whole: Other is not certified",
        ),
        (
            [*strata(WHO), *strata({"15-19": "1", "20-24": "2"}, AGE)],
            "the groups of its strata add up to different totals",
        ),
    ],
)
def test_nothing_is_computed_of_a_part_and_why_is_said(spoilt: Any, said: str) -> None:
    found = of(groups=spoilt)
    assert found.points == []
    assert list(found.missing.values()) == [f"commonweal 1 bgk: {said}"]


def test_values_of_another_series_version_are_no_part_of_it() -> None:
    mixed = [
        *strata({"Female": "7", "Male": "5"}),
        row(stratum={"Sex": "Other"}) | {"definition_version": 2},
    ]
    assert of(groups=mixed).points == []


def test_of_a_share_numerators_and_denominators_add_up() -> None:
    counts = (("3", "5"), ("6", "10"), ("1", "16"))
    groups = [
        row(stratum={"Sex": code}, value="0.0", numerator=over, denominator=under)
        for code, (over, under) in zip(SEX.codes, counts, strict=True)
    ]
    (point,) = of(groups=groups, terms=SHARE).points
    assert (point["numerator"], point["denominator"], point["value"]) == ("10", "31", "32.3")
    rate = Terms("per 1,000 persons", made_of_two=True, groups=(SEX,))
    assert of(groups=groups, terms=rate).points == []


def test_a_count_of_all_places_is_made_of_all_of_them() -> None:
    both = row(BAYSIDE, value="3"), row(KINGSTON, value="4")
    (point,) = of(*both, parts=(BAYSIDE, KINGSTON)).points
    assert (point["value"], point["places"], point["basis"]) == ("7", "asgs-sa3 3", "computed")
    assert of(both[0], parts=(BAYSIDE, KINGSTON)).points == []
    uncertified = row(KINGSTON, value="4", kind=RECORDED)
    assert of(both[0], uncertified, parts=(BAYSIDE, KINGSTON)).points == []
    never_said = Terms("days", made_of_two=False, groups=())
    assert of(*both, parts=(BAYSIDE, KINGSTON), terms=never_said).points == []


def test_a_place_may_be_made_of_its_strata_and_the_whole_of_its_places() -> None:
    here = [row(BAYSIDE, {"Sex": code}, value) for code, value in WHO.items()]
    (point,) = of(row(KINGSTON, value="4"), parts=(BAYSIDE, KINGSTON), groups=here).points
    assert point["value"] == "16.50"


Amount = some.decimals(0, 10**9, places=2).map(lambda number: format(number, "f"))


@settings(max_examples=60, deadline=None)
@given(
    some.lists(some.tuples(Amount, some.booleans(), some.booleans()), min_size=2, max_size=8),
    some.randoms(use_true_random=False),
)
def test_the_total_is_the_exact_sum_of_all_or_it_is_not(told: Any, chance: Any) -> None:
    codes = tuple(f"c{number}" for number in range(len(told)))
    group = Group("Dimension", codes)
    rows = [
        row(stratum={"Dimension": code}, value=value, kind=CERTIFIED if certified else RECORDED)
        for code, (value, there, certified) in zip(codes, told, strict=True)
        if there
    ]
    chance.shuffle(rows)
    found = totals(rows, Terms("people", made_of_two=False, groups=(group,)))
    if all(there and certified for _, there, certified in told):
        (total,) = found.rows
        assert Fraction(total["value"]) == sum(Fraction(Decimal(value)) for value, *_ in told)
        assert not found.missing
    else:
        assert not found.rows
        assert len(found.missing) == bool(rows)
