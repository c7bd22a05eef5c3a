"""What a release tells of the counts of a cell, to somebody who knows the policy."""

from __future__ import annotations

from typing import Literal, NamedTuple

from services.measurement.domain.definition import Level
from services.measurement.domain.disclosure.asked import Candidate
from services.measurement.domain.disclosure.counts import Counts, Small, counts_of
from services.measurement.domain.disclosure.system import UNBOUNDED
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_terms import Policy

Code = Literal["F", "N", "D", "-"]
"""Shown, withheld because it is small, withheld for another's sake, or not spoken of."""
Bounds = tuple[int, int]
ANY: Bounds = (0, UNBOUNDED)


class Told(NamedTuple):
    """A cell's counts as they are, and what was said of each."""

    counts: Counts
    numerator: Code
    denominator: Code
    level: Level = "performance"
    guarded: bool = True
    """Whether small counts of it are protected at all."""


def told(cell: ReleasedCell, truth: Candidate) -> Told:
    """What this cell says of that one."""
    counts = counts_of(truth.cell)
    above: Code = "F" if not truth.small_matters else cell.conf_status
    below: Code = cell.denominator_conf or ("F" if cell.denominator is not None else "-")
    return Told(
        counts,
        above if counts.numerator is not None else "-",
        below if counts.denominator is not None else "-",
        truth.level,
        truth.small_matters,
    )


def draft(of: Candidate, withheld: Small, own: Small) -> Told:
    """What a cell would say if this of it were withheld."""
    counts = counts_of(of.cell)
    above: Code = "F" if not withheld.numerator else "N" if own.numerator else "D"
    below: Code = "F" if not withheld.denominator else "N" if own.denominator else "D"
    return Told(
        counts,
        above if counts.numerator is not None else "-",
        below if counts.denominator is not None else "-",
        of.level,
        of.small_matters,
    )


def smallest(policy: Policy) -> int:
    """Of the counts that are withheld."""
    return 1 if policy.show_zero else 0


def denominator_bounds(one: Told, policy: Policy) -> Bounds:
    """Between what a denominator lies by what was said of it."""
    assert one.counts.denominator is not None
    limit = policy.min_population if one.level == "population" else policy.min_count
    low = 0 if one.level == "population" else smallest(policy)
    return {
        "F": (one.counts.denominator, one.counts.denominator),
        "N": (low, limit - 1),
        "D": (limit, UNBOUNDED),
        "-": ANY,
    }[one.denominator]


def numerator_bounds(one: Told, policy: Policy) -> Bounds:
    """Between what a numerator lies by what was said of it and of its denominator."""
    assert one.counts.numerator is not None
    if one.numerator == "F":
        return one.counts.implied or (one.counts.numerator, one.counts.numerator)
    if one.numerator == "D":
        return policy.min_count, UNBOUNDED
    if one.numerator == "-" or one.denominator == "N" or one_is_small(one, policy):
        return ANY
    return smallest(policy), policy.min_count - 1


def complement_bounds(one: Told, policy: Policy) -> Bounds:
    """Between what those lie who were not counted."""
    if policy.protect_complement and one.numerator == "D":
        return policy.min_count, UNBOUNDED
    return ANY


def one_is_small(one: Told, policy: Policy) -> bool:
    """Whether it says that of those counted and those not counted one is small, not which."""
    both = one.counts.denominator is not None and one.numerator == "N"
    return both and one.denominator != "N" and policy.protect_complement


def small_bounds(policy: Policy) -> Bounds:
    return smallest(policy), policy.min_count - 1
