"""Whether a decision stands: refusals that others meet who lean on one."""

from __future__ import annotations

from infra.kernel import RuleForbids, StateForbids


class NotDecided(StateForbids):
    """Proposal {proposal} is {status}, not decided; call its decision first."""


class OfAnotherClass(RuleForbids):
    """Decision {decision} is of class {present}, and this takes one of class {needed}."""


class AlreadyReversed(StateForbids):
    """Decision {decision} was reversed by {by}; name the one that stands."""


class DoesNotReverse(RuleForbids):
    """Decision {later} does not say that it reverses {earlier}; raise a proposal of the same class
    whose `reverses` names it, and decide that."""


class FlaggedAlready(StateForbids):
    """This decision's evidence was flagged for that cause already; one flag per cause."""
