"""Totals that nobody submitted: the sum of an additive group, of all of it or not at all.

A definition says of a dimension that its counts add up, and which codes there are. Where each of
them has a certified value for a place and a period, these make the total; where one lacks, there
is none, and that is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from infra.formulas import rounded
from infra.kernel.line import canonical

CERTIFIED = frozenset({"observations-certified", "released-cells-frozen"})
"""What the last fact about a value is, if it is certified as it stands."""
PERCENT = frozenset({"%", "percent", "per cent", "percentage"})

Row = Mapping[str, Any]
Cell = tuple[str, str, str, Any, Any]
"""A place and a period."""


class Group(NamedTuple):
    """A dimension whose counts add up to their total, and all of its codes."""

    name: str
    codes: Sequence[str]

    def strata(self) -> list[str]:
        """As rows have them."""
        return [canonical({self.name: code}) for code in self.codes]


class Terms(NamedTuple):
    """What of a definition decides how its values add up."""

    unit: str
    made_of_two: bool
    """Of a numerator and a denominator."""
    groups: Sequence[Group]

    @property
    def share(self) -> bool:
        return self.unit.strip().lower() in PERCENT

    @property
    def counts(self) -> bool:
        """Whether the value itself is a count."""
        return not self.made_of_two and not self.share

    @property
    def added(self) -> Sequence[str]:
        """Which amounts of a value add up, where any do."""
        return ("value",) if self.counts else ("numerator", "denominator")

    @property
    def apart(self) -> str | None:
        """Why values of places are not added up; None where they may be."""
        if self.share or (self.counts and self.groups):
            return None
        if self.counts:
            return "its definition states no additive group, so its values may not be added up"
        return f"a value in {self.unit} is not made of the values of its parts"


class Totals(NamedTuple):
    rows: Sequence[Row]
    """As rows of a total series, with the lines of their parts."""
    missing: Mapping[Cell, str]
    """Why there is none, where a group is begun."""


def totals(strata: Iterable[Row], terms: Terms) -> Totals:
    """`strata`: live values of one series version, each of one code of a group."""
    found, missing = list[Row](), dict[Cell, str]()
    for cell, by_stratum in _by_cell(strata).items():
        told = [_of_group(by_stratum, group, terms) for group in terms.groups]
        begun = [each for each in told if each is not None]
        sums = [each for each in begun if not isinstance(each, str)]
        if len({_amounts(each) for each in sums}) > 1:
            missing[cell] = "the groups of its strata add up to different totals"
        elif sums:
            found.append(sums[0])
        else:
            missing[cell] = "; ".join(str(each) for each in begun)
    return Totals(found, missing)


def summed(rows: Sequence[Row], terms: Terms) -> Row | str:
    """One row for all of them, or why there is none; each of them is certified."""
    if any(row[name] is None for row in rows for name in terms.added):
        return f"not each part has a {' and a '.join(terms.added)}"
    amounts = {name: _total([row[name] for row in rows]) for name in terms.added}
    if not terms.counts:
        if not terms.share:
            return f"a value in {terms.unit} is not made of the values of its parts"
        over, under = (Fraction(amounts[name]) for name in terms.added)
        if not under:
            return "the denominators of its parts add up to 0"
        digits = max(_decimals(row["value"]) for row in rows)
        amounts["value"] = rounded(100 * over / under, digits)
    return {
        **dict(rows[0]),
        "numerator": None,
        "denominator": None,
        **amounts,
        "status": "A" if all(row["status"] == "A" for row in rows) else "E",
        "basis": "computed",
        "positions": sorted({each for row in rows for each in positions(row)}),
        **marked(rows),
    }


def marked(made_of: Iterable[Row]) -> Mapping[str, str]:
    """That something was converted, and by which list, stays with whatever is made of it."""
    lists = {by for each in made_of if (by := each.get("converted_by"))}
    return {"converted_by": min(lists)} if lists else {}


def positions(row: Row) -> Sequence[str]:
    """The lines that a value rests on."""
    made_of: Sequence[str] | None = row.get("positions")
    return made_of if made_of is not None else [f"measurement:{row['sequence']}"]


def _by_cell(strata: Iterable[Row]) -> Mapping[Cell, Mapping[str, Row]]:
    cells: dict[Cell, dict[str, Row]] = {}
    for row in strata:
        cells.setdefault(cell_of(row), {})[row["dimensions"]] = row
    return cells


def cell_of(row: Row) -> Cell:
    place = row["place_scheme"], row["place_edition"], row["place_code"]
    return *place, row["period_start"], row["period_end"]


def _of_group(rows: Mapping[str, Row], group: Group, terms: Terms) -> Row | str | None:
    """The total of a group, why there is none, or None where nothing of it is known."""
    known = [rows[stratum] for stratum in group.strata() if stratum in rows]
    if not known:
        return None
    if lacking := list(_lacking(rows, group)):
        return f"{group.name} is not whole: {', '.join(lacking)}"
    total = summed(known, terms)
    return total if isinstance(total, str) else {**total, "dimensions": "{}"}


def _lacking(rows: Mapping[str, Row], group: Group) -> Iterator[str]:
    for code, stratum in zip(group.codes, group.strata(), strict=True):
        if stratum not in rows:
            yield f"{code} has no value"
        elif rows[stratum]["kind"] not in CERTIFIED:
            yield f"{code} is not certified"


def _amounts(row: Row) -> tuple[Fraction | None, ...]:
    told = (row["value"], row["numerator"], row["denominator"])
    return tuple(None if each is None else Fraction(each) for each in told)


def _total(texts: Sequence[str]) -> str:
    """Exact, with as many decimals as the most exact of them."""
    digits = max(len(text.partition(".")[2]) for text in texts)
    return rounded(sum(map(Fraction, texts), Fraction()), digits)


def _decimals(value: str | None) -> int:
    return len(value.partition(".")[2]) if value else 1
