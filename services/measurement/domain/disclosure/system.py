"""Whole numbers that somebody does not know, and what they know of them: bounds and sums."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

UNBOUNDED = 10**12
EFFORT = 60_000_000
"""Terms of sums that may be looked at for one release: half a minute or so."""

Term = tuple[int, int]
"""A figure and its sign."""


PATIENCE = 4_000
"""Sums that are followed from one another at a time: bounds may creep together endlessly."""


class Exhausted(Exception):
    """Nothing was found in so many steps."""


class TooMuchWork(Exception):
    """The limit of effort was reached; how far a machine gets in a second has no part in it."""


class Either(NamedTuple):
    """One figure lies between these bounds, or the other one does."""

    one: int
    one_low: int
    one_high: int
    other: int
    other_low: int
    other_high: int


class System:
    """Figures by number. Those whose bounds meet are known, and stand in their sums as constants;
    the others are open. Bounds are narrowed in place, and put back by `undo`."""

    def __init__(self, effort: int = EFFORT) -> None:
        self.guess: list[int] = []
        """What each figure really is."""
        self.low: list[int] = []
        self.high: list[int] = []
        self.k: list[int] = []
        """How many values must remain possible; 0 where none need to."""
        self.at: list[list[int]] = []
        self.in_sums: list[list[Term]] = []
        """By figure: the sums that it is in, and its sign there."""
        self.sums: list[tuple[Term, ...]] = []
        self.open_terms: list[list[Term]] = []
        self.least: list[int] = []
        self.most: list[int] = []
        """Of the open terms: what is known is taken off."""
        self.under: list[int] = []
        self.over: list[int] = []
        """How much less and more each sum may come to than it does in truth."""
        self.choices: list[Either] = []
        self.choices_at: dict[int, list[int]] = {}
        self.linked: dict[int, list[int]] = {}
        """The same figure in another release, between which little changed."""
        self.trail: list[tuple[int, int, int]] = []
        self.effort = effort
        self._had: set[tuple[tuple[Term, ...], int, int]] = set()

    def figure(self, guess: int, low: int = 0, high: int = UNBOUNDED, k: int = 0) -> int:
        """A new figure; what is so in truth lies always within its bounds."""
        self.guess.append(guess)
        self.low.append(min(low, guess))
        self.high.append(max(high, guess))
        self.k.append(k)
        self.at.append([])
        self.in_sums.append([])
        return len(self.guess) - 1

    def is_open(self, figure: int) -> bool:
        return self.low[figure] < self.high[figure]

    def total(self, terms: Iterable[Term], least: int, most: int) -> None:
        """least <= the sum of the terms <= most. Told twice it is kept once."""
        ordered = tuple(sorted(terms))
        if (ordered, least, most) in self._had:
            return
        self._had.add((ordered, least, most))
        number = len(self.sums)
        known = sum(sign * self.low[figure] for figure, sign in ordered if not self.is_open(figure))
        self.sums.append(ordered)
        self.open_terms.append([term for term in ordered if self.is_open(term[0])])
        self.least.append(least - known)
        self.most.append(most - known)
        comes_to = sum(sign * self.guess[figure] for figure, sign in ordered)
        self.under.append(comes_to - least)
        self.over.append(most - comes_to)
        for figure, sign in ordered:
            self.at[figure].append(number)
            self.in_sums[figure].append((number, sign))

    def either(self, choice: Either) -> None:
        """One of two figures lies within bounds of its own."""
        self.choices.append(choice)
        for figure in (choice.one, choice.other):
            self.choices_at.setdefault(figure, []).append(len(self.choices) - 1)

    def link(self, one: int, other: int) -> None:
        """These are the same figure at two times."""
        self.linked.setdefault(one, []).append(other)
        self.linked.setdefault(other, []).append(one)

    def together(self, figure: int) -> list[int]:
        """A figure at all times."""
        found, due = [figure], [figure]
        while due:
            for other in self.linked.get(due.pop(), ()):
                if other not in found:
                    found.append(other)
                    due.append(other)
        return found

    def tell(self, figure: int, low: int, high: int, k: int) -> None:
        """Let other bounds be known of a figure."""
        was_open = self.is_open(figure)
        self.low[figure] = min(low, self.guess[figure])
        self.high[figure] = max(high, self.guess[figure])
        self.k[figure] = k
        if self.is_open(figure) != was_open:
            self._move(figure, known=was_open)

    def _move(self, figure: int, *, known: bool) -> None:
        for number, sign in self.in_sums[figure]:
            taken = sign * self.guess[figure] if known else -sign * self.guess[figure]
            self.least[number] -= taken
            self.most[number] -= taken
            if known:
                self.open_terms[number].remove((figure, sign))
            else:
                self.open_terms[number].append((figure, sign))

    def component(self, figure: int) -> list[int]:
        """The open figures that this one hangs together with, itself among them, in order."""
        found, due = {figure}, [figure]
        while due:
            for other in self._beside(due.pop()):
                if other not in found:
                    found.add(other)
                    due.append(other)
        return sorted(found)

    def _beside(self, figure: int) -> Iterable[int]:
        for number in self.at[figure]:
            for other, _ in self.open_terms[number]:
                yield other
        for number in self.choices_at.get(figure, ()):
            choice = self.choices[number]
            yield from (one for one in (choice.one, choice.other) if self.is_open(one))

    def spend(self, effort: int) -> None:
        self.effort -= effort
        if self.effort < 0:
            raise TooMuchWork

    def undo(self, mark: int) -> None:
        """Take back what was narrowed since."""
        while len(self.trail) > mark:
            figure, low, high = self.trail.pop()
            self.low[figure], self.high[figure] = low, high

    def narrow(self, figure: int, low: int, high: int) -> bool:
        """Put a figure between bounds, and say whether anything can still be so."""
        return self.settle(self._tighten(figure, low, high, set()))

    def settle(self, due: set[int] | None) -> bool:
        """Follow from sum to sum what bounds mean for one another; False: a contradiction."""
        left = PATIENCE
        while due:
            left -= 1
            if left < 0:
                raise Exhausted
            due_next = self._through(due.pop(), due)
            if due_next is None:
                return False
            due = due_next
        return due is not None

    def _through(self, number: int, due: set[int]) -> set[int] | None:
        terms, low, high = self.open_terms[number], self.low, self.high
        self.spend(len(terms) + 1)
        least = most = 0
        for figure, sign in terms:
            least += low[figure] if sign > 0 else -high[figure]
            most += high[figure] if sign > 0 else -low[figure]
        over, under = self.most[number] - least, most - self.least[number]
        if over < 0 or under < 0:
            return None
        if over >= UNBOUNDED and under >= UNBOUNDED:
            return due
        for figure, sign in terms:
            below, above = low[figure], high[figure]
            room = (over, under) if sign > 0 else (under, over)
            if above - below > room[0] or above - below > room[1]:
                narrower = self._tighten(figure, above - room[1], below + room[0], due)
                if narrower is None:
                    return None
                due = narrower
        return due

    def _tighten(self, figure: int, low: int, high: int, due: set[int]) -> set[int] | None:
        """With what is to be looked at again because of it; None: nothing is possible."""
        was = self.low[figure], self.high[figure]
        low, high = max(low, was[0]), min(high, was[1])
        if low > high:
            return None
        if (low, high) == was:
            return due
        self.trail.append((figure, *was))
        self.low[figure], self.high[figure] = low, high
        due.update(self.at[figure])
        for number in self.choices_at.get(figure, ()):
            chosen = self._chosen(self.choices[number], due)
            if chosen is None:
                return None
            due = chosen
        return due

    def _chosen(self, choice: Either, due: set[int]) -> set[int] | None:
        """Where only one of two ways is left, it is taken."""
        one = self._meets(choice.one, choice.one_low, choice.one_high)
        other = self._meets(choice.other, choice.other_low, choice.other_high)
        if not one and not other:
            return None
        if not one:
            return self._tighten(choice.other, choice.other_low, choice.other_high, due)
        if not other:
            return self._tighten(choice.one, choice.one_low, choice.one_high, due)
        return due

    def _meets(self, figure: int, low: int, high: int) -> bool:
        return self.low[figure] <= high and low <= self.high[figure]
