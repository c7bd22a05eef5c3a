"""The one value that speaks for an indicator: of everybody, in the whole place, latest.

A series for the whole place wins. Where there is none, a percentage is computed from the parts of
the place, if all of them have given a numerator and a denominator for the period; nothing is ever
computed from some of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

PERCENT = frozenset({"%", "percent", "per cent", "percentage"})
HOUSE_SCHEME = "commonweal"
"""The scheme of an initiative's own area, which no official scheme has a code for."""

Identity = tuple[str, str, str]
Headline = dict[str, Any]


def headline(
    rows: Sequence[Any], *, version: int, unit: str, parts: set[Identity]
) -> Headline | None:
    """`rows`: the live values of the total series, latest period first."""
    ours = [row for row in rows if row["definition_version"] == version]
    whole = [row for row in ours if _speaks_for_all(row, ours, parts)]
    if whole:
        return _submitted(whole[0])
    return _computed(ours, parts) if unit.strip().lower() in PERCENT else None


def _speaks_for_all(row: Any, rows: Sequence[Any], parts: set[Identity]) -> bool:
    """Its place is the initiative's own area, or the only place of all."""
    places = {_identity(each) for each in rows}
    return row["place_scheme"] == HOUSE_SCHEME or (len(places) == 1 and len(parts) <= 1)


def points(rows: Sequence[Any], *, version: int, unit: str, parts: set[Identity]) -> list[Headline]:
    """The value that speaks for each period, the latest first: what a trend is seen in."""
    ours = [row for row in rows if row["definition_version"] == version]
    ends = dict.fromkeys((row["period_end"], row["period_start"]) for row in ours)
    found = []
    for end in ends:
        of_period = [row for row in ours if (row["period_end"], row["period_start"]) == end]
        spoken = headline(of_period, version=version, unit=unit, parts=parts)
        if spoken is not None:
            found.append(spoken)
    return found


def _identity(row: Any) -> Identity:
    return row["place_scheme"], row["place_edition"], row["place_code"]


def _submitted(row: Any) -> Headline:
    return {
        "value": row["value"],
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "status": row["status"],
        "period": _period(row),
        "basis": "submitted",
        "positions": [f"measurement:{row['sequence']}"],
    }


def _computed(rows: Sequence[Any], parts: set[Identity]) -> Headline | None:
    """The latest period for which every part has both counts."""
    periods: dict[tuple[Any, Any], list[Any]] = {}
    for row in rows:
        if _identity(row) in parts and row["denominator"] is not None:
            periods.setdefault((row["period_end"], row["period_start"]), []).append(row)
    whole = [key for key, found in periods.items() if {_identity(row) for row in found} == parts]
    return _sum(periods[max(whole)]) if whole else None


def _sum(rows: Sequence[Any]) -> Headline | None:
    numerator = sum((Decimal(row["numerator"]) for row in rows), Decimal())
    denominator = sum((Decimal(row["denominator"]) for row in rows), Decimal())
    if not denominator:
        return None
    digits = max(_decimals(row["value"]) for row in rows)
    value = (100 * numerator / denominator).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return {
        "value": format(value, "f"),
        "numerator": format(numerator, "f"),
        "denominator": format(denominator, "f"),
        "status": "A" if all(row["status"] == "A" for row in rows) else "E",
        "period": _period(rows[0]),
        "basis": "computed",
        "positions": sorted({f"measurement:{row['sequence']}" for row in rows}),
    }


def _decimals(value: str | None) -> int:
    return len(value.partition(".")[2]) if value else 1


def _period(row: Any) -> dict[str, Any]:
    return {"text": row["period"], "start": row["period_start"], "end": row["period_end"]}
