"""What is asked of an initiative: every view of the gateway, as a path with its ids filled in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote

import asyncpg

OF_INITIATIVE = (
    *("timeline", "progress", "overview", "process-metrics", "scorecard", "commitment-ledger"),
    *("reinforcement-graph", "decisions", "measure-changes", "target-changes", "stories"),
)
INITIATIVES = "SELECT thing_id FROM initiatives_1 WHERE side = 'registered'"
LAST = """
SELECT about FROM timeline_1 WHERE initiative_id = $1 AND fact = $2 ORDER BY sequence DESC LIMIT 1
"""
CELL = """
SELECT indicator_id, series_id, period_start, period_end FROM observations_1
WHERE initiative_id = $1 ORDER BY sequence DESC LIMIT 1
"""


class View(NamedTuple):
    name: str
    path: str


async def views(database: asyncpg.Connection[asyncpg.Record]) -> Sequence[Sequence[View]]:
    """By initiative: all that can be asked of it."""
    found = [row["thing_id"] for row in await database.fetch(INITIATIVES)]
    return [await _of(database, id) for id in sorted(found)]


async def _of(database: asyncpg.Connection[asyncpg.Record], id: Any) -> list[View]:
    views = [View(name, f"/v1/initiatives/{id}/{name}") for name in OF_INITIATIVE]
    views.append(View("search", f"/v1/search?q={quote('young people')}&initiative={id}"))
    for name, fact in (("cycles", "agenda.cycle-opened"), ("decisions", "agenda.proposal-raised")):
        thing = await database.fetchval(LAST, id, fact)
        if thing is not None:
            views.append(View(f"{name}/id", f"/v1/{name}/{thing}"))
    cell = await database.fetchrow(CELL, id)
    if cell is not None:
        page = f"/v1/indicators/{cell['indicator_id']}/observations"
        place = f"{cell['series_id']}/{cell['period_start']}/{cell['period_end']}"
        views += [View("observations", page), View("number", f"{page}/{place}")]
    return views
