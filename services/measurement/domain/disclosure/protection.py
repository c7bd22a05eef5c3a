"""Choosing what to withhold, and judging what somebody chose."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from services.measurement.domain.disclosure.asked import (
    Candidate,
    Earlier,
    Protected,
    Refused,
    Where,
)
from services.measurement.domain.disclosure.counts import small
from services.measurement.domain.disclosure.writing import written
from services.measurement.domain.feed_cells import ReleasedCell, in_order
from services.measurement.domain.feed_terms import Audience, Policy, Whole


def protect(
    candidates: Sequence[Candidate],
    *,
    audience: Audience,
    wholes: Sequence[Whole],
    policy: Policy,
    earlier: Sequence[Earlier] = (),
    keep: Collection[Where] = (),
) -> Protected | Refused:
    """Withhold what is small, and as little else as keeps it so."""
    cells = [written(one, policy, withheld=small(one, policy)) for one in candidates]
    primary = sum(cell.conf_status == "N" for cell in cells)
    return Protected(tuple(in_order(cells)), primary, 0, len(earlier), ())


def audit(
    drafted: Sequence[ReleasedCell],
    candidates: Sequence[Candidate],
    *,
    audience: Audience,
    wholes: Sequence[Whole],
    policy: Policy,
    earlier: Sequence[Earlier] = (),
) -> Protected | Refused:
    """Judge a draft as it is: it passes unchanged, or is refused."""
    return protect(candidates, audience=audience, wholes=wholes, policy=policy, earlier=earlier)
