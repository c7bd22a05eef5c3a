"""Values of one edition of a place scheme as those of another, by a concordance that is named.

A place becomes shares of other places, so only what may be added up is converted: the counts of a
percentage, and a count whose definition says so. A place of the other edition has a value where all
that it is made of have a certified one; else there is none, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from gateway.readmodels.headline import HOUSE_SCHEME, Identity
from gateway.readmodels.totals import CERTIFIED, Cell, Row, Terms, cell_of, positions, summed
from infra.formulas import rounded

ESTIMATED = "E"
"""SDMX OBS_STATUS of what is apportioned."""


class Concordance(NamedTuple):
    """Which share of each old place lies in each place of the other edition."""

    list: str
    version: int
    source: str
    of: tuple[str, str]
    """Scheme and edition that it leads from."""
    to: tuple[str, str]
    weighted_by: str
    """What its shares are shares of."""
    shares: Mapping[str, Mapping[str, str]]
    """By code of the other edition: the old codes that lie in it, with their weights."""

    @property
    def name(self) -> str:
        return f"{self.list}.v{self.version}"

    def told(self) -> dict[str, Any]:
        """As an answer that rests on it says so."""
        of, to = (
            dict(zip(("scheme", "edition"), each, strict=True)) for each in (self.of, self.to)
        )
        said = {"list": self.list, "version": self.version, "source": self.source}
        return said | {"from": of, "to": to, "weighted_by": self.weighted_by}


class Converted(NamedTuple):
    rows: Sequence[Row]
    missing: Mapping[Cell, str]
    """Why a place of the other edition has no value, or a place of the old one became nothing."""


def converted(
    rows: Sequence[Row], by: Concordance, terms: Terms, parts: Collection[Identity]
) -> Converted:
    """`rows`: live values of one series version; `parts`: the places of the initiative.

    What was submitted for a place of the other edition stands; values of the old one give way to
    what they became.
    """
    old = [row for row in rows if _edition(row) == by.of]
    ours = {code for *edition, code in parts if tuple(edition) == by.to}
    if not old or not (ours or by.to[0] == HOUSE_SCHEME):
        return Converted(rows, {})
    if why := terms.apart or _overlapping(by, parts):
        return Converted(rows, {cell_of(row): f"not converted: {why}" for row in old})
    held = {(cell_of(row), row.get("dimensions")) for row in rows}
    found, missing = list[Row](), dict[Cell, str]()
    for given in _together(old):
        for code in _wanted(ours, given, by):
            where = moved(next(iter(given.values())), code, by)
            if (cell_of(where), where.get("dimensions")) in held:
                continue
            told = at(code, given, by, terms)
            if isinstance(told, str):
                missing[cell_of(where)] = told
            else:
                found.append(told)
    kept = [row for row in rows if _edition(row) != by.of]
    both = sorted([*kept, *found], key=_identity)
    both.sort(key=lambda row: (row["period_end"], row["period_start"]), reverse=True)
    return Converted(both, missing)


def at(code: str, given: Mapping[str, Row], by: Concordance, terms: Terms) -> Row | str:
    """What a place of the other edition has, or why it has nothing.

    `given`: the values of one stratum and period, by old code.
    """
    shares = by.shares.get(code)
    if shares is None:
        return f"not converted: in {by.name} nothing becomes {code}"
    if lacking := list(_lacking(shares, given, terms)):
        return f"not converted: {', '.join(lacking)}"
    total = summed([_share(given[old], weight, terms) for old, weight in shares.items()], terms)
    if isinstance(total, str):
        return f"not converted: {total}"
    made_of = [
        {"code": old, "weight": weight, "positions": list(positions(given[old]))}
        for old, weight in shares.items()
    ]
    said = {"basis": "converted", "converted_by": by.name, "made_of": made_of}
    return moved(total, code, by) | said | {"series_id": None, "submission_id": None}


def moved(row: Row, code: str, by: Concordance) -> dict[str, Any]:
    """The row at a place of the other edition."""
    scheme, edition = by.to
    place = {"place_scheme": scheme, "place_edition": edition, "place_code": code}
    return dict(row) | place | {"place_label": None}


def _overlapping(by: Concordance, parts: Collection[Identity]) -> str | None:
    """Why nothing is converted where somebody might be counted in both editions."""
    if any((scheme, edition) == by.of for scheme, edition, _ in parts):
        return "the initiative has places of both editions, which may overlap"
    return None


def _wanted(ours: Collection[str], given: Mapping[str, Row], by: Concordance) -> Iterator[str]:
    """The initiative's places; and areas of its own, of which something becomes one."""
    yield from sorted(ours)
    if by.to[0] == HOUSE_SCHEME:
        for code, shares in by.shares.items():
            if code not in ours and given.keys() & shares.keys():
                yield code


def _lacking(shares: Iterable[str], given: Mapping[str, Row], terms: Terms) -> Iterator[str]:
    for old in shares:
        row = given.get(old)
        if row is None or row["value"] is None:
            yield f"{old} has no value"
        elif row["kind"] not in CERTIFIED:
            yield f"{old} is not certified"
        elif terms.counts and row.get("basis") == "released":
            yield f"{old} may have been rounded when it was released"


def _share(row: Row, weight: str, terms: Terms) -> Row:
    """So much of what is added up, exactly; all of it stays as it is."""
    if Fraction(weight) == 1:
        return row
    amounts = {name: _times(row[name], weight) for name in terms.added}
    return {**dict(row), **amounts, "status": ESTIMATED}


def _times(text: str | None, weight: str) -> str | None:
    if text is None:
        return None
    digits = sum(len(each.partition(".")[2]) for each in (text, weight))
    return rounded(Fraction(text) * Fraction(weight), digits)


def _together(rows: Iterable[Row]) -> Iterable[Mapping[str, Row]]:
    """Those of the same stratum and period, by code."""
    found: dict[Any, dict[str, Row]] = {}
    for row in rows:
        key = row.get("dimensions"), row["period_start"], row["period_end"]
        found.setdefault(key, {})[row["place_code"]] = row
    return found.values()


def _edition(row: Row) -> tuple[str, str]:
    return row["place_scheme"], row["place_edition"]


def _identity(row: Row) -> Identity:
    return row["place_scheme"], row["place_edition"], row["place_code"]
