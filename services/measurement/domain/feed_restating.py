"""What of a release rests on values that were changed since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_terms import Whole
from services.measurement.domain.values import Place, Span, Stated, stratum

Strata = tuple[tuple[str, str], ...]
Identity = tuple[str, str, str]


class Table(NamedTuple):
    """Figures that may be added up to one another."""

    indicator_id: UUID
    definition_version: int
    span: Span
    strata: Strata


class Changed(NamedTuple):
    """The value of a series for a period that was changed."""

    table: Table
    place: Identity

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Changed:
        """By what a fact of a series says of itself, and of the value that stood."""
        stood = said.get("was") or said["observation"]
        period = Stated.model_validate({name: stood[name] for name in Stated.model_fields})
        strata = tuple(sorted(stratum(said["dimensions"]).items()))
        table = Table(UUID(said["indicator_id"]), said["definition_version"], period.span, strata)
        return cls(table, Place.model_validate(said["place"]).identity)


def touched(
    cells: Iterable[ReleasedCell], changed: Collection[Changed], wholes: Sequence[Whole]
) -> int:
    """How many of these cells rest on what was changed: the values themselves, withheld or not,
    and the totals that follow from them."""
    known = set(changed)
    above = known | {
        Changed(one.table, whole) for one in known for whole in _wholes(one.place, wholes)
    }
    return sum(
        (found := _where(cell)) in known or (cell.computed and found in above) for cell in cells
    )


def _where(cell: ReleasedCell) -> Changed:
    strata = tuple(sorted(stratum(cell.dimensions).items()))
    table = Table(cell.indicator_id, cell.definition_version, cell.period.span, strata)
    return Changed(table, cell.place.identity)


def _wholes(place: Identity, wholes: Sequence[Whole]) -> set[Identity]:
    """All that a place is a part of, directly or not. No place is made of itself."""
    found = {place}
    for _ in wholes:
        found |= {
            whole.place.identity
            for whole in wholes
            if any(part.identity in found for part in whole.parts)
        }
    return found - {place}
