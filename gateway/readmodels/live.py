"""What has come to be known since a vector: entries of the timeline as they arrive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from gateway.journal import SOURCES, Vector
from gateway.readmodels import timeline
from gateway.readmodels.cut import Cut
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
BATCH = 200


class Arrived(NamedTuple):
    """Entries with the vector that stands behind each, and the vector behind all of them."""

    entries: Sequence[tuple[Vector, dict[str, Any]]]
    reached: Vector


async def since(
    pool: Pool,
    after: Vector,
    now: Vector,
    *,
    initiative_id: UUID | None,
    fact: str | None,
    outside: UUID | None,
) -> Arrived:
    """The next entries of the first source that has some: each source in its own order."""
    cut = Cut(now, ZoneInfo("UTC"), outside=outside)
    async with connection(pool) as db:
        for source in SOURCES:
            if after[source] >= now[source]:
                continue
            bounds = (source, after[source], now[source])
            rows = await db.fetch(SQL["live"], *bounds, initiative_id, fact, BATCH, cut.hidden)
            told = await timeline.told_of_many(db, cut, rows)
            whole = len(rows) < BATCH
            end = now[source] if whole else rows[-1]["sequence"]
            entries = [(after.joined(Vector({source: e["sequence"]})), e) for e in told]
            return Arrived(entries, after.joined(Vector({source: end})))
    return Arrived([], now)
