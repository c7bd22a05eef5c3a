"""A file's rows, gathered by series and checked against the indicators that they are of."""

from __future__ import annotations

import time
from asyncio import sleep
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from infra.kernel.line import canonical
from services.measurement.domain import Indicator, Series, tidy
from services.measurement.domain.tidy import Finding, Findings, ObsStatus, Reading, Row
from services.measurement.domain.tidy.findings import shown
from services.measurement.domain.values import Observation, Place, series_id, stratum

NAMES = 8 * 1024
"""Bytes that a place and its dimensions may have: each line of the series repeats them."""

PIECE_SECONDS = 0.002
PAGE = 128


class Pace:
    """Long work in short pieces: other requests are served between them."""

    def __init__(self) -> None:
        self._since = time.perf_counter()

    async def breathe(self) -> None:
        if time.perf_counter() - self._since > PIECE_SECONDS:
            await sleep(0)
            self._since = time.perf_counter()


@dataclass(slots=True)
class Sheet:
    """The rows of one series: those to record, and those that replace what stands.

    It is kept small, for there may be as many sheets as rows: its series is read a second time
    when it is written, and must then be in the version in which it was checked.
    """

    id: UUID
    indicator: Indicator
    rows: list[Row] = field(default_factory=list)
    changed: list[Row] = field(default_factory=list)
    version: int = 0

    def begin(self, submission_id: UUID, part: Sequence[Row]) -> Series:
        """The series with its first observations."""
        return Series.begin(
            submission_id=submission_id, observations=observations(part), **self.identity()
        )

    def identity(self) -> dict[str, Any]:
        """What the first fact of its series says of it."""
        place, dimensions = where(self.rows[0])
        return {
            "initiative_id": self.indicator.initiative_id,
            "indicator_id": self.indicator.id,
            "definition_version": self.indicator.series_version,
            "place": place,
            "dimensions": dimensions,
        }


@dataclass
class Tally:
    """The rows of a file by what they would be, or are."""

    rows: int = 0
    new: int = 0
    unchanged: int = 0
    corrected: int = 0
    missing: int = 0
    skipped: int = 0
    repeated: int = 0
    refused: int = 0
    left_out: int = 0


class Sheets:
    """Reads one file into sheets; what is wrong goes to the findings."""

    def __init__(
        self,
        reading: Reading,
        indicators: Mapping[str, Indicator | str],
        findings: Findings,
        tally: Tally,
    ) -> None:
        self._reading = reading
        self._indicators = indicators
        self._findings = findings
        self._tally = tally
        self._refused_line = 0
        self._sheets: dict[int, Sheet | Finding] = {}

    async def read(self) -> Sequence[Sheet]:
        """All rows are read, whatever is found on the way."""
        pace = Pace()
        for item in self._reading:
            if isinstance(item, Row):
                self._take(item)
            else:
                self.refuse(item)
            await pace.breathe()
        tally, reading = self._tally, self._reading
        tally.rows, tally.missing = reading.rows, reading.missing
        tally.skipped, tally.repeated = reading.skipped, reading.repeated
        return [sheet for sheet in self._sheets.values() if isinstance(sheet, Sheet)]

    def refuse(self, finding: Finding) -> None:
        self._findings.add(finding)
        if finding.refuses and finding.line != self._refused_line:
            self._refused_line = finding.line
            self._tally.refused += 1

    def _take(self, row: Row) -> None:
        sheet = self._sheets.get(row.series)
        if sheet is None:
            sheet = self._sheets[row.series] = self._sheet(row)
        if isinstance(sheet, Finding):
            self.refuse(sheet._replace(line=row.line))
            return
        definition = sheet.indicator.defined
        if row.unit is not None and row.unit != definition.unit:
            detail = f"the indicator is measured in {shown(definition.unit)}, not {shown(row.unit)}"
            self.refuse(Finding(row.line, None, "unit-differs", detail))
        else:
            sheet.rows.append(row)

    def _sheet(self, row: Row) -> Sheet | Finding:
        indicator = self._indicators[row.indicator]
        if isinstance(indicator, str):
            return Finding(row.line, None, "indicator-not-usable", indicator)
        place, dimensions = where(row)
        if len(canonical([place.model_dump(), dimensions]).encode()) > NAMES:
            detail = f"place and dimensions of a row have at most {NAMES:,} bytes together"
            return Finding(row.line, None, "names-too-long", detail)
        id = series_id(indicator.id, indicator.series_version, place, dimensions)
        return Sheet(id, indicator)


def pages(sheets: Sequence[Sheet]) -> Iterator[Sequence[Sheet]]:
    """As many as are asked of the store at once."""
    return (sheets[start : start + PAGE] for start in range(0, len(sheets), PAGE))


def where(row: Row) -> tuple[Place, dict[str, str]]:
    """Place and stratum of the row."""
    return _place(row.place), stratum(dict(row.dimensions))


@lru_cache(maxsize=1_024)
def _place(named: tidy.Place) -> Place:
    """Many rows are of few places."""
    return Place(**named._asdict())


def observation(row: Row) -> Observation:
    """What the row observes: the same fact as a single observation."""
    return Observation(
        start=row.period.start,
        end=row.period.end,
        period=row.period_text,
        value=row.value,
        numerator=row.numerator,
        denominator=row.denominator,
        status=ObsStatus(row.status),
    )


def observations(rows: Iterable[Row]) -> list[Observation]:
    return [observation(row) for row in rows]
