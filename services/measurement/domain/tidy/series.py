"""The series that a row belongs to: indicator, place and stratum, as its cells name them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, NamedTuple

from services.measurement.domain.tidy.cells import Cells, Trouble, Troubles, picker, too_long
from services.measurement.domain.tidy.findings import shown
from services.measurement.domain.tidy.mapping import Mapping
from services.measurement.domain.tidy.sources import PlaceCode, PlaceSource

TOTAL: Final = "_T"
"""SDMX's code for all of a dimension, which tidy files write as an empty cell."""


class Place(NamedTuple):
    """A code of an edition of a scheme, and the label that the office gave it."""

    scheme: str
    edition: str
    code: str
    label: str | None


@dataclass(frozen=True, slots=True)
class Series:
    """Numbered in the order in which the file first names it; the unit does not tell it apart."""

    number: int
    indicator: str
    unit: str | None
    place: Place
    dimensions: tuple[tuple[str, str], ...]


class SeriesReader:
    """Reads the cells that name a series."""

    def __init__(self, mapping: Mapping, header: Sequence[str]) -> None:
        self._mapping = mapping
        self._numbers: dict[bytes, int] = {}
        place, unit = mapping.place, mapping.unit
        named = (mapping.indicator.column, unit.column if unit else None, place.code_column)
        self._dimensions = tuple(sorted(mapping.dimensions))
        self._names = (*filter(None, named), *place.columns, *self._dimensions)
        self.pick = picker(header, self._names)

    def read(self, cells: Cells) -> Series | Troubles:
        if troubles := too_long(self._names, cells):
            return troubles
        said = dict(zip(self._names, map(str.strip, cells), strict=True))
        indicator, unit, place = self._indicator(said), self._unit(said), self._place(said)
        if (
            isinstance(indicator, Trouble)
            or isinstance(unit, Trouble)
            or isinstance(place, Trouble)
        ):
            found = (indicator, unit, place)
            return tuple(part for part in found if isinstance(part, Trouble))
        dimensions = tuple((name, said[name] or TOTAL) for name in self._dimensions)
        number = self._number((indicator, place[:3], dimensions))
        return Series(number, indicator, unit, place, dimensions)

    def _number(self, identity: tuple[object, ...]) -> int:
        """By digest, so that a hundred thousand long names take no room."""
        digest = blake2b(repr(identity).encode(), digest_size=16).digest()
        return self._numbers.setdefault(digest, len(self._numbers))

    def _indicator(self, said: dict[str, str]) -> str | Trouble:
        source = self._mapping.indicator
        if source.column is None or source.values is None:
            assert source.constant is not None
            return source.constant
        text = said[source.column]
        detail = f"indicator.values does not say which indicator {shown(text)} is"
        return source.values.get(text) or Trouble(source.column, "indicator-unknown", detail)

    def _unit(self, said: dict[str, str]) -> str | Trouble | None:
        source = self._mapping.unit
        if source is None or source.column is None:
            return source.constant if source else None
        text = said[source.column]
        if source.values is None:
            return text or None
        detail = f"unit.values does not say which unit {shown(text)} is"
        return source.values.get(text) or Trouble(source.column, "unit-unknown", detail)

    def _place(self, said: dict[str, str]) -> Place | Trouble:
        source = self._mapping.place
        if source.constant is not None:
            return _stated(source, source.constant)
        labels = (said[name] for name in reversed(source.columns))
        label = next(filter(None, labels), None)
        code = said[source.code_column] if source.code_column else ""
        if code:
            return Place(source.scheme, source.edition, code, label)
        if label:
            scheme = source.label_scheme or source.scheme
            return Place(scheme, source.label_edition or source.edition, label, label)
        if source.when_empty is not None:
            return _stated(source, source.when_empty)
        column = source.columns[-1] if source.columns else source.code_column
        detail = "the row names no place; say in place.when_empty which one it means"
        return Trouble(column, "place-empty", detail)


def _stated(source: PlaceSource, place: str | PlaceCode) -> Place:
    if isinstance(place, str):
        return Place(source.scheme, source.edition, place, None)
    scheme, edition = place.scheme or source.scheme, place.edition or source.edition
    return Place(scheme, edition, place.code, place.label)
