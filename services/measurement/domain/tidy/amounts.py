"""The amount of a row: a value and its status, or no value and why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.measurement.domain.tidy.cells import Cells, Trouble, Troubles, picker
from services.measurement.domain.tidy.findings import shown
from services.measurement.domain.tidy.mapping import Mapping
from services.measurement.domain.tidy.numbers import number_reader
from services.measurement.domain.tidy.statuses import MISSING_BY_DEFAULT, ObsStatus

_CODES: Final = {status.value: status for status in ObsStatus}
_NORMAL: Final = ObsStatus.NORMAL


@dataclass(frozen=True, slots=True)
class Amount:
    """Canonical decimal text with its status; without a value the status says why."""

    value: str | None
    status: str
    numerator: str | None = None
    denominator: str | None = None


class AmountReader:
    """Reads the value's cell, and the status's if there is one.

    A missing value has the status of its token; else what the status column says, unless that is
    A, for nothing missing is normal; else O. A constant status is of the values that are there.
    """

    def __init__(self, mapping: Mapping, header: Sequence[str]) -> None:
        self._value, self._status = mapping.value, mapping.status
        self._number = number_reader(mapping.value)
        self._missing = {"", *mapping.value.missing, *mapping.value.status_of}
        self._statuses = _CODES | (mapping.status.values or {})
        counts = (mapping.numerator, mapping.denominator)
        self._counts = [None if count is None else count.column for count in counts]
        names = (mapping.value.column, mapping.status.column, *self._counts)
        self.pick = picker(header, [name for name in names if name is not None])

    def read(self, cells: Cells) -> Amount | Troubles:
        text, status = cells[0].strip(), self._given(cells)
        if isinstance(status, Trouble):
            return (status,)
        numerator, denominator = self._parts(cells)
        for part in (numerator, denominator):
            if isinstance(part, Trouble):
                return (part,)
        parts: Any = (numerator, denominator)
        if text in self._missing:
            said = status if self._status.column and status is not _NORMAL else None
            of_token = self._value.status_of.get(text)
            return Amount(None, (of_token or said or MISSING_BY_DEFAULT).value, *parts)
        try:
            return Amount(self._number(text), (status or _NORMAL).value, *parts)
        except ValueError as wrong:
            return (Trouble(self._value.column, "value", str(wrong)),)

    def _parts(self, cells: Cells) -> Sequence[str | Trouble | None]:
        """Numerator and denominator, the last cells that were picked."""
        place = 1 if self._status.column is None else 2
        found: list[str | Trouble | None] = []
        for column in self._counts:
            if column is None:
                found.append(None)
                continue
            found.append(self._count(column, cells[place].strip()))
            place += 1
        return found

    def _count(self, column: str, text: str) -> str | Trouble | None:
        if text in self._missing:
            return None
        try:
            return self._number(text)
        except ValueError as wrong:
            return Trouble(column, "number", str(wrong))

    def _given(self, cells: Cells) -> ObsStatus | Trouble | None:
        if self._status.column is None:
            return self._status.constant
        text = cells[1].strip()
        status = self._statuses.get(text)
        if status is None and text:
            detail = f"{shown(text)} is no SDMX OBS_STATUS; say in status.values what it means"
            return Trouble(self._status.column, "status-unknown", detail)
        return status
