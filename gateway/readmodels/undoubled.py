"""Values as they would stand if some de-duplications had not been: from what was recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from gateway.readmodels.cut import Cut
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
DEDUPLICATED, WITHDRAWN = "observation-deduplicated", "observation-withdrawn"
STATES_A_VALUE = frozenset({"observations-recorded", "observation-corrected"})


class Undoubled(NamedTuple):
    indicators: Sequence[UUID]
    rows: Sequence[Any]
    """What would stand, the latest periods first."""
    blurred: frozenset[tuple[UUID, Any, Any]]
    """Indicator and period in which a value was corrected after doubles had been taken out: what
    it would be with them nobody ever said."""


async def undoubled(
    pool: Pool, cut: Cut, initiative_id: UUID, indicators: Sequence[UUID], *, after: int
) -> Undoubled:
    """The values of these indicators without the de-duplications after a place in the log."""
    known = cut.vector["measurement"]
    async with connection(pool) as db:
        rows = await db.fetch(SQL["versions"], initiative_id, indicators, known, cut.ended_by)
    return without(rows, indicators, after=after)


def without(rows: Iterable[Any], indicators: Sequence[UUID], *, after: int) -> Undoubled:
    """`rows`: every version of every value, by series and period, in the order of recording."""
    standing, blurred = [], set[tuple[UUID, Any, Any]]()
    for cell, versions in groupby(rows, _cell):
        row, unclear = _standing(versions, after)
        if unclear:
            blurred.add((cell[0], cell[2], cell[3]))
        elif row is not None and row["value"] is not None:
            standing.append(row)
    standing.sort(key=_place)
    standing.sort(key=lambda row: (row["period_end"], row["period_start"]), reverse=True)
    return Undoubled(indicators, standing, frozenset(blurred))


def _standing(versions: Iterable[Any], after: int) -> tuple[Any | None, bool]:
    """The version that would stand, and whether nobody can say.

    Once a de-duplication is left out, certifying and changing the status of what it led to are left
    out as well: they speak of another value. So the one before it stands as it stood.
    """
    row: Any | None = None
    left_out = False
    for each in versions:
        if each["kind"] == DEDUPLICATED and each["sequence"] > after:
            left_out = True
        elif each["kind"] == WITHDRAWN:
            row, left_out = None, False
        elif not left_out:
            row = each
        elif each["kind"] in STATES_A_VALUE:
            return None, True
    return row, False


def _cell(row: Any) -> tuple[Any, ...]:
    return row["indicator_id"], row["series_id"], row["period_start"], row["period_end"]


def _place(row: Any) -> tuple[Any, ...]:
    return row["indicator_id"], row["place_scheme"], row["place_edition"], row["place_code"]
