"""Somebody who has every release, knows the policy, and tries all tables that there could be.

It shares nothing with the engine: a table is a number of people for each part, everything released
is a sum over some of the parts, and a table is possible if it would have been released like this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, product

from services.measurement.domain.feed_terms import Policy

People = tuple[int, ...]
"""Of each part: how many."""
Cell = frozenset[int]
"""The parts that a published figure is the sum over."""


@dataclass(frozen=True)
class Publication:
    """What was published: shown sums, and the codes of those that were not shown."""

    policy: Policy
    shown: Mapping[Cell, int]
    withheld: Mapping[Cell, str]
    fewer: int = 0
    """Since the publication before: so many were taken out."""
    more: int = 0
    """And so many came in."""

    def would_be(self, people: People) -> bool:
        """Whether it would look like this if so many people were in each part."""
        if any(sum(people[part] for part in cell) != count for cell, count in self.shown.items()):
            return False
        return all(
            self._allowed(code, sum(people[part] for part in cell))
            for cell, code in self.withheld.items()
        )

    def _allowed(self, code: str, count: int) -> bool:
        small = count < self.policy.min_count and (count > 0 or not self.policy.show_zero)
        return small if code == "N" else count >= self.policy.min_count


def first_tables(publication: Publication, parts: int, most: int) -> Iterator[People]:
    """All that could have been published first."""
    ranges = []
    for part in range(parts):
        shown = publication.shown.get(frozenset([part]))
        ranges.append(range(most + 1) if shown is None else (shown,))
    yield from filter(publication.would_be, product(*ranges))


def next_tables(publication: Publication, before: People) -> Iterator[People]:
    """All that these could have become."""
    parts = range(len(before))
    for taken in combinations_with_replacement(parts, publication.fewer):
        for come in combinations_with_replacement(parts, publication.more):
            if not set(taken) & set(come):
                now = tuple(before[part] - taken.count(part) + come.count(part) for part in parts)
                if min(now) >= 0 and publication.would_be(now):
                    yield now


def possible(
    publications: Sequence[Publication], parts: int, most: int
) -> dict[tuple[int, Cell], set[int]]:
    """By publication and withheld figure: every value that it could have."""
    found: dict[tuple[int, Cell], set[int]] = {}

    def on(past: tuple[People, ...]) -> None:
        if len(past) == len(publications):
            for at, people in enumerate(past):
                for cell in publications[at].withheld:
                    total = sum(people[part] for part in cell)
                    found.setdefault((at, cell), set()).add(total)
            return
        for now in set(next_tables(publications[len(past)], past[-1])):
            on((*past, now))

    for people in first_tables(publications[0], parts, most):
        on((people,))
    return found
