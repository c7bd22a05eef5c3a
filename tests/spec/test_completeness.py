"""What is expected again of who sent something before."""

from __future__ import annotations

from datetime import date

import pytest

from services.measurement.domain.completeness import (
    MOST_NAMED,
    NAMED_BYTES,
    Lacking,
    Sent,
    alike,
    in_order,
    named,
)
from services.measurement.domain.values import Place, Span, Stated
from tests.callers import named as id_of

KINGSTON = Place(scheme="asgs", edition="3", code="20803")
I2 = id_of("I2")


def days(start: str, end: str) -> Span:
    return date.fromisoformat(start), date.fromisoformat(end)


YEAR, FIRST, SECOND = (
    days("2022-01-01", "2022-12-31"),
    days("2022-01-01", "2022-06-30"),
    days("2022-07-01", "2022-12-31"),
)


@pytest.mark.parametrize(
    ("one", "other", "as_long"),
    [
        (FIRST, SECOND, True),
        (days("2022-02-01", "2022-02-28"), days("2022-03-01", "2022-03-31"), True),
        (days("2022-04-26", "2022-06-24"), days("2022-10-03", "2022-12-20"), True),
        (days("2021-01-01", "2021-12-31"), days("2024-01-01", "2024-12-31"), True),
        (FIRST, YEAR, False),
        (days("2022-01-01", "2022-03-31"), FIRST, False),
        (days("2022-01-01", "2022-01-31"), days("2022-01-01", "2022-03-31"), False),
    ],
    ids=["halves", "months", "terms", "years", "half-year", "quarter-half", "month-quarter"],
)
def test_periods_are_as_long_give_or_take_a_third(one: Span, other: Span, as_long: bool) -> None:
    assert alike(one, other) == alike(other, one) == as_long


def test_a_series_is_due_for_periods_as_long_as_those_that_it_came_for() -> None:
    sent = Sent(I2, 1, KINGSTON, {}, {FIRST})
    periods = [Stated(start=start, end=end, period="P") for start, end in (SECOND, YEAR)]
    assert sent.due(periods) == [SECOND]
    assert Sent(I2, 1, KINGSTON, {}, {FIRST, YEAR}).due(periods) == [SECOND, YEAR]


def test_what_lacks_is_named_in_order_and_as_far_as_a_line_goes() -> None:
    series = [Sent(I2, 1, KINGSTON, {"Sex": sex}) for sex in ("Male", "Female")]
    assert [one.dimensions["Sex"] for one in in_order(series)] == ["Female", "Male"]
    many = [Lacking(indicator_id=I2, place=KINGSTON)] * (MOST_NAMED + 1)
    assert len(named(many)) == MOST_NAMED
    long = KINGSTON.model_copy(update={"label": "K" * (NAMED_BYTES // 2)})
    assert len(named([Lacking(indicator_id=I2, place=long)] * 3)) == 1
