"""Periods as offices write them, read into days."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import islice
from typing import Final

from services.measurement.domain.period import Period, month_start
from services.measurement.domain.tidy.findings import shown
from services.measurement.domain.tidy.sources import (
    CalendarPeriod,
    DatesPeriod,
    HalfPeriod,
    IsoPeriod,
    MonthPeriod,
    NamedPeriod,
    PeriodSource,
    QuarterPeriod,
    SpanPeriod,
    YearPeriod,
)

PeriodReader = Callable[[str, str], Period]
"""From the one or two cells of a period (the second is empty if there is one) to its days."""

LONGEST: Final = 100
SHORT_SPAN: Final = 30
SHOWN_NAMES: Final = 6

_YEAR: Final = re.compile(r"[0-9]{4}")
_SPAN: Final = re.compile(r"([0-9]{4}) ?[/\-\u2013] ?([0-9]{4}|[0-9]{2})")
_YEARS: Final = r"([0-9]{4})(?: ?[/\-\u2013] ?([0-9]{4}|[0-9]{2}))?"
_PART: Final = {
    name: re.compile(rf"{_YEARS}[ \-]?[{letters}]([1-4])|[{letters}]([1-4])[ \-/]?{_YEARS}")
    for name, letters in {"quarter": "Qq", "half": "HhSs"}.items()
}
_MONTH: Final = re.compile(r"([0-9]{4})-?[Mm]?([0-9]{2})|([0-9]{2})[/.]([0-9]{4})")
_NAMED: Final = re.compile(r"(?:([^\W\d]+)\.?,?[ \-]([0-9]{4}))|(?:([0-9]{4})[ \-]([^\W\d]+)\.?)")
_PARTS: Final = {"A": 12, "S": 6, "T": 4, "Q": 3, "M": 1}
_SDMX: Final = re.compile(r"([0-9]{4})-?(A[1]|S[12]|T[1-3]|Q[1-4]|M[0-9]{2}|W[0-9]{2}|D[0-9]{3})")
_DURATION: Final = re.compile(r"P(?:(\d{1,4})Y)?(?:(\d{1,4})M)?(?:(\d{1,4})W)?(?:(\d{1,5})D)?")
_MIDNIGHT: Final = re.compile(r"T00:00(?::00(?:\.0+)?)?Z?$")
_DATES: Final = {
    "ymd": re.compile(r"(?P<y>[0-9]{4})([\-./]?)(?P<m>[0-9]{2})\2(?P<d>[0-9]{2})"),
    "dmy": re.compile(r"(?P<d>[0-9]{1,2})([\-./])(?P<m>[0-9]{1,2})\2(?P<y>[0-9]{4})"),
    "mdy": re.compile(r"(?P<m>[0-9]{1,2})([\-./])(?P<d>[0-9]{1,2})\2(?P<y>[0-9]{4})"),
}
_ENGLISH: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
MONTHS: Final = {
    **{name: number for number, name in enumerate(_ENGLISH, 1)},
    **{name[:3]: number for number, name in enumerate(_ENGLISH, 1)},
    "sept": 9,
}


def period_reader(source: PeriodSource) -> PeriodReader:
    """The reader of one mapping's periods; ValueError says what is wrong with a cell."""
    read = _reader(source)

    def bounded(first: str, second: str) -> Period:
        try:
            if max(len(first), len(second)) > LONGEST:
                raise ValueError("it is too long")
            return read(first, second)
        except (ValueError, OverflowError) as wrong:
            said = shown(first) if not second else f"{shown(first)} to {shown(second)}"
            raise ValueError(
                f"{said} is no period of format {source.format}: {_said(wrong)}"
            ) from None

    return bounded


def _said(wrong: ValueError | OverflowError) -> str:
    """The sentence without the wrapping that pydantic puts around it."""
    return str(wrong).splitlines()[-1 if len(str(wrong).splitlines()) == 1 else 1].strip()


def _reader(source: PeriodSource) -> PeriodReader:
    match source:
        case YearPeriod():
            return lambda cell, _: _year(cell)
        case SpanPeriod(start_month=month):
            return lambda cell, _: _span(cell, month)
        case QuarterPeriod(start_month=month) | HalfPeriod(start_month=month):
            return lambda cell, _: _part(cell, source.format, month)
        case MonthPeriod(names=names):
            known = MONTHS | {name.casefold().rstrip("."): n for name, n in (names or {}).items()}
            return lambda cell, _: _month(cell, known)
        case IsoPeriod():
            return lambda cell, _: _iso(cell)
        case NamedPeriod() | CalendarPeriod():
            return _by_name(source)
        case DatesPeriod(order=order):
            return lambda start, end: Period(start=_date(start, order), end=_date(end, order))


def _year(cell: str) -> Period:
    if not _YEAR.fullmatch(cell):
        raise ValueError("a year has four digits")
    return Period.year(int(cell))


def _span(cell: str, start_month: int) -> Period:
    found = _SPAN.fullmatch(cell)
    if not found:
        raise ValueError("a span of years is written 2016/2017 or 2016/17")
    first, last = int(found[1]), found[2]
    final = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    if len(last) == 2:
        final += 100 if final < first else 0
        if final - first > SHORT_SPAN:
            raise ValueError("two digits name a year at most 30 years on; write all four")
    years = final - first + (1 if start_month == 1 else 0)
    if years < 1:
        raise ValueError("the last year comes after the first")
    return Period.months(first, start_month, 12 * years)


def _part(cell: str, name: str, start_month: int) -> Period:
    """The quarter or half of a calendar year, or of one that has the names of two."""
    found = _PART[name].fullmatch(cell)
    if not found:
        raise ValueError(
            f"a {name} is written 2021-{name[0].upper()}2 or 2021-22 {name[0].upper()}2"
        )
    first, last, number = found[1] or found[5], found[2] or found[6], int(found[3] or found[4])
    months = 3 if name == "quarter" else 6
    if number > 12 // months:
        raise ValueError("the year has no such part")
    if (start_month == 1) != (last is None):
        raise ValueError("a year has one number if it starts in January, else two: 2021-22")
    if last is not None and (int(first) + 1) % 100 != int(last) % 100:
        raise ValueError("the second year is the one after the first")
    return Period.months(int(first), start_month + (number - 1) * months, months)


def _by_name(source: NamedPeriod | CalendarPeriod) -> PeriodReader:
    assert isinstance(source, NamedPeriod), "a calendar is looked up before a file is read"
    days = {name: Period.parse(text) for name, text in source.periods.items()}

    def read(cell: str, _: str) -> Period:
        if cell not in days:
            known = ", ".join(islice(days, SHOWN_NAMES))
            raise ValueError(f"no period has this name; there are {known}")
        return days[cell]

    return read


def _month(cell: str, names: dict[str, int]) -> Period:
    if found := _MONTH.fullmatch(cell):
        year, month = (found[1], int(found[2])) if found[1] else (found[4], int(found[3]))
    elif found := _NAMED.fullmatch(cell):
        year, name = (found[2], found[1]) if found[2] else (found[3], found[4])
        month = names.get(name.casefold(), 0)
    else:
        raise ValueError("a month is written 2021-03, 2021M03, 03/2021 or Mar 2021")
    if not 1 <= month <= 12:
        raise ValueError("there is no such month; other languages go under period.names")
    return Period.months(int(year), month, 1)


def _date(cell: str, order: str) -> date:
    found = _DATES[order].fullmatch(_MIDNIGHT.sub("", cell))
    if not found:
        raise ValueError(f"a date is written in the order {order}, such as {_example(order)}")
    return date(int(found["y"]), int(found["m"]), int(found["d"]))


def _example(order: str) -> str:
    return {"ymd": "2021-03-04", "dmy": "04/03/2021", "mdy": "03/04/2021"}[order]


def _iso(cell: str) -> Period:
    first, slash, last = cell.partition("/")
    if not slash:
        return _calendar(first)
    if last.startswith("P"):
        start = _calendar(first).start
        return Period(start=start, end=_after(start, last, 1) - timedelta(days=1))
    end = _calendar(last).end
    if first.startswith("P"):
        return Period(start=_after(end + timedelta(days=1), first, -1), end=end)
    return Period(start=_calendar(first).start, end=end)


def _calendar(cell: str) -> Period:
    cell = _MIDNIGHT.sub("", cell)
    if _YEAR.fullmatch(cell):
        return Period.year(int(cell))
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", cell):
        return _month(cell, {})
    if found := _SDMX.fullmatch(cell):
        return _sdmx(int(found[1]), found[2][0], int(found[2][1:]))
    day = _date(cell, "ymd")
    return Period(start=day, end=day)


def _sdmx(year: int, part: str, number: int) -> Period:
    if part == "W":
        monday = date.fromisocalendar(year, number, 1)
        return Period(start=monday, end=monday + timedelta(days=6))
    if part == "D":
        day = date(year, 1, 1) + timedelta(days=number - 1)
        if number < 1 or day.year != year:
            raise ValueError("the year has no such day")
        return Period(start=day, end=day)
    length = _PARTS[part]
    if not 1 <= number <= 12 // length:
        raise ValueError("the year has no such part")
    return Period.months(year, (number - 1) * length + 1, length)


def _after(start: date, duration: str, sign: int) -> date:
    """The day at which a duration from `start` is over; with sign -1, at which it began."""
    found = _DURATION.fullmatch(duration)
    if not found or not any(found.groups()):
        raise ValueError("a duration is written P1Y, P3M, P2W or P10D")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    moved = month_start(start.year, start.month + sign * (12 * years + months))
    following = (moved.replace(day=28) + timedelta(days=4)).replace(day=1)
    clipped = min(start.day, (following - timedelta(days=1)).day)
    return moved.replace(day=clipped) + sign * timedelta(days=7 * weeks + days)
