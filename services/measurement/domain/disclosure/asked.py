"""What disclosure control is asked, and what it answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple
from uuid import UUID

from services.measurement.domain.definition import Level
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_facts import Revision
from services.measurement.domain.feed_terms import Audience, Policy, Whole
from services.measurement.domain.values import Span, stratum

Table = tuple[UUID, int, Span]
"""Indicator, definition version and period: figures of different tables are never added up."""
Key = tuple[tuple[str, str, str], tuple[tuple[str, str], ...]]
"""Place and stratum: what tells the cells of a table apart."""


class Where(NamedTuple):
    """Which cell."""

    table: Table
    key: Key


def place_of(cell: ReleasedCell) -> Where:
    """Where a cell stands, whatever it says."""
    table = cell.indicator_id, cell.definition_version, cell.period.span
    key = cell.place.identity, tuple(sorted(stratum(cell.dimensions).items()))
    return Where(table, key)


class Candidate(NamedTuple):
    """A true figure that might be released."""

    cell: ReleasedCell
    """With everything that is known of it, as if nothing were withheld."""
    level: Level
    small_matters: bool = True
    """Whether small counts of it are protected: not where its suppression class is `none`."""


class Earlier(NamedTuple):
    """A release that came before."""

    release_id: UUID
    audience: Audience
    policy: Policy
    wholes: Sequence[Whole]
    cells: Sequence[ReleasedCell]
    """As they were released."""
    truth: Sequence[Candidate]
    """What they were made from, as it was known at the release's positions."""


class Protected(NamedTuple):
    """What may be said."""

    cells: tuple[ReleasedCell, ...]
    primary: int
    """Cells withheld because they are small themselves (N)."""
    secondary: int
    """Cells withheld so that others stay so (D)."""
    compared: int
    """Earlier releases that hold something of the same tables."""
    revisions: tuple[Revision, ...]
    """For each table that was released before: by how many it changed since, and if at all."""


class Refused(NamedTuple):
    """Nothing may be said; by counts only."""

    reason: Literal["too-few-values", "too-large"]
    figures: int
    """Figures, of this release and of earlier ones, that have to stay uncertain."""
    open: int
    """Those of them for which fewer than k values would remain, or could be shown to remain."""
