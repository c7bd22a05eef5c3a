"""When a row's value holds: the days of its period, and the text that the office gave it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.measurement.domain.period import Period
from services.measurement.domain.tidy.cells import Cells, Trouble, Troubles, picker
from services.measurement.domain.tidy.mapping import Mapping
from services.measurement.domain.tidy.periods import period_reader
from services.measurement.domain.tidy.sources import DatesPeriod


@dataclass(frozen=True, slots=True)
class Moment:
    """Equal days have the same number, however they are written."""

    number: int
    period: Period
    text: str


class MomentReader:
    """Reads the cell of the period, or the two cells of its first and last day."""

    def __init__(self, mapping: Mapping, header: Sequence[str]) -> None:
        source = mapping.period
        self._numbers: dict[Period, int] = {}
        self._read = period_reader(source)
        if isinstance(source, DatesPeriod):
            self._names = [source.start, source.end]
        else:
            self._names = [source.column]
        self.pick = picker(header, self._names)

    def read(self, cells: Cells) -> Moment | Troubles:
        texts = [cell.strip() for cell in cells]
        if not all(texts):
            column = self._names[texts.index("")]
            return (Trouble(column, "period-empty", "every row has its period"),)
        try:
            period = self._read(texts[0], texts[1] if len(texts) == 2 else "")
        except ValueError as wrong:
            return (Trouble(self._names[0], "period", str(wrong)),)
        number = self._numbers.setdefault(period, len(self._numbers))
        return Moment(number, period, "/".join(texts))
