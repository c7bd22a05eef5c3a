"""From the bytes of a tidy CSV file to rows, one at a time, and to what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, NamedTuple

from services.measurement.domain.period import Period
from services.measurement.domain.tidy.amounts import Amount, AmountReader
from services.measurement.domain.tidy.cells import Remembered
from services.measurement.domain.tidy.findings import Finding
from services.measurement.domain.tidy.json_lines import JsonTable
from services.measurement.domain.tidy.lines import TooLarge
from services.measurement.domain.tidy.mapping import Mapping
from services.measurement.domain.tidy.moments import Moment, MomentReader
from services.measurement.domain.tidy.series import Place, Series, SeriesReader
from services.measurement.domain.tidy.table import Table, header_findings, names_of

MOST_ROWS: Final = 100_000
PEEKED: Final = 256
JSON_LINES: Final = re.compile(rb'(?:\xef\xbb\xbf)?[ \t\r\n]*\{[ \t]*"')


class Row(NamedTuple):
    """One observation as the office gives it.

    `line` is the physical line on which the row begins. `series` numbers the series of this file
    from 0: rows with the same number have the same indicator, place and dimensions; `moment`
    numbers its periods likewise. `value` is canonical decimal text, or None where the value is
    missing; `unit` is None where the mapping leaves it to the indicator's definition.
    """

    line: int
    series: int
    indicator: str
    unit: str | None
    place: Place
    dimensions: tuple[tuple[str, str], ...]
    moment: int
    period: Period
    period_text: str
    value: str | None
    status: str
    numerator: str | None = None
    denominator: str | None = None


class Reading:
    """Reads one file once: iterate to get each Row or Finding in the order of the file.

    A finding about the header ends the reading, for without its columns a row means nothing.
    NotTabular and TooLarge are raised. The counts are complete when the iteration has ended:
    `rows` of all rows with content, of which `missing` have no value but are kept, `skipped` have
    none and are left out as the mapping wishes, and `repeated` only say again what stood before.
    """

    def __init__(self, chunks: Iterable[bytes], mapping: Mapping) -> None:
        first, whole = _peeked(chunks)
        lines = bool(JSON_LINES.match(first))
        self._table = JsonTable(whole) if lines else Table(whole, mapping)
        self._mapping = mapping
        self.header: tuple[str, ...] = ()
        self.rows = self.missing = self.skipped = self.repeated = 0

    def __iter__(self) -> Iterator[Row | Finding]:
        items = iter(self._table)
        first = next(items, None)
        if first is None:
            yield Finding(1, None, "header-missing", "the file has no header and no rows")
        elif isinstance(first, Finding):
            yield first
        else:
            line, cells = first
            self.header = tuple(names_of(cells))
            wrong = header_findings(line, self.header, self._mapping)
            yield from wrong or self._rows(items)

    def _rows(self, items: Iterator[tuple[int, list[str]] | Finding]) -> Iterator[Row | Finding]:
        read = _Readers(self._mapping, self.header)
        width, skips = len(self.header), self._mapping.value.on_missing == "skip"
        for item in items:
            self.rows += 1
            if self.rows > MOST_ROWS:
                raise TooLarge(most=f"{MOST_ROWS:,} rows")
            if isinstance(item, Finding):
                yield item
                continue
            line, cells = item
            found = read.row(line, cells) if len(cells) == width else _ragged(line, cells, width)
            if not isinstance(found, Row):
                yield from self._unfit(cells, found)
            elif found.value is None and skips:
                self.skipped += 1
            elif finding := read.said_before(found):
                self.repeated += not finding.refuses
                yield finding
            else:
                self.missing += found.value is None
                yield found

    def _unfit(self, cells: list[str], findings: list[Finding]) -> list[Finding]:
        """A row of empty cells, as spreadsheets leave them below a table, is a blank line."""
        if any(map(str.strip, cells)):
            return findings
        self.rows -= 1
        return []


def _peeked(chunks: Iterable[bytes]) -> tuple[bytes, Iterable[bytes]]:
    """Enough to see what it is, and all of it."""
    rest, first = iter(chunks), b""
    for chunk in rest:
        first += chunk
        if len(first) >= PEEKED:
            break
    return first, chain([first], rest)


class _Readers:
    """The readers of one file's cells, and what they have seen."""

    def __init__(self, mapping: Mapping, header: tuple[str, ...]) -> None:
        moment = MomentReader(mapping, header)
        series = SeriesReader(mapping, header)
        amount = AmountReader(mapping, header)
        self._pick_moment, self._moments = moment.pick, Remembered[Moment](moment.read)
        self._pick_series, self._series = series.pick, Remembered[Series](series.read)
        self._pick_amount, self._amounts = amount.pick, Remembered[Amount](amount.read)
        self._seen: dict[int, tuple[int, *tuple[str | None, ...]]] = {}

    def row(self, line: int, cells: list[str]) -> Row | list[Finding]:
        moment = self._moments[self._pick_moment(cells)]
        series = self._series[self._pick_series(cells)]
        amount = self._amounts[self._pick_amount(cells)]
        if isinstance(moment, tuple) or isinstance(series, tuple) or isinstance(amount, tuple):
            parts: tuple[object, ...] = (moment, series, amount)
            return [
                Finding(line, *trouble)
                for part in parts
                if isinstance(part, tuple)
                for trouble in part
            ]
        return Row(
            line,
            series.number,
            series.indicator,
            series.unit,
            series.place,
            series.dimensions,
            moment.number,
            moment.period,
            moment.text,
            amount.value,
            amount.status,
            amount.numerator,
            amount.denominator,
        )

    def said_before(self, row: Row) -> Finding | None:
        """A cell is said once: the same again is harmless, something else is a contradiction."""
        said = (row.line, row.value, row.status, row.unit, row.numerator, row.denominator)
        cell = row.series * MOST_ROWS + row.moment
        earlier = self._seen.setdefault(cell, said)
        if earlier is said:
            return None
        if earlier[1:] == said[1:]:
            return Finding(row.line, None, "duplicate-row", f"line {earlier[0]} says the same")
        detail = f"line {earlier[0]} gives the same place, dimensions and period another value"
        return Finding(row.line, None, "contradicting-rows", detail)


def _ragged(line: int, cells: list[str], width: int) -> list[Finding]:
    detail = f"the row has {len(cells)} cells, the header has {width}"
    return [Finding(line, None, "row-ragged", detail)]
