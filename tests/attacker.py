"""Somebody who has every release, knows the policy, and tries all tables that there could be.

It shares nothing with the engine: a table is a number of people for each part, everything released
is a sum over some of the parts, and a table is possible if it would have been released like this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations_with_replacement, product
from typing import NamedTuple

from services.measurement.domain.feed_terms import Policy

People = tuple[int, ...]
"""Of each part: how many."""
Cell = frozenset[int]
"""The parts that a published figure is the sum over."""


class Moved(NamedTuple):
    """How many were taken out of these parts, and how many came into them."""

    parts: Sequence[int]
    fewer: int
    more: int

    def outcomes(self, before: People) -> Iterator[People]:
        for taken in combinations_with_replacement(self.parts, self.fewer):
            for come in combinations_with_replacement(self.parts, self.more):
                if not set(taken) & set(come):
                    yield tuple(
                        count - taken.count(part) + come.count(part)
                        for part, count in enumerate(before)
                    )


@dataclass(frozen=True)
class Publication:
    """What was published: shown sums, and the codes of those that were not shown."""

    policy: Policy
    shown: Mapping[Cell, int]
    withheld: Mapping[Cell, str]
    moved: Sequence[Moved] = ()
    """Since the publication before."""
    beside: Mapping[Cell, Cell] = field(default_factory=dict)
    """Those who are protected as well as the counted ones of a cell: the others."""

    def would_be(self, people: People) -> bool:
        """Whether it would look like this if so many people were in each part."""
        if any(_sum(people, cell) != count for cell, count in self.shown.items()):
            return False
        return all(
            any(self._small(_sum(people, one)) for one in self._about(cell)) == (code == "N")
            for cell, code in self.withheld.items()
        )

    def _about(self, cell: Cell) -> Sequence[Cell]:
        return [cell, self.beside[cell]] if cell in self.beside else [cell]

    def _small(self, count: int) -> bool:
        return count < self.policy.min_count and (count > 0 or not self.policy.show_zero)


def _sum(people: People, cell: Cell) -> int:
    return sum(people[part] for part in cell)


def first_tables(publication: Publication, parts: int, most: int) -> Iterator[People]:
    """All that could have been published first."""
    ranges = []
    for part in range(parts):
        shown = publication.shown.get(frozenset([part]))
        ranges.append(range(most + 1) if shown is None else (shown,))
    yield from filter(publication.would_be, product(*ranges))


def next_tables(publication: Publication, before: People) -> set[People]:
    """All that these could have become."""
    found = {before}
    for moved in publication.moved:
        found = {now for people in found for now in moved.outcomes(people)}
    return {now for now in found if min(now) >= 0 and publication.would_be(now)}


def possible(
    publications: Sequence[Publication], parts: int, most: int
) -> dict[tuple[int, Cell], set[int]]:
    """By publication and withheld figure: every value that it could have."""
    found: dict[tuple[int, Cell], set[int]] = {}

    def on(past: tuple[People, ...]) -> None:
        if len(past) == len(publications):
            for at, people in enumerate(past):
                for cell in publications[at].withheld:
                    found.setdefault((at, cell), set()).add(_sum(people, cell))
            return
        for now in next_tables(publications[len(past)], past[-1]):
            on((*past, now))

    for people in first_tables(publications[0], parts, most):
        on((people,))
    return found
