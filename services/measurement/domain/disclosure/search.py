"""Looking for other figures that would be released just the same.

Each one that is found is checked sum by sum, in whole numbers: what is let through is proven by
tables that somebody could write down. What is not found counts as impossible, so the search errs
only towards withholding more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from services.measurement.domain.disclosure.repair import Repair
from services.measurement.domain.disclosure.system import Either, Exhausted, System, TooMuchWork

NODES = 400
"""Choices that may be tried for one value of one figure, and figures that may be changed for it."""
TRIES = 60
TABLE_EFFORT = 200_000
"""Terms of sums that may be looked at for one value of one figure."""


class Proof(NamedTuple):
    """That a figure may have a value; and which figures differ from what is so where it does."""

    figure: int
    value: int
    differ: frozenset[int]


class Search:
    """Finds values of figures that go together with all that is known."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.repair = Repair(system)
        self.relies = defaultdict[int, set[tuple[int, int]]](set)
        """By figure: what is proven by tables in which it differs."""
        self.seen: dict[int, dict[int, frozenset[int]]] = {}
        """By figure: the values other than what is so that were proven possible; and for each the
        figures that differ from what is so in the table that proves it."""

    def enough(self, figure: int, *, thorough: bool = True) -> bool:
        """Whether so many values as it needs are possible."""
        wanted = self.system.k[figure] - 1
        seen = self.seen.setdefault(figure, {})
        if len(seen) >= wanted:
            return True
        if not self.system.is_open(figure) or self._narrow_sum(figure, wanted):
            return False
        for value in self._near(figure, wanted):
            if value not in seen and self._nearby(figure, value) and len(seen) >= wanted:
                return True
        if not thorough:
            return False
        for value in self._left_over(figure, wanted):
            if value not in seen and self._somewhere(figure, value) and len(seen) >= wanted:
                return True
        return False

    def forget(self, figure: int) -> list[Proof]:
        """Give up what was proven by tables in which this figure differs."""
        lost = []
        for one, value in sorted(self.relies.pop(figure, ())):
            if (differ := self.seen[one].pop(value, None)) is not None:
                lost.append(Proof(one, value, differ))
        return lost

    def recall(self, proofs: Iterable[Proof]) -> None:
        """Take back what was given up."""
        for figure, value, differ in proofs:
            self.seen.setdefault(figure, {})[value] = differ
            proven = figure, value
            for one in differ:
                self.relies[one].add(proven)

    def _narrow_sum(self, figure: int, wanted: int) -> bool:
        """Whether one sum alone leaves too few values."""
        system = self.system
        for number, _ in system.in_sums[figure]:
            room = system.most[number] - system.least[number]
            for other, _ in system.open_terms[number]:
                if other != figure:
                    room += system.high[other] - system.low[other]
            if room < wanted:
                return True
        return False

    def any_table(self) -> list[int] | None:
        """Of a system of which nobody knows what is so: figures that add up, small ones first."""
        system = self.system
        self._left, self._least_effort = NODES, self.system.effort - TABLE_EFFORT
        system.trail.extend((one, low, system.high[one]) for one, low in enumerate(system.low))
        try:
            if system.settle(set(range(len(system.sums)))) and self._complete(0):
                return [self._now(one) for one in range(len(system.guess))]
        except (Exhausted, TooMuchWork):
            pass
        return None

    def _near(self, figure: int, wanted: int) -> Iterator[int]:
        """Values that might be, those first that are near to what is so."""
        low, high = self.system.low[figure], self.system.high[figure]
        guess = self.system.guess[figure]
        for step in range(1, 2 * wanted + 1):
            if guess + step <= high:
                yield guess + step
            if guess - step >= low:
                yield guess - step

    def _left_over(self, figure: int, wanted: int) -> list[int]:
        """The same, without those that the sums around it rule out."""
        system, mark = self.system, len(self.system.trail)
        try:
            settled = system.settle(set(system.at[figure]))
        except Exhausted:
            settled = True
        low, high = system.low[figure], system.high[figure]
        system.undo(mark)
        assert settled, "what is so is always possible"
        if high - low < wanted:
            return []
        return [value for value in self._near(figure, wanted) if low <= value <= high]

    def _nearby(self, figure: int, value: int) -> bool:
        return self._keep(self.repair.with_value(figure, value, tries=TRIES))

    def _somewhere(self, figure: int, value: int) -> bool:
        return self._keep(self._table(figure, value))

    def _keep(self, found: dict[int, int] | None) -> bool:
        """What one table proves of one figure, it proves of all in which it differs."""
        if found is None:
            return False
        differ = frozenset(found)
        self.recall(
            Proof(figure, value, differ)
            for figure, value in found.items()
            if self.system.k[figure] and value not in self.seen.setdefault(figure, {})
        )
        return True

    def _table(self, figure: int, value: int) -> dict[int, int] | None:
        """Search it through, as far as the limit goes."""
        system, mark = self.system, len(self.system.trail)
        self._left, self._least_effort = NODES, self.system.effort - TABLE_EFFORT
        try:
            if system.narrow(figure, value, value) and self._complete(mark):
                touched = {one for one, _, _ in system.trail[mark:]}
                return {one: now for one in touched if (now := self._now(one)) != system.guess[one]}
        except Exhausted:
            pass
        finally:
            system.undo(mark)
        return None

    def _now(self, figure: int) -> int:
        """What is so, or what is nearest to it within the bounds."""
        system = self.system
        return min(max(system.guess[figure], system.low[figure]), system.high[figure])

    def _complete(self, mark: int) -> bool:
        """Whether the bounds can be narrowed to one table that adds up. True leaves them so."""
        self._left -= 1
        if self._left < 0 or self.system.effort < self._least_effort:
            raise Exhausted
        off = self._first_off(mark)
        if off is None:
            return True
        for ways in self._ways(off):
            before = len(self.system.trail)
            if self.system.narrow(*ways) and self._complete(mark):
                return True
            self.system.undo(before)
        return False

    def _first_off(self, mark: int) -> tuple[int, int] | Either | None:
        """A sum that does not come out, and by how much; or a choice that was not made."""
        system, tried = self.system, set()
        for figure in dict.fromkeys(one for one, _, _ in system.trail[mark:]):
            for number in system.at[figure]:
                if number not in tried:
                    tried.add(number)
                    if missing := self._missing(number):
                        return number, missing
            for number in system.choices_at.get(figure, ()):
                if not self._made(system.choices[number]):
                    return system.choices[number]
        return None

    def _missing(self, number: int) -> int:
        system = self.system
        terms = system.open_terms[number]
        system.spend(len(terms))
        comes_to = sum(sign * self._now(figure) for figure, sign in terms)
        if comes_to < system.least[number]:
            return system.least[number] - comes_to
        return min(system.most[number] - comes_to, 0)

    def _made(self, choice: Either) -> bool:
        return (
            choice.one_low <= self._now(choice.one) <= choice.one_high
            or choice.other_low <= self._now(choice.other) <= choice.other_high
        )

    def _ways(self, off: tuple[int, int] | Either) -> Iterator[tuple[int, int, int]]:
        """What can be narrowed next; one after another they leave nothing out."""
        if isinstance(off, Either):
            yield off.one, off.one_low, off.one_high
            yield off.other, off.other_low, off.other_high
            return
        number, missing = off
        figure, value = self._best(number, missing)
        low, high = self.system.low[figure], self.system.high[figure]
        yield figure, value, value
        if value < high:
            yield figure, value + 1, high
        if value > low:
            yield figure, low, value - 1

    def _best(self, number: int, missing: int) -> tuple[int, int]:
        """The figure that can make good for most of what is missing and touches least else."""
        system, best = self.system, None
        for figure, sign in system.open_terms[number]:
            now, up = self._now(figure), (missing > 0) == (sign > 0)
            room = system.high[figure] - now if up else now - system.low[figure]
            if not room:
                continue
            step = min(room, abs(missing))
            rank = step, -len(system.at[figure]), room > step, -figure
            if best is None or rank > best[0]:
                best = rank, figure, now + step if up else now - step
        assert best is not None, "bounds that were settled leave room"
        return best[1], best[2]
