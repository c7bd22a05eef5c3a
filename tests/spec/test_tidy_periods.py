"""A period is its days, however an office writes it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from services.measurement.domain.period import Period
from services.measurement.domain.tidy.periods import period_reader
from services.measurement.domain.tidy.sources import PeriodSource

SOURCE = TypeAdapter[PeriodSource](PeriodSource)
TERMS = {"Term 1": "2022-01-31/2022-04-08", "Term 2": "2022-04-26/2022-06-24"}


def read(first: str, form: str, second: str = "", **more: Any) -> str:
    columns = {"start": "s", "end": "e"} if form == "dates" else {"column": "c"}
    source = SOURCE.validate_python({"format": form, **columns, **more})
    return str(period_reader(source)(first, second))


@pytest.mark.parametrize(
    ("text", "form", "more", "days"),
    [
        ("2021", "year", {}, "2021-01-01/2021-12-31"),
        ("0001", "year", {}, "0001-01-01/0001-12-31"),
        ("2016/2017", "span", {"start_month": 9}, "2016-09-01/2017-08-31"),
        ("2016-17", "span", {"start_month": 7}, "2016-07-01/2017-06-30"),
        ("2016\u201317", "span", {"start_month": 4}, "2016-04-01/2017-03-31"),
        ("1999/00", "span", {"start_month": 7}, "1999-07-01/2000-06-30"),
        ("2019/2020", "span", {"start_month": 3}, "2019-03-01/2020-02-29"),
        ("2015-2019", "span", {"start_month": 1}, "2015-01-01/2019-12-31"),
        ("2014/2017", "span", {"start_month": 7}, "2014-07-01/2017-06-30"),
        ("2021-Q3", "quarter", {}, "2021-07-01/2021-09-30"),
        ("2021Q1", "quarter", {}, "2021-01-01/2021-03-31"),
        ("Q4 2021", "quarter", {}, "2021-10-01/2021-12-31"),
        ("2021-22 Q1", "quarter", {"start_month": 7}, "2021-07-01/2021-09-30"),
        ("Q3 2021/22", "quarter", {"start_month": 7}, "2022-01-01/2022-03-31"),
        ("1999-2000 Q4", "quarter", {"start_month": 7}, "2000-04-01/2000-06-30"),
        ("2021-H1", "half", {}, "2021-01-01/2021-06-30"),
        ("S2 2021", "half", {}, "2021-07-01/2021-12-31"),
        ("2021-22 H2", "half", {"start_month": 7}, "2022-01-01/2022-06-30"),
        ("Term 1", "named", {"periods": TERMS}, "2022-01-31/2022-04-08"),
        ("Term 2", "named", {"periods": TERMS}, "2022-04-26/2022-06-24"),
        ("2024-02", "month", {}, "2024-02-01/2024-02-29"),
        ("2021M12", "month", {}, "2021-12-01/2021-12-31"),
        ("Mar 2021", "month", {}, "2021-03-01/2021-03-31"),
        ("SEPTEMBER 2021", "month", {}, "2021-09-01/2021-09-30"),
        ("2021 Jun", "month", {}, "2021-06-01/2021-06-30"),
        ("janv. 2021", "month", {"names": {"janv.": 1}}, "2021-01-01/2021-01-31"),
        ("2021", "iso", {}, "2021-01-01/2021-12-31"),
        ("2021-03", "iso", {}, "2021-03-01/2021-03-31"),
        ("2021-03-04", "iso", {}, "2021-03-04/2021-03-04"),
        ("20210304", "iso", {}, "2021-03-04/2021-03-04"),
        ("2021-01-01/2021-12-31", "iso", {}, "2021-01-01/2021-12-31"),
        ("2021/2022-06", "iso", {}, "2021-01-01/2022-06-30"),
        ("2021-01-01/P1Y", "iso", {}, "2021-01-01/2021-12-31"),
        ("2021-07-01T00:00:00Z/P1Y6M", "iso", {}, "2021-07-01/2022-12-31"),
        ("2021-01-31/P1M", "iso", {}, "2021-01-31/2021-02-27"),
        ("2024-02-26/P1W", "iso", {}, "2024-02-26/2024-03-03"),
        ("P3M/2021-12-31", "iso", {}, "2021-10-01/2021-12-31"),
        ("2021-S2", "iso", {}, "2021-07-01/2021-12-31"),
        ("2021-T1", "iso", {}, "2021-01-01/2021-04-30"),
        ("2021-A1", "iso", {}, "2021-01-01/2021-12-31"),
        ("2020-W53", "iso", {}, "2020-12-28/2021-01-03"),
        ("2024-D366", "iso", {}, "2024-12-31/2024-12-31"),
    ],
)
def test_a_period_is_read_into_its_days(text: str, form: str, more: dict[str, Any], days: str):
    assert read(text, form, **more) == days


@pytest.mark.parametrize(
    ("order", "start", "end"),
    [
        ("ymd", "2021-02-03", "2021-12-31"),
        ("dmy", "03/02/2021", "31/12/2021"),
        ("dmy", "3.2.2021", "31.12.2021"),
        ("mdy", "2/3/2021", "12/31/2021"),
    ],
)
def test_two_dates_are_read_in_the_stated_order(order: str, start: str, end: str):
    assert read(start, "dates", end, order=order) == "2021-02-03/2021-12-31"


@pytest.mark.parametrize(
    ("text", "form", "more"),
    [
        ("21", "year", {}),
        ("0000", "year", {}),
        ("٢٠٢١", "year", {}),
        ("2017/2016", "span", {"start_month": 7}),
        ("2016/2016", "span", {"start_month": 7}),
        ("2021-01", "span", {"start_month": 7}),
        ("2021-Q5", "quarter", {}),
        ("2021-Q3", "quarter", {"start_month": 7}),
        ("2021-22 Q3", "quarter", {}),
        ("2021-23 Q3", "quarter", {"start_month": 7}),
        ("2021-H3", "half", {}),
        ("2021", "half", {}),
        ("Term 3", "named", {"periods": TERMS}),
        ("2021-13", "month", {}),
        ("Foo 2021", "month", {}),
        ("2021-02-30", "iso", {}),
        ("2021-03-04T12:00:00", "iso", {}),
        ("2021-01-01/P", "iso", {}),
        ("2021-01-01/P0D", "iso", {}),
        ("2021-12-31/2021-01-01", "iso", {}),
        ("2021-W54", "iso", {}),
        ("2021-D366", "iso", {}),
        ("9999-12-31/P9999Y", "iso", {}),
        ("x" * 101, "iso", {}),
    ],
)
def test_what_is_no_period_is_refused_in_one_line(text: str, form: str, more: dict[str, Any]):
    with pytest.raises(ValueError, match="is no period of format") as refused:
        read(text, form, **more)
    assert "\n" not in str(refused.value)


def test_two_dates_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="ends on or after the day it starts"):
        read("2021-02-01", "dates", "2021-01-01")


@given(st.dates(), st.dates())
def test_a_period_is_written_and_read_back(one: date, other: date):
    period = Period(start=min(one, other), end=max(one, other))
    assert Period.parse(str(period)) == period
    assert read(period.short(), "iso") == str(period)


@pytest.mark.parametrize(
    "text", ["2021", "2021-S2", "2021-Q3", "2021-03", "2021-03-04", "2021-02-01/2021-04-30"]
)
def test_the_shortest_name_of_a_period_is_the_usual_one(text: str):
    assert Period.parse(read(text, "iso")).short() == text


def test_a_period_never_ends_before_it_starts():
    with pytest.raises(ValidationError, match="ends on or after"):
        Period(start=date(2021, 2, 1), end=date(2021, 1, 31))


@pytest.mark.parametrize("text", ["2021", "2021-01-01", "20210101/20211231", ""])
def test_only_the_canonical_interval_is_parsed(text: str):
    with pytest.raises(ValueError, match="YYYY-MM-DD"):
        Period.parse(text)
