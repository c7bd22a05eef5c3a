"""A proposal for a mapping, from the names and the first rows of a file, and what is unsure in it.

It is a start for a person to correct, never used unseen: what the file cannot say (which
indicator, whose place codes) is filled with a word that says so, and noted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from services.measurement.domain.tidy.guessing import (
    numbers_of,
    period_of,
    period_pair,
    statuses_of,
)
from services.measurement.domain.tidy.sample import Column, Sample
from services.measurement.domain.tidy.sources import UNSTATED

PLACES: Final = (
    *("geography", "geo", "geoname", "region", "country", "province", "state", "territory"),
    *("district", "county", "municipality", "lga", "city", "place", "location", "locality"),
    *("refarea", "area", "geoarea", "council", "suburb", "sa1", "sa2", "sa3", "sa4", "land"),
    *("gebiet", "gemeinde", "kreis", "commune", "pays", "territoire", "nuts", "lau"),
    *("gemeente", "comunidad", "municipio", "département"),
)
VALUES: Final = ("obsvalue", "value", "val", "wert", "valeur", "valor", "datavalue", "estimate")
COUNTS: Final = (
    *(("numerator", "denominator"), ("zähler", "nenner"), ("numérateur", "dénominateur")),
    *(("numerador", "denominador"), ("teller", "noemer")),
)
UNITS: Final = ("unit", "units", "unitmeasure", "unitofmeasure", "uom", "einheit", "unité")
INDICATORS: Final = ("indicator", "indicatorcode", "indicatorid", "measure", "seriescode")
STATUSES: Final = ("obsstatus", "status", "flag", "flags", "obsflag", "symbol", "obsflags")
TECHNICAL: Final = (
    *("dataflow", "structure", "structureid", "structurename", "action", "decimals", "frequency"),
    *("unitmult", "scalarfactor", "scalarid", "uomid", "vector", "coordinate", "terminated"),
    *("progress", "lower", "upper", "lowerci", "upperci", "se", "rse", "note", "notes", "source"),
    *("comment", "footnote", "obscomment", "freq"),
)


@dataclass(frozen=True)
class Guess:
    """`document` is a mapping as JSON; it lacks what could not be found, which `notes` say."""

    document: dict[str, Any]
    notes: tuple[str, ...]


def guess(chunks: Iterable[bytes], indicator: str | None = None) -> Guess:
    """Propose a mapping for a file; `indicator` is the code or UUID if the caller knows it."""
    return _Guesser(Sample.of(chunks)).guess(indicator)


class _Guesser:
    """Takes the columns one role after another; each column is taken once."""

    def __init__(self, sample: Sample) -> None:
        self._sample = sample
        self._left = list(sample.columns)
        self._notes: list[str] = []

    def guess(self, indicator: str | None) -> Guess:
        document: dict[str, Any] = {"indicator": self._indicator(indicator)}
        parts = {
            "period": self._period(),
            "status": self._status(),
            "unit": self._unit(),
            "place": self._place(),
            **self._counts(),
            "value": self._value(),
        }
        document |= {name: part for name, part in parts.items() if part is not None}
        document["dimensions"], document["ignore"] = self._rest()
        document["delimiter"] = self._sample.delimiter
        if self._sample.header_line > 1:
            document["header_line"] = self._sample.header_line
            self._notes.append("header_line: check that the lines above it are only a title.")
        document["encoding"] = self._sample.encoding
        if self._sample.encoding == "windows-1252":
            self._notes.append("The file is no UTF-8; windows-1252 is the most usual other.")
        return Guess(document, tuple(self._notes))

    def _take(self, column: Column) -> str:
        self._left.remove(column)
        return column.name

    def _named(self, names: Iterable[str]) -> Column | None:
        """The column whose name stands first in the list."""
        by_key = {column.key: column for column in reversed(self._left) if column.name}
        return next((by_key[name] for name in names if name in by_key), None)

    def _indicator(self, stated: str | None) -> dict[str, Any]:
        column = None if stated else self._named(INDICATORS)
        number = column is not None and column.is_numeric and column.key == "measure"
        if column is not None and not number and 0 < len(column.texts) <= 200:
            self._notes.append("indicator.values: say which indicator each text is.")
            values = {text: text[:200] for text in column.texts}
            return {"column": self._take(column), "values": values}
        if stated is None:
            self._notes.append("indicator: the file does not name it; give its UUID or code.")
        return {"constant": stated or f"{UNSTATED}indicator"}

    def _period(self) -> dict[str, Any] | None:
        if pair := period_pair(self._left):
            start, end, order = pair
            self._notes += ["period: check the order of day and month."] if order != "ymd" else []
            named = {"start": self._take(start), "end": self._take(end)}
            return {"format": "dates", **named, "order": order}
        found = period_of(self._left)
        if found is None:
            self._notes.append("period: no column looks like one; name it.")
            return None
        column, source, notes = found
        self._notes += notes
        return {"column": self._take(column), **source}

    def _status(self) -> dict[str, Any] | None:
        for column in self._left:
            values = statuses_of(column) if column.key in STATUSES else None
            if values is not None:
                table = {"values": values} if values else {}
                self._notes += ["status.values: check what each flag means."] if values else []
                return {"column": self._take(column), **table}
        return None

    def _unit(self) -> dict[str, Any] | None:
        column = self._named(UNITS)
        if column is None:
            self._notes.append("unit: not in the file; taken from the indicator's definition.")
            return None
        return {"column": self._take(column)}

    def _place(self) -> dict[str, Any]:
        labels = [column for column in self._left if _names_place(column)]
        codes = [column for column in self._left if _codes_place(column)]
        self._notes.append("place: state whose codes these are, in scheme and edition.")
        place: dict[str, Any] = {"scheme": f"{UNSTATED}scheme", "edition": "1"}
        if not labels and not codes:
            self._notes.append("place: no column names one; give the code of the whole file.")
            return place | {"constant": f"{UNSTATED}place"}
        labels.sort(key=lambda column: len(column.texts))
        code = max(codes, key=lambda column: len(column.texts), default=None)
        self._uncoded(place, labels, code)
        if labels:
            place["columns"] = [self._take(column) for column in labels]
        if code is not None:
            place["code_column"] = self._take(code)
        return place

    def _uncoded(self, place: dict[str, Any], labels: list[Column], code: Column | None) -> None:
        """Rows with a label only, and rows without either, need an answer of their own."""
        blank = ("",) * self._sample.rows
        coded = code.cells if code else blank
        rows = zip(blank, *(column.cells for column in labels), strict=True)
        labelled = [any(row) for row in rows]
        pairs = set(zip(map(bool, coded), labelled, strict=True))
        if code is not None and (False, True) in pairs:
            self._notes.append("place.label_scheme: some labels have no code; name their scheme.")
            place["label_scheme"] = f"{UNSTATED}office"
        if (False, False) in pairs:
            self._notes.append("place.when_empty: some rows name no place; say which they mean.")
            place["when_empty"] = "_T"

    def _counts(self) -> dict[str, dict[str, str]]:
        """What the value was computed from, where the file has both and the value beside them."""
        numeric = {column.key: column for column in self._left if column.is_numeric}
        for above, below in COUNTS:
            if above in numeric and below in numeric and len(numeric) > 2:
                numerator, denominator = numeric[above], numeric[below]
                return {
                    "numerator": {"column": self._take(numerator)},
                    "denominator": {"column": self._take(denominator)},
                }
        return {}

    def _value(self) -> dict[str, Any] | None:
        numeric = [column for column in self._left if column.is_numeric]
        column = next((c for name in VALUES for c in numeric if c.key == name), None)
        column = column or next((c for c in reversed(numeric) if c.key not in TECHNICAL), None)
        column = column or self._named(VALUES)
        if column is None:
            self._notes.append("value: no column holds numbers; name it.")
            return None
        source, notes = numbers_of(column, self._sample.delimiter)
        self._notes += notes
        return {"column": self._take(column), **source}

    def _rest(self) -> tuple[list[str], list[str]]:
        dimensions, ignored = [], []
        for column in self._left:
            many = len(column.texts) > max(50, self._sample.rows // 5)
            measure = column.is_numeric and not column.is_whole
            if not (column.name and column.texts) or column.key in TECHNICAL or many or measure:
                ignored.append(column.name)
            else:
                dimensions.append(column.name)
        if ignored:
            self._notes.append(f"ignore: check that nobody needs {', '.join(map(repr, ignored))}.")
        return dimensions, list(dict.fromkeys(ignored))


def _names_place(column: Column) -> bool:
    plain = re.sub(r"(name)?[0-9]{0,4}$", "", column.key)
    return (plain in PLACES or column.key in PLACES) and column.key != "refarea"


def _codes_place(column: Column) -> bool:
    stem = re.sub(r"s?(code|codes|id|cd)[0-9]{0,4}$", "", column.key)
    return column.key in ("refarea", "dguid") or (stem != column.key and stem in PLACES)
