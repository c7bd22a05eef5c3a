"""Choosing what to withhold, and judging what somebody chose."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services.measurement.domain.disclosure.asked import (
    Candidate,
    Earlier,
    Protected,
    Refused,
    Where,
    place_of,
)
from services.measurement.domain.disclosure.counts import Small, small
from services.measurement.domain.disclosure.pruning import prune
from services.measurement.domain.disclosure.readers import Readers
from services.measurement.domain.disclosure.suppression import Suppression, Unprotected
from services.measurement.domain.disclosure.system import EFFORT, TooMuchWork
from services.measurement.domain.disclosure.writing import written
from services.measurement.domain.feed_cells import ReleasedCell, in_order
from services.measurement.domain.feed_terms import Audience, Policy, Whole

CELLS = 400_000
"""Cells of a release and of all before it, at most."""


def protect(
    candidates: Sequence[Candidate],
    *,
    audience: Audience,
    wholes: Sequence[Whole],
    policy: Policy,
    earlier: Sequence[Earlier] = (),
    keep: Collection[Where] = (),
    effort: int = EFFORT,
) -> Protected | Refused:
    """Withhold what is small, and as little else as keeps it so."""
    if _too_many(candidates, earlier):
        return Refused("too-large", len(candidates), len(candidates))
    readers = Readers(audience, wholes, earlier)
    own = {place_of(one.cell): small(one, policy) for one in candidates}
    suppression = Suppression(
        candidates, own, readers=readers, policy=policy, keep=keep, effort=effort
    )
    try:
        suppression.withhold_again()
        suppression.withhold_more()
    except Unprotected as error:
        return Refused("too-few-values", len(suppression.guarded), error.figures)
    except TooMuchWork:
        return Refused("too-large", len(suppression.guarded), suppression.unproven)
    prune(suppression)
    return _passed(suppression)


def audit(
    drafted: Sequence[ReleasedCell],
    candidates: Sequence[Candidate],
    *,
    audience: Audience,
    wholes: Sequence[Whole],
    policy: Policy,
    earlier: Sequence[Earlier] = (),
) -> Protected | Refused:
    """Judge a draft: as it withholds, or not at all. What it leaves out is not spoken of."""
    if _too_many(candidates, earlier):
        return Refused("too-large", len(candidates), len(candidates))
    withheld = {place_of(cell): _withheld(cell) for cell in drafted}
    these = [one for one in candidates if place_of(one.cell) in withheld]
    readers = Readers(audience, wholes, earlier)
    suppression = Suppression(these, withheld, readers=readers, policy=policy)
    shown = _small_but_shown(suppression)
    try:
        failing = len(suppression.failing()) + shown
    except TooMuchWork:
        return Refused("too-large", len(suppression.guarded), suppression.unproven)
    if failing:
        return Refused("too-few-values", len(suppression.guarded) + shown, failing)
    return _passed(suppression)


def _too_many(candidates: Sequence[Candidate], earlier: Sequence[Earlier]) -> bool:
    """More cells than are looked at for one release."""
    return len(candidates) + sum(len(one.cells) for one in earlier) > CELLS


def _withheld(cell: ReleasedCell) -> Small:
    below = cell.denominator_conf is not None
    return Small(cell.conf_status != "F" or below, below)


def _small_but_shown(suppression: Suppression) -> int:
    """Counts that are small themselves, and not withheld."""
    return sum(
        mine and not said
        for where, own in suppression.own.items()
        for mine, said in zip(own, suppression.withheld[where], strict=True)
    )


def _passed(suppression: Suppression) -> Protected:
    policy, readers = suppression.policy, suppression.readers
    cells = tuple(
        in_order(
            written(one, policy, withheld=suppression.withheld[where])
            for where, one in suppression.candidates.items()
        )
    )
    return Protected(
        cells,
        primary=sum(cell.conf_status == "N" for cell in cells),
        secondary=sum(cell.conf_status == "D" for cell in cells),
        compared=readers.compared(suppression.tables),
        revisions=readers.revisions(
            list(suppression.candidates.values()), suppression.tables, policy
        ),
    )
