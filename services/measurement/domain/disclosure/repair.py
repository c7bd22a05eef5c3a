"""From what is so to something else that adds up as well, by changing as few figures as possible.

One figure is changed, which puts its sums out; another one in each of them is changed to make up
for it, and so on until nothing is out. Mostly that takes four figures, at the corners of a
rectangle, however large the table is. A table that was released twice with little changed in
between has its rectangle twice: first it is tried to change figures at all times by as much.
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
        return next(
            filter(None, (self._try(figure, value, tries, one) for one in (True, False))), None
        )

    def _try(self, figure: int, value: int, tries: int, together: bool) -> dict[int, int] | None:
        system = self.system
        self.changed, self.out, self._left, self._together = {}, {}, tries, together
        if together and figure not in system.linked:
            return None
        if (these := self._movable(figure, value - system.guess[figure])) is None:
            return None
        self._change(these, value - system.guess[figure])
        if not self._mend():
            return None
        return {one: system.guess[one] + by for one, by in self.changed.items()}

    def _movable(self, figure: int, by: int) -> list[int] | None:
        """The figures that change with this one, if they can."""
        system = self.system
        these = system.together(figure) if self._together else [figure]
        for one in these:
            now = system.guess[one] + by
            if one in self.changed or not system.low[one] <= now <= system.high[one]:
                return None
        return these

    def _change(self, figures: list[int], by: int) -> None:
        for figure in figures:
            self.changed[figure] = by
            for number, sign in self.system.in_sums[figure]:
                self.out[number] = self.out.get(number, 0) + sign * by

    def _back(self, figures: list[int], by: int) -> None:
        self._change(figures, -by)
        for figure in figures:
            del self.changed[figure]

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
        for figures, by in self._best(number):
            self._change(figures, by)
            if self._mend():
                return True
            self._back(figures, by)
        return False

    def _ways(self, number: int) -> int:
        return len(self.system.open_terms[number])

    def _best(self, number: int) -> list[tuple[list[int], int]]:
        """The figures of a sum that can make up for it, those first that put least else out."""
        system, missing = self.system, self._missing(number, self.out[number])
        found = []
        system.spend(len(system.open_terms[number]))
        for figure, sign in system.open_terms[number]:
            by = sign * missing
            if (these := self._movable(figure, by)) is not None:
                found.append((self._puts_out(these, by), figure, these, by))
        found.sort()
        return [(these, by) for *_, these, by in found[:BRANCHES]]

    def _puts_out(self, figures: list[int], by: int) -> int:
        """How many sums more are out with this change than without."""
        more, moved = 0, dict[int, int]()
        for figure in figures:
            for number, sign in self.system.in_sums[figure]:
                moved[number] = moved.get(number, 0) + sign * by
        over, under = self.system.over, self.system.under
        for number, change in moved.items():
            out, low, high = self.out.get(number, 0), -under[number], over[number]
            more += (not low <= out + change <= high) - (not low <= out <= high)
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
