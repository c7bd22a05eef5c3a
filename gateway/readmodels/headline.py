"""The one value that speaks for an indicator: of everybody, in the whole place, latest.

A series for the whole place wins. Where nobody submitted a total, it is computed from all strata of
an additive group; where there is none for the whole place, a percentage from its parts, if all of
them have given a numerator and a denominator for the period, and a count, if all of them have a
certified one. Nothing is ever computed from some of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from gateway.readmodels.totals import (
    CERTIFIED,
    Cell,
    Terms,
    Totals,
    cell_of,
    marked,
    positions,
    summed,
    totals,
)

HOUSE_SCHEME = "commonweal"
"""The scheme of an initiative's own area, which no official scheme has a code for."""
SAID = 5
"""Of how many places a reason tells."""
NOTHING: Mapping[Cell, str] = {}

Identity = tuple[str, str, str]
Headline = dict[str, Any]
Span = tuple[Any, Any]
"""A period: its last day, then its first."""


class Spoken(NamedTuple):
    """What speaks for each period, the latest first; and why nothing does, where a sum is begun."""

    points: Sequence[Headline]
    missing: Mapping[Span, str]


def headline(
    rows: Sequence[Any], *, version: int, terms: Terms, parts: set[Identity]
) -> Headline | None:
    """`rows`: the live values of the total series, latest period first."""
    return next(iter(spoken(rows, version=version, terms=terms, parts=parts).points), None)


def spoken(
    rows: Sequence[Any],
    *,
    version: int,
    terms: Terms,
    parts: set[Identity],
    strata: Sequence[Any] = (),
    why: Mapping[Cell, str] = NOTHING,
) -> Spoken:
    """The value that speaks for each period: what a trend is seen in.

    It speaks for all if its place is the initiative's own area, or the only place of all.
    `strata`: the live values of what additive groups are made of; `why`: what else is known of
    places that have none.
    """
    ours = [row for row in rows if row["definition_version"] == version]
    filled = totals([row for row in strata if row["definition_version"] == version], terms)
    ours = _filled(ours, filled, parts)
    places = {_identity(row) for row in ours}
    alone = len(places) == 1 and len(parts) <= 1
    whole = ours if alone else [row for row in ours if row["place_scheme"] == HOUSE_SCHEME]
    if whole:
        points = [_told(found[0]) for found in _by_period(whole)]
    elif terms.apart is None:
        found = (_computed(each, parts, terms) for each in _by_period(ours))
        points = [each for each in found if each is not None]
    else:
        points = []
    made_up = {cell_of(row) for row in filled.rows}
    lacking = {cell: said for cell, said in why.items() if cell not in made_up}
    return Spoken(points, _missing({**filled.missing, **lacking}, points))


def _filled(rows: Sequence[Any], filled: Totals, parts: set[Identity]) -> list[Any]:
    """What was submitted, and totals for those periods of the same places for which none was."""
    held = {cell_of(row) for row in rows}
    places = {_identity(row) for row in rows} | parts
    more = [
        row
        for row in filled.rows
        if cell_of(row) not in held
        and (row["place_scheme"] == HOUSE_SCHEME or _identity(row) in places)
    ]
    if not more:
        return list(rows)
    both = sorted([*rows, *more], key=_identity)
    return sorted(both, key=lambda row: (row["period_end"], row["period_start"]), reverse=True)


def _missing(lacking: Mapping[Cell, str], points: Sequence[Headline]) -> Mapping[Span, str]:
    spoken = {(each["period"]["end"], each["period"]["start"]) for each in points}
    told: dict[Span, list[str]] = {}
    for (*place, start, end), why in sorted(lacking.items()):
        if (end, start) not in spoken:
            told.setdefault((end, start), []).append(f"{' '.join(place)}: {why}")
    return {span: "; ".join(why[:SAID]) for span, why in sorted(told.items(), reverse=True)}


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


def _told(row: Any) -> Headline:
    return {
        "value": row["value"],
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "status": row["status"],
        "period": {"text": row["period"], "start": row["period_start"], "end": row["period_end"]},
        "basis": row.get("basis", "submitted"),
        "places": f"{row['place_scheme']} {row['place_edition']}",
        "certified": row["kind"] in CERTIFIED,
        "positions": list(positions(row)),
        **marked([row]),
    }


def _computed(rows: Sequence[Any], parts: set[Identity], terms: Terms) -> Headline | None:
    """Of one period, if every part has what is added up."""
    adds = _counted if terms.counts else _has_both
    given = [row for row in rows if _identity(row) in parts and adds(row)]
    if not parts or {_identity(row) for row in given} != parts:
        return None
    total = summed(given, terms)
    if isinstance(total, str):
        return None
    places = ", ".join(sorted({f"{scheme} {edition}" for scheme, edition, _ in parts}))
    certified = all(row["kind"] in CERTIFIED for row in given)
    return _told(total) | {"places": places, "certified": certified}


def _counted(row: Any) -> bool:
    """A certified count; one that was released may be rounded, so it is added to nothing."""
    return row["kind"] in CERTIFIED and row.get("basis") != "released"


def _has_both(row: Any) -> bool:
    return row["denominator"] is not None
