"""Which cells of a table are the sum of which others."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Literal, NamedTuple

from services.measurement.domain.disclosure.asked import Key
from services.measurement.domain.feed_terms import Whole

Identity = tuple[str, str, str]


class Group(NamedTuple):
    """A total and the parts of it that are there."""

    total: Key
    parts: tuple[Key, ...]
    kind: Literal["place", "stratum"]
    missing: tuple[Key, ...] = ()
    """The parts of a place that are not there. Nobody says how many strata there are."""


class Wholes:
    """The places that are made of others, as all releases together name them."""

    def __init__(self, wholes: Collection[Whole]) -> None:
        ordered = {
            (whole.place.identity, tuple(sorted({part.identity for part in whole.parts})))
            for whole in wholes
        }
        self.parts: list[tuple[Identity, tuple[Identity, ...]]] = sorted(ordered)

    def groups(self, keys: Mapping[Key, object]) -> list[Group]:
        """Every total among these cells, with its parts, be they there or not."""
        found = []
        strata = sorted({stratum for _, stratum in keys})
        for total, parts in self.parts:
            for stratum in strata:
                present = tuple((one, stratum) for one in parts if (one, stratum) in keys)
                if (total, stratum) in keys:
                    absent = tuple((one, stratum) for one in parts if (one, stratum) not in keys)
                    found.append(Group((total, stratum), present, "place", absent))
        return found + _strata(keys)

    def joined(self, keys: Mapping[Key, object]) -> tuple[set[Key], list[Group]]:
        """The groups, with what holds them together though it is not there: totals that are parts
        themselves, and what is missing from several totals. What is missing from exactly the same
        ones is taken as one; what is missing from one alone stays missing."""
        hinges: set[Key] = set()
        groups = self.groups(keys)
        while more := self._totals_missing(groups) - hinges:
            hinges |= more
            groups = self.groups({**keys, **dict.fromkeys(hinges)})
        within: dict[Key, list[int]] = {}
        for number, group in enumerate(groups):
            for key in group.missing:
                within.setdefault(key, []).append(number)
        alike: dict[tuple[int, ...], Key] = {}
        for key in sorted(within):
            alike.setdefault(tuple(within[key]), key)
        shared = {numbers: key for numbers, key in alike.items() if len(numbers) > 1}
        for numbers, key in shared.items():
            for number in numbers:
                group = groups[number]
                groups[number] = group._replace(parts=(*group.parts, key))
        found = [
            group._replace(missing=tuple(k for k in group.missing if len(within[k]) == 1))
            for group in groups
        ]
        return hinges | set(shared.values()), [group for group in found if group.parts]

    def _totals_missing(self, groups: Sequence[Group]) -> set[Key]:
        totals = {total for total, _ in self.parts}
        return {key for group in groups for key in group.missing if key[0] in totals}

    def sums(self, keys: Collection[Key]) -> list[Group]:
        """Totals that are not among these cells, but all of whose parts are, or are such totals."""
        had, found = set(keys), []
        strata = sorted({stratum for _, stratum in keys})
        more = True
        while more:
            more = False
            for total, parts in self.parts:
                for stratum in strata:
                    these = tuple((one, stratum) for one in parts)
                    if (total, stratum) not in had and had.issuperset(these):
                        found.append(Group((total, stratum), these, "place"))
                        had.add((total, stratum))
                        more = True
        return found


def _strata(keys: Mapping[Key, object]) -> list[Group]:
    """A stratum's cells are parts of the one that says nothing of that dimension."""
    parts: dict[tuple[Key, str], list[Key]] = {}
    for place, stratum in keys:
        for at, (name, _) in enumerate(stratum):
            total = place, stratum[:at] + stratum[at + 1 :]
            if total in keys:
                parts.setdefault((total, name), []).append((place, stratum))
    return [
        Group(total, tuple(sorted(those)), "stratum") for (total, _), those in sorted(parts.items())
    ]


def finest(keys: Collection[Key], groups: Sequence[Group]) -> set[Key]:
    """Cells that together hold each person once, as far as the groups go: every total that is
    part of nothing, taken apart as long as it can be."""
    by_total: dict[Key, Group] = {}
    within: set[Key] = set()
    for group in groups:
        within.update(group.parts)
        if not group.missing:
            by_total.setdefault(group.total, group)
    found: set[Key] = set()
    due, seen = [key for key in keys if key not in within], set()
    while due:
        key = due.pop()
        if key in seen:
            continue
        seen.add(key)
        if key in by_total:
            due.extend(by_total[key].parts)
        else:
            found.add(key)
    return found


def rows(keys: Collection[Key], groups: Sequence[Group]) -> list[list[Key]]:
    """By stratum: the places that are not made of others, be these there or not."""
    totals = {one.total for one in groups if one.kind == "place"}
    found: dict[object, list[Key]] = {}
    for key in keys:
        if key not in totals:
            found.setdefault(key[1], []).append(key)
    return list(found.values())
