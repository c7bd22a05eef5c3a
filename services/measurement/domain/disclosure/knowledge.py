"""What somebody knows of a table who has read these releases and the policy: a system of sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.measurement.domain.disclosure.additive import Group, Wholes
from services.measurement.domain.disclosure.asked import Key
from services.measurement.domain.disclosure.counts import few
from services.measurement.domain.disclosure.missing import fill
from services.measurement.domain.disclosure.states import (
    QUANTITIES,
    Change,
    Quantity,
    State,
    change,
    spoken_of_before,
)
from services.measurement.domain.disclosure.system import UNBOUNDED, Either, System, Term
from services.measurement.domain.disclosure.told import (
    ANY,
    Bounds,
    Told,
    complement_bounds,
    denominator_bounds,
    numerator_bounds,
    one_is_small,
    small_bounds,
)
from services.measurement.domain.feed_terms import Policy

GROUPED: tuple[Quantity, ...] = ("numerator", "denominator")
"""What is added up; that those not counted add up as well follows from it."""


FOLLOWED = 12
"""Figures that fell and rose, of which it is followed that they did so by exactly so many. Where
more moved, that tells next to nothing, and would make one knot of the whole table."""


class Known(NamedTuple):
    """What was said of a figure: between what it lies, and how many values must remain."""

    bounds: Bounds = ANY
    k: int = 0

    def also(self, bounds: Bounds, k: int) -> Known:
        """With what is said besides. What was shown once is not to be protected any more."""
        low, high = self.bounds
        narrower = max(low, bounds[0]), min(high, bounds[1])
        return Known(narrower, max(self.k, k) if low < high else self.k)


class Knowledge:
    """Puts what a reader knows of one table into a system; where the figures of the release that
    is being prepared are in it, stands in `own`."""

    def __init__(self, system: System, states: Sequence[State], wholes: Wholes) -> None:
        self.system, self.states, self.wholes = system, states, wholes
        self.figures: list[dict[tuple[Quantity, Key], int]] = []
        self.own: dict[tuple[Quantity, Key], int] = {}
        self.before: dict[int, Known] = {}
        """By figure: what earlier releases alone say of it."""
        for state in states:
            self._add_figures(state)
            self._add_rates(state)
            self._add_groups(state)
        for at in range(1, len(states)):
            for before, keys in sorted(spoken_of_before(states, at).items()):
                self._add_change(before, at, sorted(keys))

    def _add_figures(self, state: State) -> None:
        found: dict[tuple[Quantity, Key], int] = {}
        for key in state.truth:
            for quantity in QUANTITIES:
                count = state.count(key, quantity)
                if count is not None:
                    known, before = self._known(state, quantity, key)
                    figure = self.system.figure(count, *known.bounds, known.k)
                    found[quantity, key] = figure
                    self.before[figure] = before
        self.figures.append(found)
        if state.sayings[-1].new:
            own = state.sayings[-1].cells
            self.own = {name: figure for name, figure in found.items() if name[1] in own}

    def _known(self, state: State, quantity: Quantity, key: Key) -> tuple[Known, Known]:
        """By all that was said, and by what was said before the new release."""
        now = before = Known()
        for saying in state.sayings:
            one = saying.cells.get(key)
            if one is not None and getattr(one.counts, quantity) is not None:
                bounds, withheld = said_of(quantity, one, saying.policy)
                now = now.also(bounds, saying.policy.k if withheld else 0)
            if not saying.new:
                before = now
        return now, before

    def _add_rates(self, state: State) -> None:
        """Those counted and those not counted are all of them; and where it was said that one of
        the two is small, one is."""
        found = self.figures[-1]
        for (quantity, key), complement in found.items():
            if quantity != "complement":
                continue
            above, below = found["numerator", key], found["denominator", key]
            self.system.total([(above, 1), (complement, 1), (below, -1)], 0, 0)
            for saying in state.sayings:
                one = saying.cells.get(key)
                if one is not None and one_is_small(one, saying.policy):
                    small = small_bounds(saying.policy)
                    self.system.either(Either(above, *small, complement, *small))

    def _add_groups(self, state: State) -> None:
        for quantity in GROUPED:
            truth = {
                key: count
                for key in state.truth
                if (count := state.count(key, quantity)) is not None
            }
            hinges, groups = self.wholes.joined(truth)
            filled = fill(truth, hinges, groups) if hinges else {}
            if filled is None:
                filled = {}
                groups = [group for group in self.wholes.groups(truth) if group.parts]
            names = self.figures[-1]
            figures = {key: self.system.figure(count) for key, count in sorted(filled.items())}
            figures |= {key: names[quantity, key] for key in truth}
            for group in groups:
                self._add_group(state, group, figures, filled)

    def _add_group(
        self,
        state: State,
        group: Group,
        figures: Mapping[Key, int],
        filled: Mapping[Key, int],
    ) -> None:
        """A total is the sum of its parts, and of a rest where some are not there."""
        guess = self.system.guess
        terms: list[Term] = [
            (figures[group.total], 1),
            *((figures[part], -1) for part in group.parts),
        ]
        rest = sum(sign * guess[figure] for figure, sign in terms)
        sure = filled.keys().isdisjoint((group.total, *group.parts))
        if group.kind == "place" and not group.missing:
            self.system.total(terms, rest, rest)
        elif rest < 0:
            for part in group.parts:
                if guess[figures[part]] <= guess[figures[group.total]]:
                    self.system.total([terms[0], (figures[part], -1)], 0, UNBOUNDED)
        elif rest == 0 and group.kind == "stratum" and sure:
            self.system.total(terms, 0, 0)
        else:
            k = self._rest_needs(state, group, rest) if sure else 0
            self.system.total([*terms, (self.system.figure(rest, k=k), -1)], 0, 0)

    def _rest_needs(self, state: State, group: Group, rest: int) -> int:
        """How many values must be possible for those in a total and in none of its parts."""
        policy = state.sayings[-1].policy
        return policy.k if rest and few(rest, policy) and self._guarded(state, group) else 0

    def _guarded(self, state: State, group: Group) -> bool:
        return any(
            saying.cells[key].guarded
            for saying in state.sayings
            for key in (group.total, *group.parts)
            if key in saying.cells
        )

    def _add_change(self, before: int, now: int, keys: Sequence[Key]) -> None:
        told = change(self.states[before], self.states[now], self.wholes)
        for quantity in QUANTITIES:
            if told.known(quantity):
                self._add_shift(before, now, told, quantity, keys)

    def _add_shift(
        self, before: int, now: int, told: Change, quantity: Quantity, keys: Sequence[Key]
    ) -> None:
        shift, figures = told.shifts[quantity], self.figures
        for key in keys:
            was, is_ = figures[before].get((quantity, key)), figures[now].get((quantity, key))
            if was is not None and is_ is not None:
                self.system.total([(was, 1), (is_, -1)], -shift.more, shift.fewer)
                self.system.link(was, is_)
        falls, rises = told.moved[quantity]
        exact = (falls, falls), (rises, rises)
        self._add_together(self._pairs(before, now, quantity, told.finest), *exact)
        for row in told.rows:
            most = (0, shift.fewer), (0, shift.more)
            self._add_together(self._pairs(before, now, quantity, row), *most)

    def _pairs(
        self, before: int, now: int, quantity: Quantity, keys: Sequence[Key]
    ) -> list[tuple[int, int]]:
        was, is_ = self.figures[before], self.figures[now]
        names = [(quantity, key) for key in keys]
        return [(was[name], is_[name]) for name in names if name in was and name in is_]

    def _add_together(self, these: Sequence[tuple[int, int]], falls: Bounds, rises: Bounds) -> None:
        """Between what all falls together lie, and all rises."""
        if these:
            terms = [term for was, is_ in these for term in ((was, 1), (is_, -1))]
            self.system.total(terms, falls[0] - rises[1], falls[1] - rises[0])
            if falls[1] and rises[1] and self._moved(these) <= FOLLOWED:
                self._add_moves(these, falls, rises)

    def _moved(self, these: Sequence[tuple[int, int]]) -> int:
        guess = self.system.guess
        return sum(guess[was] != guess[is_] for was, is_ in these)

    def _add_moves(self, these: Sequence[tuple[int, int]], falls: Bounds, rises: Bounds) -> None:
        """Where some fell and others rose: all falls together are so many, all rises so many."""
        system = self.system
        downs: list[Term] = []
        ups: list[Term] = []
        for was, is_ in these:
            fell = system.guess[was] - system.guess[is_]
            down = system.figure(max(fell, 0), 0, falls[1])
            up = system.figure(max(-fell, 0), 0, rises[1])
            system.total([(was, 1), (is_, -1), (down, -1), (up, 1)], 0, 0)
            system.either(Either(down, 0, 0, up, 0, 0))
            downs.append((down, 1))
            ups.append((up, 1))
        system.total(downs, *falls)
        system.total(ups, *rises)


def said_of(quantity: Quantity, one: Told, policy: Policy) -> tuple[Bounds, bool]:
    """Between what a figure lies by what a cell says; and whether it is withheld there."""
    if quantity == "numerator":
        return numerator_bounds(one, policy), one.numerator in ("N", "D")
    if quantity == "denominator":
        return denominator_bounds(one, policy), one.denominator in ("N", "D")
    if one.numerator == "F" and one.denominator == "F" and not one.counts.implied:
        assert one.counts.complement is not None
        return (one.counts.complement, one.counts.complement), False
    hidden = one.numerator in ("N", "D") and policy.protect_complement
    return complement_bounds(one, policy), hidden
