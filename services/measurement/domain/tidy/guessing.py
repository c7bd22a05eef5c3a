"""How periods, numbers and flags are recognised by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from pydantic import TypeAdapter

from services.measurement.domain.tidy.numbers import number_reader
from services.measurement.domain.tidy.periods import period_reader
from services.measurement.domain.tidy.sample import Column
from services.measurement.domain.tidy.sources import PeriodSource, ValueSource
from services.measurement.domain.tidy.statuses import ObsStatus

_PERIODS: Final = (
    *("timeperiod", "time", "period", "year", "refdate", "date", "years", "quarter", "month"),
    *("jahr", "année", "annee", "anno", "año", "zeit", "referenceperiod", "financialyear"),
)
_PAIRS: Final = (
    ("periodstart", "periodend"),
    ("startdate", "enddate"),
    ("datestart", "dateend"),
    ("datefrom", "dateto"),
    ("start", "end"),
    ("from", "to"),
    ("von", "bis"),
)
_SPAN: Final = re.compile("[0-9]{4} ?[/\\-\u2013] ?([0-9]{2}){1,2}")
_SCHOOLING: Final = re.compile(r"school|student|pupil|graduat|educat|enrol|class|institution")
_FLAGS: Final = {
    "provisional": "P",
    "preliminary": "P",
    "estimated": "E",
    "estimate": "E",
    "break": "B",
    "forecast": "F",
    "normal": "A",
    "final": "A",
    "suppressed": "Q",
    "confidential": "Q",
    "unreliable": "U",
}
_TOKENS: Final = {
    "x": "Q",
    "c": "Q",
    "np": "Q",
    "n.p.": "Q",
    "...": "M",
}
_SOURCE: Final = TypeAdapter[PeriodSource](PeriodSource)

Found = tuple[Column, dict[str, Any], list[str]]


def period_of(columns: Sequence[Column]) -> Found | None:
    """The column that reads as periods from top to bottom; one with a telling name first."""

    def rank(column: Column) -> int:
        return _PERIODS.index(column.key) if column.key in _PERIODS else len(_PERIODS)

    for column in sorted(columns, key=rank):
        telling = column.key in _PERIODS
        for source in _sources(column, columns) if column.texts else ():
            if (telling or source["format"] != "year" or _recent(column)) and _reads(
                column, source
            ):
                return column, source, _doubts(source, telling)
    return None


def _sources(column: Column, columns: Sequence[Column]) -> Iterator[dict[str, Any]]:
    """The formats to try, in turn. 2021-01 is a month, and a span only beside 2021-22."""
    yield from ({"format": form} for form in ("year", "quarter"))
    spans = [_SPAN.fullmatch(text) for text in column.texts]
    if all(spans) and all(len(text) > 7 or _follows(text) for text in column.texts):
        yield {"format": "span", "start_month": _start_month(column, columns)}
    yield from ({"format": form} for form in ("month", "iso"))


def _follows(text: str) -> bool:
    """Whether a span names one year and the next, as most do."""
    return int(text[-2:]) == (int(text[2:4]) + 1) % 100


def period_pair(columns: Sequence[Column]) -> tuple[Column, Column, str] | None:
    """Two columns of dates, with the order in which day, month and year are written."""
    by_key = {column.key: column for column in columns}
    for first, last in _PAIRS:
        start, end = by_key.get(first), by_key.get(last)
        if start is None or end is None or not start.texts or not end.texts:
            continue
        for order in ("ymd", "dmy", "mdy"):
            source = {"format": "dates", "start": "s", "end": "e", "order": order}
            pairs = zip(start.cells, end.cells, strict=True)
            if _all_read(source, set(pairs)):
                return start, end, order
    return None


def _reads(column: Column, source: dict[str, Any]) -> bool:
    return _all_read({**source, "column": "c"}, {(text, "") for text in column.texts})


def _all_read(source: dict[str, Any], cells: set[tuple[str, str]]) -> bool:
    read = period_reader(_SOURCE.validate_python(source))
    try:
        return all(read(first, second) for first, second in cells)
    except ValueError:
        return False


def _recent(column: Column) -> bool:
    return len(column.texts) <= 300 and all("1800" <= text <= "2100" for text in column.texts)


def _start_month(column: Column, columns: Sequence[Column]) -> int:
    """Whole years if spans follow one another without sharing a year, else the usual month."""
    if not any(map(_follows, column.texts)):
        return 1
    return 9 if any(_SCHOOLING.search(one.name.casefold()) for one in columns) else 7


def _doubts(source: dict[str, Any], telling: bool) -> list[str]:
    doubts = [] if telling else ["period: recognised by its texts only; check it."]
    if source["format"] == "span":
        doubts.append("period.start_month: the file does not say in which month a span starts.")
    return doubts


def statuses_of(column: Column) -> dict[str, str] | None:
    """What each flag means, codes of SDMX left out; None if one of the texts is no flag."""
    codes = {status.value for status in ObsStatus}
    table = {}
    for text in column.texts:
        flag = text.split(":")[0].strip()
        known = _FLAGS.get(flag.casefold()) or (flag.upper() if flag.upper() in codes else None)
        if known is None:
            return None
        table[text] = known
    return {text: code for text, code in table.items() if text not in codes}


def numbers_of(column: Column, delimiter: str) -> tuple[dict[str, Any], list[str]]:
    """The marks of the numbers, and which texts stand for a missing one."""
    marks, notes = _marks(column.numbers, delimiter)
    read = number_reader(ValueSource.model_validate({"column": "v", **marks}))
    missing = []
    for text in column.texts:
        try:
            read(text)
        except ValueError:
            missing.append(text)
    tokens = [text for text in missing if len(text) <= 10][:100]
    if len(tokens) < len(missing):
        notes.append("value: some cells are neither numbers nor short enough to mean missing.")
    if not tokens:
        return marks, notes
    notes.append(f"value.missing: check what is meant by {', '.join(map(repr, tokens))}.")
    known = {text: _TOKENS[text.casefold()] for text in tokens if text.casefold() in _TOKENS}
    return {**marks, "missing": tokens, **({"status_of": known} if known else {})}, notes


def _marks(numbers: Sequence[str], delimiter: str) -> tuple[dict[str, Any], list[str]]:
    text = " ".join(f"<{number}>" for number in numbers)
    spaced = re.search("[0-9]([ '\u2019\u00a0\u2009\u202f])[0-9]{3}", text)
    group = {"thousands": spaced[1] if spaced[1] in "'\u2019" else " "} if spaced else {}
    if re.search(r",[0-9]+\.|,[0-9]{3},", text):
        return {"decimal_mark": ".", "thousands": ","}, []
    if re.search(r"\.[0-9]+,|\.[0-9]{3}\.", text):
        return {"decimal_mark": ",", "thousands": "."}, []
    if "," not in text:
        return {"decimal_mark": ".", **group}, []
    if re.search(r",(?![0-9]{3}\b)", text) or spaced or delimiter == ";":
        return {"decimal_mark": ",", **group}, []
    doubt = "value.thousands: a comma before three digits may also be a decimal comma."
    return {"decimal_mark": ".", "thousands": ","}, [doubt]
