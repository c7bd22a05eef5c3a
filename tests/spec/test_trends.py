"""Trends and pace: held against other people's programs, and against counting by hand."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from fractions import Fraction
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.readmodels.pace import Mark, judged, pace, years
from gateway.readmodels.trend import (
    EXACT,
    Point,
    mann_kendall,
    slope,
    turning_points,
    variance,
)
from gateway.registers.scorecard import trend

FOREIGN = json.loads((Path(__file__).parents[1] / "data/trends.json").read_text())
"""What pymannkendall and SciPy said of the same values; the file says which versions."""
CASES = FOREIGN["cases"]


def fractions(*values: Any) -> list[Fraction]:
    return [Fraction(value) for value in values]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{len(case['values'])} points")
def test_others_find_the_same(case: dict[str, Any]) -> None:
    values = fractions(*case["values"])
    tested = mann_kendall(values)
    assert tested.s == case["s"]
    assert float(variance(list(Counter(values).values()))) == pytest.approx(float(case["var_s"]))
    steps = [Point(Fraction(at), value) for at, value in enumerate(values)]
    assert float(slope(steps)) == pytest.approx(float(case["slope"]), abs=1e-12)
    if not tested.exact:
        assert float(tested.p) == pytest.approx(float(case["p_normal"]), abs=1e-12)
    elif "p_exact" in case:
        assert float(tested.p) == pytest.approx(float(case["p_exact"]), abs=1e-12)


def test_the_foreign_cases_try_both_ways_and_ties() -> None:
    sizes = [len(case["values"]) for case in CASES]
    assert min(sizes) <= 5 < EXACT < max(sizes)
    assert any(len(set(case["values"])) < len(case["values"]) <= EXACT for case in CASES)


@given(st.lists(st.integers(0, 3), min_size=2, max_size=6))
def test_ties_and_all_the_exact_chance_is_that_of_all_orders(values: list[int]) -> None:
    def s(order: tuple[int, ...]) -> int:
        return sum((b > a) - (b < a) for a, b in combinations(order, 2))

    orders = [s(order) for order in permutations(values)]
    far = sum(abs(each) >= abs(s(tuple(values))) for each in orders)
    assert mann_kendall(fractions(*values)).p == Fraction(far, len(orders))


def points(*values: str, places: str = "commonweal 1") -> list[dict[str, Any]]:
    """The earliest first here; the latest first is how they come."""
    found = [
        {
            "value": value,
            "period": {"text": str(year), "start": f"{year}-01-01", "end": f"{year}-12-31"},
            "positions": [],
            "places": places,
        }
        for year, value in enumerate(values, 2001)
    ]
    return found[::-1]


class TestTheTrend:
    @pytest.mark.parametrize(
        ("values", "polarity", "direction", "meaning"),
        [
            ("1 2", "higher-is-better", None, "too few points"),
            ("1 2 3 4", "higher-is-better", None, "too few points"),
            ("1 2 3 4 5", "higher-is-better", "rising", "improving"),
            ("1 2 3 4 5", "lower-is-better", "rising", "worsening"),
            ("10 9 8.5 8.4 7", "lower-is-better", "falling", "improving"),
            ("1 3 1 3 1", "higher-is-better", "level", "no clear trend"),
            ("1 1 1 1 1 1", "higher-is-better", "level", "no clear trend"),
            ("1 2 3 4 5", "neither", "rising", "not judged"),
        ],
    )
    def test_it_takes_five_periods_and_a_test(
        self, values: str, polarity: str, direction: str | None, meaning: str
    ) -> None:
        found = trend(points(*values.split()), polarity)
        assert (found["direction"], found["meaning"]) == (direction, meaning)
        assert [each["value"] for each in found["points"]] == values.split()

    def test_it_says_by_which_test_how_surely_and_how_fast(self) -> None:
        found = trend(points("1", "2", "3", "4", "5"), "higher-is-better")
        assert found["test"] == {
            "name": "Mann-Kendall",
            "s": 10,
            "p": "0.0167",
            "confidence": "0.9833",
            "exact": True,
        }
        assert found["slope"] == "1.0000"

    def test_what_was_counted_in_other_places_is_no_row_with_it(self) -> None:
        mixed = points("1", "2", "3", "4", "5")
        mixed[-1]["places"] = "asgs-sa3 3"
        found = trend(mixed, "higher-is-better")
        assert (found["meaning"], found["counted"], found["left_out"]) == ("too few points", 4, 1)

    def test_it_names_where_it_turned(self) -> None:
        found = trend(points("1", "2", "5", "3", "2", "1", "2", "4", "5"), "higher-is-better")
        turns = [(turn["kind"], turn["value"]) for turn in found["turning_points"]]
        assert turns == [("peak", "5"), ("trough", "1")]


@pytest.mark.parametrize(
    ("values", "turns"),
    [
        ("1 2 3 2 1", [("peak", 2)]),
        ("3 2 1 2 3", [("trough", 2)]),
        ("1 2 3 3 2 1", []),
        ("1 2 3 2", []),
        ("1 2 4 2 1.9 3 5 3 2", [("peak", 2), ("trough", 4), ("peak", 6)]),
        ("1 2 4 2.5 3 2.8 3.2 5 2 1", [("peak", 7)]),
    ],
)
def test_a_turning_point_stands_out_on_either_side(
    values: str, turns: list[tuple[str, int]]
) -> None:
    assert [tuple(turn) for turn in turning_points(fractions(*values.split()))] == turns


BASE = Mark(Fraction(100), date(2020, 12, 31))


class TestThePace:
    """100 in 2020, to be 200 in 2030: 7.18 % a year."""

    AIM = Mark(Fraction(200), date(2030, 12, 31))

    def test_the_ratio_is_that_of_the_growth_rates(self) -> None:
        found = pace(BASE, Mark(Fraction(110), date(2022, 12, 31)), self.AIM, 1)
        assert found is not None
        assert found.method == "compound-annual-growth"
        assert float(found.observed) == pytest.approx(1.1**0.5 - 1, abs=1e-15)
        assert float(found.required) == pytest.approx(2**0.1 - 1, abs=1e-15)
        assert float(found.ratio) == pytest.approx((1.1**0.5 - 1) / (2**0.1 - 1), abs=1e-12)

    def test_from_nothing_it_is_that_of_the_annual_differences(self) -> None:
        zero = Mark(Fraction(0), BASE.by)
        found = pace(zero, Mark(Fraction(4), date(2022, 12, 31)), self.AIM, 1)
        assert found is not None
        assert (found.method, found.observed, found.required) == ("annual-difference", 2, 20)
        assert found.ratio == Fraction(1, 10)

    @given(st.decimals(1, 1000, places=2), st.decimals(1, 1000, places=2), st.integers(1, 20))
    def test_who_keeps_to_the_required_rate_is_at_one_whenever_one_looks(
        self, start: Any, end: Any, year: int
    ) -> None:
        base, aim = Mark(Fraction(start), BASE.by), Mark(Fraction(end), date(2020 + year, 12, 31))
        found = pace(base, aim, aim, 1 if end > start else -1)
        assert (found is None) == (start == end)
        assert found is None or abs(found.ratio - 1) < Fraction(1, 10**30)

    @pytest.mark.parametrize(
        ("now", "polarity", "category"),
        [
            ("114.87", "higher-is-better", "on-track"),
            ("114.2", "higher-is-better", "on-track"),
            ("113", "higher-is-better", "acceleration-needed"),
            ("105", "higher-is-better", "limited-progress"),
            ("100", "higher-is-better", "limited-progress"),
            ("99", "higher-is-better", "deterioration"),
            ("200", "higher-is-better", "target-achieved"),
            ("110", "neither", "not-assessed"),
        ],
    )
    def test_the_categories_are_those_of_the_published_rule(
        self, now: str, polarity: str, category: str
    ) -> None:
        found = judged(
            first=said("100", 2020),
            latest=said(now, 2022),
            target=said("200", 2030),
            met=now == "200",
            polarity=polarity,
        )
        assert found["category"] == category
        assert (found["ratio"] is None) == (polarity == "neither")

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"latest": None}, "no-observation"),
            ({"target": None}, "no-target"),
            ({"first": None}, "no-baseline"),
            ({"first": ("100", 2022)}, "too-early"),
            ({"target": ("200", None)}, "no-target-date"),
        ],
    )
    def test_what_cannot_be_assessed_says_why(self, change: dict[str, Any], reason: str) -> None:
        marks: dict[str, Any] = {"first": ("100", 2020), "latest": ("110", 2022)}
        marks |= {"target": ("200", 2030)} | change
        shown = {name: said(*each) if each else None for name, each in marks.items()}
        found = judged(**shown, met=False, polarity="higher-is-better")
        assert (found["category"], found["reason"]) == ("not-assessed", reason)

    @pytest.mark.parametrize("now", ["9" * 79, "0." + "0" * 70 + "1"])
    @pytest.mark.parametrize("begun", ["1", "0", "9" * 79, "-1"])
    @pytest.mark.parametrize("aim", ["2", "0." + "0" * 70 + "1", "-" + "9" * 79])
    def test_numbers_of_any_size_are_borne(self, now: str, begun: str, aim: str) -> None:
        found = judged(
            first={"value": begun, "period": {"end": "2020-12-30"}},
            latest={"value": now, "period": {"end": "2020-12-31"}},
            target={"value": aim, "period": {"end": "2999-12-31"}},
            met=False,
            polarity="higher-is-better",
        )
        assert found["category"] != "not-assessed"
        assert all(len(found[name] or "") < 50 for name in ("observed", "required", "ratio"))

    def test_where_less_is_better_going_down_is_progress(self) -> None:
        found = judged(
            first=said("34", 2021),
            latest=said("9", 2023),
            target=said("10", 2025),
            met=True,
            polarity="lower-is-better",
        )
        assert found["category"] == "target-achieved"
        assert found["observed"].startswith("-")
        assert Fraction(found["ratio"]) > 1


def said(value: str, year: int | None) -> dict[str, Any]:
    return {"value": value, "period": {"text": None, "end": f"{year}-12-31" if year else None}}


def test_years_are_counted_in_months_so_that_leap_years_do_not_show() -> None:
    assert years(date(2020, 12, 31), date(2021, 12, 31)) == 1
    assert years(date(2020, 2, 29), date(2021, 2, 28)) == 1
    assert years(date(2022, 6, 30), date(2022, 12, 31)) == Fraction(1, 2)
