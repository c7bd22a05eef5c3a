"""Showing again what turned out not to be needed."""

from __future__ import annotations

from services.measurement.domain.disclosure.asked import Where
from services.measurement.domain.disclosure.counts import Small
from services.measurement.domain.disclosure.suppression import NOTHING, Suppression

PRUNING = 2_000_000
"""Effort that is worth it: a second or two. A large table stays as it was chosen."""


def prune(suppression: Suppression) -> None:
    """Show what can be shown without anything being worked out, dear cells first."""
    least = suppression.system.effort - PRUNING
    if least < PRUNING:
        return
    for where in _dear_first(suppression):
        had, own = suppression.withheld[where], suppression.own[where]
        for less in (own, Small(had.numerator, own.denominator)):
            if suppression.system.effort < least:
                return
            if less != suppression.withheld[where] and _still_safe(suppression, where, less):
                break


def _dear_first(suppression: Suppression) -> list[Where]:
    def dear(where: Where) -> tuple[int, ...]:
        told = dict(suppression.figures[where])
        figure = told.get("numerator", next(iter(told.values())))
        sums = sum((figure, 1) in suppression.system.sums[n] for n in suppression.system.at[figure])
        return -sums, -suppression.system.guess[figure], -figure

    secondary = [
        where
        for where, withheld in suppression.withheld.items()
        if withheld not in (suppression.own[where], NOTHING) and where in suppression.figures
    ]
    return sorted(secondary, key=dear)


def _still_safe(suppression: Suppression, where: Where, less: Small) -> bool:
    """Whether withholding only so much of a cell is enough. Leaves it so where it is."""
    system, search = suppression.system, suppression.search
    had = suppression.withheld[where]
    figures = [figure for _, figure in suppression.figures[where]]
    bounds = {figure: (system.low[figure], system.high[figure]) for figure in figures}
    suppression.withhold_exactly(where, less)
    moved = [one for one in figures if bounds[one] != (system.low[one], system.high[one])]
    lost = [proof for one in moved for proof in search.forget(one)]
    doubtful = {proof.figure for proof in lost}
    guarded = sorted(one for one in doubtful.union(figures) if system.k[one])
    if all(search.enough(one, thorough=False) for one in guarded):
        return True
    suppression.withhold_exactly(where, had)
    search.recall(lost)
    return False
