"""Figures of cells that no release speaks of, and that hold others together.

A funder who is shown the west, and everything, and all of the places but two in the west, can set
these two against one another. Nobody here knows what is so of them; any figures that add up will
do, for what is looked for in the end is other figures that add up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from services.measurement.domain.disclosure.additive import Group
from services.measurement.domain.disclosure.asked import Key
from services.measurement.domain.disclosure.search import Search
from services.measurement.domain.disclosure.system import UNBOUNDED, System

LIMIT = 1_000_000
"""Effort; where it does not do, they are taken as one rest of each total."""


def fill(
    truth: Mapping[Key, int], missing: Collection[Key], groups: Sequence[Group]
) -> dict[Key, int] | None:
    """A figure for each, so that all totals that they are part of add up; None where none do."""
    system = System(LIMIT)
    figures = {key: system.figure(0) for key in sorted(missing)}
    for group in groups:
        if not figures.keys().isdisjoint((group.total, *group.parts)):
            terms = [(group.total, 1), *((part, -1) for part in group.parts)]
            known = sum(sign * truth.get(key, 0) for key, sign in terms)
            unknown = [(figures[key], sign) for key, sign in terms if key in figures]
            exact = group.kind == "place" and not group.missing
            system.total(unknown, -known, -known if exact else UNBOUNDED)
    found = Search(system).any_table()
    return None if found is None else dict(zip(figures, found, strict=True))
