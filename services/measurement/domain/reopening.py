"""What a closed round is reopened for, and by whom: an exception that two persons agree on."""

from __future__ import annotations

from infra.kernel import RuleForbids, StateForbids

EXCEPTIONAL = ("context-changed", "definition-changed", "error")
"""Codes of the list `reason-codes` that nobody could have settled while the round was open. Data
that are merely late, and whoever would like more time, have the deadline extended before."""


class ReasonNotExceptional(RuleForbids):
    """A round that is closed is reopened for an exceptional reason, which {code} is not; those are:
    {codes}. Late data go into the next round, or into one of kind backfill."""


class ReopeningRequestedAlready(StateForbids):
    """Reopening request {request} is still open; grant or refuse it first."""


class NoSuchReopeningRequest(StateForbids):
    """Nobody has made the reopening request {request} in this round."""


class ReopeningSettled(StateForbids):
    """Reopening request {request} was {outcome} already; make another one."""


class GrantedByRequester(RuleForbids):
    """{person} requested this reopening; somebody else has to grant it."""


class UntilIsPast(RuleForbids):
    """{until} has passed; a round is reopened until a day that is still to come."""


def require_exceptional(code: str) -> None:
    """Pass if a closed round may be reopened for this."""
    if code not in EXCEPTIONAL:
        raise ReasonNotExceptional(code=code, codes=", ".join(EXCEPTIONAL))
