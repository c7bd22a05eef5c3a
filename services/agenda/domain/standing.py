"""Whether a decision stands: refusals that others meet who lean on one."""

from __future__ import annotations

from uuid import UUID

from infra.kernel import RuleForbids, StateForbids


class NotDecided(StateForbids):
    """Proposal {proposal} is {status}, not decided; call its decision first."""


class OfAnotherClass(RuleForbids):
    """Decision {decision} is of class {present}, and this takes one of class {needed}."""


class AlreadyReversed(StateForbids):
    """Decision {decision} was reversed by {by}; name the one that stands."""


class DecidedOnAnotherDraft(StateForbids):
    """Decision {decision} approved {approved}, and the draft of the {kind} now has the sha256
    {present}. Word the draft as it was decided, or put it to decision as it is now: a proposal of
    class {decision_class} takes it along when it is raised or amended."""


class DoesNotReverse(RuleForbids):
    """Decision {later} does not say that it reverses {earlier}; raise a proposal of the same class
    whose `reverses` names it, and decide that."""


class FlaggedAlready(StateForbids):
    """This decision's evidence was flagged for that cause already; one flag per cause."""


def refuse_another_draft(
    decision_id: UUID, *, approved: str | None, present: str | None, kind: str, decision_class: str
) -> None:
    """What comes into force is what was decided, to the letter."""
    if approved != present:
        raise DecidedOnAnotherDraft(
            decision=decision_id,
            approved=f"the draft with the sha256 {approved}" if approved else "no draft",
            present=present,
            kind=kind,
            decision_class=decision_class,
        )
