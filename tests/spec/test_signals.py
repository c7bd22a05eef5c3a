"""What a certified value shows, held against the one before it and against the targets."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from services.measurement.domain.aim import Target
from services.measurement.domain.definition import Polarity
from services.measurement.domain.series import Series
from services.measurement.domain.series_facts import Said
from services.measurement.domain.signals import (
    Signal,
    SignalledAlready,
    SignalRaised,
    signals,
)
from services.measurement.domain.values import Observation, Place
from tests.callers import named
from tests.given import fact, given
from tests.spec.test_series import BAYSIDE, COUNTED, FIRST, IDENTITY, SECOND, recorded, year

SIXTY = Target(value="60", target_id=named("target"), version=2, decision_id=named("D-2"))


def told(*values: str, certified: bool = True) -> list[Said]:
    """One value a year from 2020 on."""
    years = enumerate(values, start=2020)
    return [Said(FIRST, year(number, value), certified=certified) for number, value in years]


def shown(
    said: list[Said],
    *just: Observation,
    targets: tuple[Target, ...] = (SIXTY,),
    polarity: Polarity = "higher-is-better",
    ignored: Any = (),
) -> list[tuple[str, str | None, str | None]]:
    """Kind, value before and value now of each signal; the last value was just certified."""
    spans = {each.span for each in just or (said[-1].observation,)}
    found = signals(said, spans, ignored=ignored, targets=targets, polarity=polarity)
    return [(each.kind, each.was.value, each.now.value) for each in found]


@pytest.mark.parametrize(
    ("polarity", "values", "kind"),
    [
        ("higher-is-better", ("59.9", "60.0"), "target-reached"),
        ("higher-is-better", ("60.0", "59.9"), "target-missed"),
        ("lower-is-better", ("60.1", "60"), "target-reached"),
        ("lower-is-better", ("60", "61"), "target-missed"),
    ],
)
def test_a_target_is_crossed_from_one_period_to_the_next(
    polarity: Polarity, values: tuple[str, str], kind: str
) -> None:
    assert shown(told(*values), polarity=polarity) == [(kind, *values)]


def test_nothing_is_shown_that_stays_on_its_side_or_has_nothing_before_it() -> None:
    assert shown(told("61", "65")) == shown(told("61")) == shown(told("1", "2")) == []
    assert shown(told("59", "61"), polarity="neither") == []
    assert shown(told("59", "61"), targets=()) == []


def test_only_the_latest_certified_value_speaks() -> None:
    earlier = told("59", "61", "62")
    assert shown(earlier, earlier[1].observation) == []
    assert shown([*told("59", "61"), Said(FIRST, year(2022, "1"))], year(2021)) == [
        ("target-reached", "59", "61")
    ]


def test_a_value_certified_anew_is_held_against_what_it_was() -> None:
    again = [*told("61", "62"), Said(None, year(2021, "57")), Said(None, year(2021, "57"), True)]
    assert shown(again) == [("target-missed", "62", "57")]


def test_what_came_with_a_submission_that_does_not_count_is_not_heard() -> None:
    rejected = Said(SECOND, year(2021, "9"))
    said = [*told("59", "61"), rejected]
    assert shown(said, year(2021), ignored={SECOND}) == [("target-reached", "59", "61")]


@pytest.mark.parametrize(
    ("polarity", "values", "kind"),
    [
        ("higher-is-better", ("60.0", "58"), None),
        ("higher-is-better", ("60.0", "57.9"), "target-missed"),
        ("higher-is-better", ("57.9", "58.0"), None),
        ("higher-is-better", ("59.9", "60"), "target-reached"),
        ("higher-is-better", ("58", "57.9"), "target-missed"),
        ("lower-is-better", ("60", "62"), None),
        ("lower-is-better", ("60", "62.1"), "target-missed"),
        ("neither", ("58", "62"), None),
        ("neither", ("62", "62.1"), "target-missed"),
        ("neither", ("57.9", "58"), "target-reached"),
    ],
)
def test_nobody_is_called_for_what_lies_within_the_tolerance(
    polarity: Polarity, values: tuple[str, str], kind: str | None
) -> None:
    within = SIXTY.model_copy(update={"tolerance": "2"})
    expected = [(kind, *values)] if kind else []
    assert shown(told(*values), polarity=polarity, targets=(within,)) == expected


def test_a_target_until_a_day_says_nothing_of_later_periods() -> None:
    ended = SIXTY.model_copy(update={"start": date(2020, 1, 1), "end": date(2020, 12, 31)})
    assert shown(told("59", "61"), targets=(ended,)) == []


@pytest.mark.parametrize(
    ("values", "turns"),
    [(("1", "3", "2"), True), (("3", "1", "2"), True), (("1", "2", "3"), False),
     (("1", "2", "2"), False), (("1", "2"), False)],
)  # fmt: skip
def test_a_trend_turns_where_three_periods_rise_and_fall(
    values: tuple[str, ...], turns: bool
) -> None:
    assert shown(told(*values), targets=()) == ([("trend-turned", *values[-2:])] if turns else [])


def test_a_series_is_held_against_targets_of_its_own_place_and_stratum() -> None:
    series = given(Series, recorded(COUNTED)).aggregate
    here = SIXTY.model_copy(update={"place": BAYSIDE, "dimensions": {"Sex": "Female"}})
    others = (
        here.model_copy(update={"dimensions": {}}),
        here.model_copy(update={"version": 1}),
        here.model_copy(update={"place": BAYSIDE.model_copy(update={"code": "20803"})}),
        here.model_copy(update={"place": None}),
    )
    assert series.aims((here, *others)) == [here]
    series.place = Place(scheme="commonweal", edition="1", code="bgk")
    assert series.aims((here, *others)) == [others[-1]]


def test_it_is_said_once() -> None:
    signal = Signal("target-missed", year(2021, "62"), COUNTED, "61")

    def says(series: Series) -> None:
        series.raise_signal(signal)

    raised = fact(SignalRaised, **IDENTITY, **signal._asdict())
    given(Series, recorded(COUNTED)).when(says).then(raised)
    given(Series, recorded(COUNTED), raised).when(says).then_refused(SignalledAlready)
