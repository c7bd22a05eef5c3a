"""What a release says: cells after disclosure control, in one order, under one hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from infra.kernel.line import canonical
from infra.kernel.provenance import Code
from services.measurement.domain.definition import Unit
from services.measurement.domain.tidy.statuses import ObsStatus
from services.measurement.domain.values import DecimalText, Dimensions, Place, Stated, Value, absent

Confidentiality = Literal["F", "N", "D"]
"""SDMX CONF_STATUS: free, withheld because it is small, withheld so that another stays so."""
CELLS_BUDGET = 40 * 1024
"""Bytes of cells in one line, whose limit is 60 KiB."""


class ReleasedCell(Value):
    """One row of a release. Where its status is N or D there is neither value nor numerator nor
    inputs; the denominator stays unless it is withheld itself, which `denominator_conf` says."""

    indicator_id: UUID
    indicator_code: Code
    definition_version: int
    unit: Unit
    place: Place
    dimensions: Dimensions
    period: Stated
    value: DecimalText | None = Field(None, exclude_if=absent)
    numerator: DecimalText | None = Field(None, exclude_if=absent)
    denominator: DecimalText | None = Field(None, exclude_if=absent)
    obs_status: ObsStatus = ObsStatus.NORMAL
    conf_status: Confidentiality = "F"
    denominator_conf: Literal["N", "D"] | None = Field(None, exclude_if=absent)
    flag: Literal["volatile"] | None = Field(None, exclude_if=absent)
    computed: bool = Field(
        False, description="A total that nobody submitted: the sum over all parts of a whole."
    )
    inputs: Annotated[tuple[int, ...], Field(max_length=10_000)] = Field(
        (), description="Sequences of measurement's lines that it follows from."
    )

    @property
    def order(self) -> tuple[object, ...]:
        return (
            self.indicator_code,
            self.definition_version,
            self.period.span,
            self.place.identity,
            canonical(self.dimensions),
        )

    @cached_property
    def written(self) -> str:
        """Its canonical JSON, as the hash of the content takes it."""
        return canonical(self.model_dump(mode="json"))


def in_order(cells: Iterable[ReleasedCell]) -> list[ReleasedCell]:
    """By indicator, definition, period, place and stratum."""
    return sorted(cells, key=lambda cell: cell.order)


def content_sha256(cells: Iterable[ReleasedCell]) -> str:
    """Of all cells in order: each as canonical JSON, a line feed behind it."""
    digest = hashlib.sha256()
    for cell in in_order(cells):
        digest.update(f"{cell.written}\n".encode())
    return digest.hexdigest()


def paged(cells: Sequence[ReleasedCell]) -> Iterator[tuple[ReleasedCell, ...]]:
    """Parts of them, each of which goes into one line."""
    start, size = 0, 0
    for at, cell in enumerate(cells):
        more = len(cell.written.encode()) + 1
        if size + more > CELLS_BUDGET and at > start:
            yield tuple(cells[start:at])
            start, size = at, 0
        size += more
    if start < len(cells):
        yield tuple(cells[start:])
