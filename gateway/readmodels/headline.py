"""The one value that speaks for an indicator: of everybody, in the whole place, latest.

A series for the whole place wins. Where there is none, a percentage is computed from the parts of
the place, if all of them have given a numerator and a denominator for the period; nothing is ever
computed from some of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from infra.formulas import rounded

PERCENT = frozenset({"%", "percent", "per cent", "percentage"})
CERTIFIED = frozenset({"observations-certified", "released-cells-frozen"})
"""What the last fact about a value is, if it is certified as it stands."""
HOUSE_SCHEME = "commonweal"
"""The scheme of an initiative's own area, which no official scheme has a code for."""

Identity = tuple[str, str, str]
Headline = dict[str, Any]


def headline(
    rows: Sequence[Any], *, version: int, unit: str, parts: set[Identity]
) -> Headline | None:
    """`rows`: the live values of the total series, latest period first."""
    return next(iter(points(rows, version=version, unit=unit, parts=parts)), None)


def points(rows: Sequence[Any], *, version: int, unit: str, parts: set[Identity]) -> list[Headline]:
    """The value that speaks for each period, the latest first: what a trend is seen in.

    It speaks for all if its place is the initiative's own area, or the only place of all.
    """
    ours = [row for row in rows if row["definition_version"] == version]
    places = {_identity(row) for row in ours}
    alone = len(places) == 1 and len(parts) <= 1
    whole = ours if alone else [row for row in ours if row["place_scheme"] == HOUSE_SCHEME]
    if whole:
        return [_submitted(found[0]) for found in _by_period(whole)]
    if unit.strip().lower() not in PERCENT:
        return []
    computed = (_computed(found, parts) for found in _by_period(ours))
    return [each for each in computed if each is not None]


def _by_period(rows: Sequence[Any]) -> Iterable[list[Any]]:
    """The latest first, as the rows are."""
    periods: dict[tuple[Any, Any], list[Any]] = {}
    for row in rows:
        periods.setdefault((row["period_end"], row["period_start"]), []).append(row)
    return periods.values()


def comparable(points: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Those that were counted in the same places as the latest: others are no row with it."""
    return [each for each in points if each["places"] == points[0]["places"]]


def _identity(row: Any) -> Identity:
    return row["place_scheme"], row["place_edition"], row["place_code"]


def _submitted(row: Any) -> Headline:
    return {
        "value": row["value"],
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "status": row["status"],
        "period": _period(row),
        "basis": row.get("basis", "submitted"),
        "places": f"{row['place_scheme']} {row['place_edition']}",
        "certified": row["kind"] in CERTIFIED,
        "positions": [f"measurement:{row['sequence']}"],
    }


def _computed(rows: Sequence[Any], parts: set[Identity]) -> Headline | None:
    """Of one period, if every part has both counts."""
    given = [row for row in rows if _identity(row) in parts and row["denominator"] is not None]
    whole = parts and {_identity(row) for row in given} == parts
    return _sum(given) if whole else None


def _sum(rows: Sequence[Any]) -> Headline | None:
    numerator, denominator = (
        _total([row[name] for row in rows]) for name in ("numerator", "denominator")
    )
    if not Fraction(denominator):
        return None
    digits = max(_decimals(row["value"]) for row in rows)
    places = {_identity(row) for row in rows}
    return {
        "value": rounded(100 * Fraction(numerator) / Fraction(denominator), digits),
        "numerator": numerator,
        "denominator": denominator,
        "status": "A" if all(row["status"] == "A" for row in rows) else "E",
        "period": _period(rows[0]),
        "basis": "computed",
        "places": ", ".join(sorted({f"{scheme} {edition}" for scheme, edition, _ in places})),
        "certified": all(row["kind"] in CERTIFIED for row in rows),
        "positions": sorted({f"measurement:{row['sequence']}" for row in rows}),
    }


def _total(texts: Sequence[str]) -> str:
    """Exact, with as many decimals as the most exact of them."""
    digits = max(len(text.partition(".")[2]) for text in texts)
    return rounded(sum(map(Fraction, texts), Fraction()), digits)


def _decimals(value: str | None) -> int:
    return len(value.partition(".")[2]) if value else 1


def _period(row: Any) -> dict[str, Any]:
    return {"text": row["period"], "start": row["period_start"], "end": row["period_end"]}
