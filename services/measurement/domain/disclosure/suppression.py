"""What else must be withheld so that what is small stays so: few cells, and small ones first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from services.measurement.domain.disclosure.asked import Candidate, Table, Where, place_of
from services.measurement.domain.disclosure.counts import Small, small
from services.measurement.domain.disclosure.knowledge import Knowledge, Known, said_of
from services.measurement.domain.disclosure.readers import Readers, by_table
from services.measurement.domain.disclosure.search import Search
from services.measurement.domain.disclosure.states import Quantity, Saying
from services.measurement.domain.disclosure.system import EFFORT, System
from services.measurement.domain.disclosure.told import draft
from services.measurement.domain.feed_terms import PUBLIC, Policy

NOTHING, BOTH = Small(False, False), Small(True, True)


class Unprotected(Exception):
    """So many figures cannot be kept uncertain by withholding more."""

    def __init__(self, figures: int) -> None:
        self.figures = figures


class Place(NamedTuple):
    """Where a figure of the new release is in the system."""

    where: Where
    quantity: Quantity


class Suppression:
    """The cells of a new release, what of them is withheld, and who could work it out."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        withheld: Mapping[Where, Small],
        *,
        readers: Readers,
        policy: Policy,
        keep: Collection[Where] = (),
        effort: int = EFFORT,
    ) -> None:
        ordered = sorted(candidates, key=lambda one: place_of(one.cell))
        self.candidates = {place_of(one.cell): one for one in ordered}
        self.own = {where: small(one, policy) for where, one in self.candidates.items()}
        self.withheld = {where: withheld.get(where, NOTHING) for where in self.candidates}
        self.policy, self.readers, self.keep = policy, readers, frozenset(keep)
        self.system = System(effort)
        self.search = Search(self.system)
        self.places: dict[int, Place] = {}
        self.figures: dict[Where, list[tuple[Quantity, int]]] = {}
        self.before: dict[int, Known] = {}
        self.tables = by_table(
            (*where, draft(one, self.withheld[where], self.own[where]))
            for where, one in self.candidates.items()
        )
        for table, cells in self.tables.items():
            new = Saying(policy, cells, readers.audience.key == PUBLIC, new=True)
            for reader in readers.keys(table):
                self._know(
                    table, Knowledge(self.system, readers.read(reader, table, new), readers.wholes)
                )

    def _know(self, table: Table, knowledge: Knowledge) -> None:
        self.before |= knowledge.before
        for (quantity, key), figure in knowledge.own.items():
            where = Where(table, key)
            if where in self.candidates:
                self.places[figure] = Place(where, quantity)
                self.figures.setdefault(where, []).append((quantity, figure))

    @property
    def guarded(self) -> list[int]:
        """The figures that have to stay uncertain."""
        return [figure for figure, k in enumerate(self.system.k) if k]

    @property
    def unproven(self) -> int:
        """So many of them it was not shown for yet that enough is left open."""
        seen, k = self.search.seen, self.system.k
        return sum(len(seen.get(figure, ())) < k[figure] - 1 for figure in self.guarded)

    def failing(self) -> list[int]:
        """Those of them of which too little is left open."""
        return [figure for figure in self.guarded if not self.search.enough(figure)]

    def withhold_again(self) -> None:
        """What was withheld before stays withheld, be it that it changed a little since."""
        for figure, place in self.places.items():
            earlier = self.system.linked.get(figure, ())
            before = self.before[figure].k or any(self.system.k[one] for one in earlier)
            if before and self._may(figure, place):
                self.withhold(place.where, _more(None, place))

    def withhold_more(self) -> None:
        """Until nothing can be worked out."""
        while failing := self.failing():
            chosen: dict[Where, Small] = {}
            lost = 0
            for figure in failing:
                if not self._helped(figure, chosen):
                    place = self._cheapest(figure)
                    if place is None:
                        lost += 1
                    else:
                        chosen[place.where] = _more(chosen.get(place.where), place)
            if not chosen:
                raise Unprotected(lost)
            for where, what in chosen.items():
                self.withhold(where, what)

    def _helped(self, figure: int, chosen: Mapping[Where, Small]) -> bool:
        """Whether something beside it is withheld already in this round."""
        return any(
            (place := self.places.get(other)) and place.where in chosen
            for other in self._around([figure])
        )

    def _around(self, figures: Iterable[int]) -> dict[int, int]:
        """All figures that share a sum with one of these; and how many are open in the sum, at
        least: the fewer they are, the more that sum tells."""
        found: dict[int, int] = {}
        for figure in figures:
            for number in self.system.at[figure]:
                tight = len(self.system.open_terms[number])
                self.system.spend(len(self.system.sums[number]))
                for other, _ in self.system.sums[number]:
                    found[other] = min(tight, found.get(other, tight))
        return found

    def _cheapest(self, figure: int) -> Place | None:
        """The figure to withhold: beside the failing one, else beside what hangs on it."""
        if (own := self.places.get(figure)) and self._may(figure, own):
            return own
        reached, ring = {figure}, [figure]
        while ring:
            around = self._around(ring)
            found = [
                (tight, *self._cost(other, place), other)
                for other, tight in around.items()
                if (place := self.places.get(other)) and self._may(other, place)
            ]
            if found:
                return self.places[min(found)[-1]]
            ring = [one for one in around if one not in reached and self.system.is_open(one)]
            reached.update(ring)
        return None

    def _may(self, figure: int, place: Place) -> bool:
        """Whether withholding it makes it uncertain, and tells nothing false."""
        if place.quantity == "complement" or self.system.is_open(figure):
            return False
        low, high = self.before[figure].bounds
        one = self.candidates[place.where]
        own = self.own[place.where]
        if place.where in self.keep or low == high or not one.small_matters:
            return False
        return any(own) or self._large(one)

    def _large(self, one: Candidate) -> bool:
        """Whether nothing about it is small: what is withheld for others is taken to be large."""
        counts = draft(one, NOTHING, NOTHING).counts
        numbers = [counts.numerator, counts.denominator]
        if self.policy.protect_complement:
            numbers.append(counts.complement)
        return all(number is None or number >= self.policy.min_count for number in numbers)

    def _cost(self, figure: int, place: Place) -> tuple[int, ...]:
        """First what leaves no further sum with one open figure, then parts, then small ones."""
        system = self.system
        alone = sum(not system.open_terms[number] for number in system.at[figure])
        totals = sum((figure, 1) in system.sums[number] for number in system.at[figure])
        both = place.quantity == "denominator"
        return int(both), alone, totals, system.guess[figure]

    def withhold(self, where: Where, what: Small) -> None:
        """Withhold this of a cell besides what is withheld already."""
        had = self.withheld[where]
        both = had.denominator or what.denominator
        self.withhold_exactly(where, Small(had.numerator or what.numerator or both, both))

    def withhold_exactly(self, where: Where, what: Small) -> None:
        """Let every reader know of a cell this, and no more."""
        self.withheld[where] = what
        one = draft(self.candidates[where], self.withheld[where], self.own[where])
        for quantity, figure in self.figures[where]:
            bounds, hidden = said_of(quantity, one, self.policy)
            known = self.before[figure].also(bounds, self.policy.k if hidden else 0)
            self.system.tell(figure, *known.bounds, known.k)


def _more(had: Small | None, place: Place) -> Small:
    both = place.quantity == "denominator" or bool(had and had.denominator)
    return Small(True, both)
