"""From what is so to something else that adds up as well, by changing as few figures as possible.

One figure is changed, which puts its sums out; another one in each of them is changed to make up
for it, and so on until nothing is out. Mostly that takes four figures, at the corners of a
rectangle, however large the table is.
"""

from __future__ import annotations

from services.measurement.domain.disclosure.system import System

BRANCHES = 4
"""Figures of one sum that may be tried in turn."""


class Repair:
    """Looks for tables close to what is so."""

    def __init__(self, system: System) -> None:
        self.system = system
        self.changed: dict[int, int] = {}
        """By figure: by how much it is more than what is so."""
        self.out: dict[int, int] = {}
        """By sum: by how much it comes to more than it does in truth."""

    def with_value(self, figure: int, value: int, *, tries: int) -> dict[int, int] | None:
        """A table in which this figure is so much: the figures that differ from what is so."""
        system = self.system
        if not system.low[figure] <= value <= system.high[figure]:
            return None
        self.changed, self.out, self._left = {}, {}, tries
        self._change(figure, value - system.guess[figure])
        if not self._mend():
            return None
        return {one: system.guess[one] + by for one, by in self.changed.items()}

    def _change(self, figure: int, by: int) -> None:
        self.changed[figure] = by
        for number, sign in self.system.in_sums[figure]:
            self.out[number] = self.out.get(number, 0) + sign * by

    def _missing(self, number: int, out: int) -> int:
        """What has to be added so that a sum comes out again."""
        over, under = self.system.over[number], self.system.under[number]
        return over - out if out > over else -under - out if out < -under else 0

    def _mend(self) -> bool:
        self._left -= 1
        if self._left < 0:
            return False
        wrong = [one for one, out in self.out.items() if out and self._missing(one, out)]
        if not wrong:
            return self._choices_made()
        number = min(wrong, key=self._ways)
        for figure, by in self._best(number):
            self._change(figure, by)
            if self._mend():
                return True
            self._change(figure, -by)
            del self.changed[figure]
        return False

    def _ways(self, number: int) -> int:
        return len(self.system.open_terms[number])

    def _best(self, number: int) -> list[tuple[int, int]]:
        """The figures of a sum that can make up for it, those first that put least else out."""
        system, missing = self.system, self._missing(number, self.out[number])
        found = []
        system.spend(len(system.open_terms[number]))
        for figure, sign in system.open_terms[number]:
            if figure in self.changed:
                continue
            by = sign * missing
            now = system.guess[figure] + by
            if system.low[figure] <= now <= system.high[figure]:
                found.append((self._puts_out(figure, by), figure, by))
        found.sort()
        return [(figure, by) for _, figure, by in found[:BRANCHES]]

    def _puts_out(self, figure: int, by: int) -> int:
        """How many sums more are out with this change than without."""
        more = 0
        for number, sign in self.system.in_sums[figure]:
            out = self.out.get(number, 0)
            more += bool(self._missing(number, out + sign * by)) - bool(self._missing(number, out))
        return more

    def _choices_made(self) -> bool:
        return all(
            self._between(choice.one, choice.one_low, choice.one_high)
            or self._between(choice.other, choice.other_low, choice.other_high)
            for figure in self.changed
            for number in self.system.choices_at.get(figure, ())
            if (choice := self.system.choices[number])
        )

    def _between(self, figure: int, low: int, high: int) -> bool:
        return low <= self.system.guess[figure] + self.changed.get(figure, 0) <= high
