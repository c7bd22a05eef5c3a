"""What readers from outside see of figures: the cells that were released to them, or to everybody.

Nothing here is computed from true values: a figure stands in a release, or it is not there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

import orjson

from gateway.readmodels.cut import Cut
from infra.kernel.line import canonical
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
PREPARED, FROZEN = "feed-release-prepared", "released-cells-frozen"
RELEASED, RESTATED = "feed-released", "feed-restated"
FACTS = tuple(f"measurement.{fact}" for fact in (PREPARED, FROZEN, RELEASED, RESTATED))

Row = dict[str, Any]
"""A cell under the names that a row of the model of observations has for it."""


async def rows(pool: Pool, cut: Cut, initiative_id: UUID) -> list[Row]:
    """The released cells of an initiative that the cut's reader sees, each as it was said last."""
    async with connection(pool) as db:
        found = await db.fetch(
            SQL["released_lines"], initiative_id, list(FACTS), cut.vector["measurement"]
        )
    lines = [orjson.loads(line) for (line,) in found]
    return [row for row in current(lines, cut.outside) if row["period_end"] <= cut.ended_by]


def current(lines: Iterable[Mapping[str, Any]], organisation: UUID | None) -> Iterable[Row]:
    """The cells of all releases that stand, from lines in the order of recording."""
    frozen: dict[str, list[Row]] = {}
    standing: dict[str, list[Row]] = {}
    for line in lines:
        fact, release, data = line["type"].split(".")[2], _stream(line), line["data"]
        if fact == PREPARED and data["audience"].get("organisation") in (None, str(organisation)):
            frozen[release] = []
        elif release not in frozen:
            continue
        elif fact == FROZEN:
            frozen[release] += [_row(line, cell) for cell in data["cells"]]
        elif fact == RELEASED:
            standing[release] = frozen[release]
        elif fact == RESTATED:
            standing.pop(data["replaces"], None)
    last = {_cell(row): row for release in standing.values() for row in release}
    return last.values()


def observations(rows: Iterable[Row], indicator_id: UUID) -> list[Row]:
    """Those of an indicator, by series and period, as its observations are listed."""
    own = [row for row in rows if row["indicator_id"] == indicator_id]
    return sorted(own, key=lambda row: (row["series_id"], row["period_start"], row["period_end"]))


def headlines(rows: Iterable[Row]) -> list[Row]:
    """Those that speak for everybody and say something, the latest periods first."""
    total = [row for row in rows if row["dimensions"] == "{}" and row["value"] is not None]
    total.sort(key=lambda row: (row["place_scheme"], row["place_edition"], row["place_code"]))
    return sorted(total, key=lambda row: (row["period_end"], row["period_start"]), reverse=True)


def dimensions(rows: Iterable[Row]) -> Sequence[str]:
    """The names of all strata, in order."""
    return sorted({name for row in rows for name in orjson.loads(row["dimensions"])})


def _row(line: Mapping[str, Any], cell: Mapping[str, Any]) -> Row:
    place, period = cell["place"], cell["period"]
    indicator, strata = UUID(cell["indicator_id"]), canonical(cell["dimensions"])
    where = place["scheme"], place["edition"], place["code"]
    series = canonical([cell["definition_version"], where, cell["dimensions"]])
    return {
        "sequence": int(line["sequence"]),
        "indicator_id": indicator,
        "definition_version": cell["definition_version"],
        "series_id": uuid5(indicator, series),
        "place_scheme": place["scheme"],
        "place_edition": place["edition"],
        "place_code": place["code"],
        "place_label": place.get("label"),
        "dimensions": strata,
        "period_start": date.fromisoformat(period["start"]),
        "period_end": date.fromisoformat(period["end"]),
        "period": period["period"],
        "value": cell.get("value"),
        "status": cell["obs_status"],
        "numerator": cell.get("numerator"),
        "denominator": cell.get("denominator"),
        "submission_id": None,
        "kind": FROZEN,
        "conf_status": cell["conf_status"],
        "basis": "released",
    }


def _cell(row: Row) -> tuple[UUID, date, date]:
    return row["series_id"], row["period_start"], row["period_end"]


def _stream(line: Mapping[str, Any]) -> str:
    return str(line["subject"]).rpartition("/")[2]
