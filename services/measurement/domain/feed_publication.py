"""What keeps a release from being prepared or published, seen from outside it."""

from __future__ import annotations

from infra.kernel import DomainError, NotKnownHere, RuleForbids, StateForbids
from services.measurement.domain.disclosure import Refused

MOST_CELLS = 20_000


class TooManyCells(RuleForbids):
    """This release would hold {cells} cells; it may hold {most}. Name fewer periods, or divide the
    feed."""


class PositionAhead(RuleForbids):
    """Measurement's log stands at {head}, not yet at {asked}; name a position that it has
    reached."""


class OwnPositionMissing(RuleForbids):
    """{asked} does not say how far measurement's own log is to be read; a vector reads like
    agenda:214,measurement:873,activities:96, each service at most once."""


class SmallNumbersAtRisk(RuleForbids):
    """Held against what this audience can read already, {open} of {figures} withheld figures could
    be worked out of this release; keep fewer cells, so that more can be withheld."""


class NotToBeProtected(RuleForbids):
    """With {figures} figures to be withheld, this release is too large to show that none of them
    can be worked out; name fewer periods, or divide the feed."""


def refuse_too_many(cells: int) -> None:
    """Pass if a release may hold so many."""
    if cells > MOST_CELLS:
        raise TooManyCells(cells=cells, most=MOST_CELLS)


def refusal(refused: Refused) -> DomainError:
    """Why nothing may be said, by counts only."""
    if refused.reason == "too-large":
        return NotToBeProtected(figures=refused.figures)
    return SmallNumbersAtRisk(open=refused.open, figures=refused.figures)


class ProfileChallenged(StateForbids):
    """Challenge {challenge_id} doubts a release of this feed; nothing further is released of it
    until that is resolved."""


class ReleasedMeanwhile(StateForbids):
    """Something else that this audience can read was released since this one was prepared, and
    this one was not held against it; discard it and prepare it anew."""


class ReplacedAlready(StateForbids):
    """That release was replaced already; name the one that stands."""


class NotSignedYet(NotKnownHere):
    """No signed checkpoint of the log holds all of this release yet; repeat the request in a
    moment."""


def own_position(positions: str) -> int:
    """How far measurement's own log is to be read."""
    parts = [part.partition(":") for part in positions.split(",")]
    own = [int(sequence) for source, _, sequence in parts if source == "measurement"]
    if len(own) != 1 or len({source for source, _, _ in parts}) < len(parts):
        raise OwnPositionMissing(asked=positions)
    return own[0]
