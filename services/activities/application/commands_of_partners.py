"""What partners can ask of learning, of commitments and of reinforcements. Shape only."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from infra.kernel import Command, Day, Number, Text
from services.activities.domain import commitment_facts, learning, reinforcement
from services.activities.domain.commitment import GRACE_DAYS


class RecordBeforeActionReview(Command, learning.BeforeActionReview):
    pass


class RecordAfterActionReview(Command, learning.AfterActionReview):
    pass


class NoteLearning(Command, learning.LearningNote):
    pass


class NoteContextShift(Command, learning.ContextShift):
    pass


class RecordStrategicFork(Command, learning.StrategicFork):
    pass


class StartExperiment(Command, learning.Experiment):
    pass


class ConcludeExperiment(Command, learning.Conclusion):
    pass


class PledgeCommitment(Command):
    partner_id: UUID = Field(description="Who promises: the partner's organisation.")
    kind: commitment_facts.Kind
    promise: Text
    amount: commitment_facts.Amount | None = Field(None, description="Needed for money and time.")
    due: Day
    grace_days: Annotated[int, Field(ge=0, le=366)] = GRACE_DAYS
    activity_id: UUID | None = None


class ConfirmCommitment(Command):
    pass


class FulfilCommitment(Command):
    quantity: Number | None = Field(
        None, description="How much was given now; all that is open, where it is left out."
    )


class RenegotiateCommitment(Command):
    """Needs a reason. What is left out stays as it is. What somebody else than the pledging partner
    settles, that partner confirms anew."""

    promise: Text | None = None
    amount: commitment_facts.Amount | None = Field(None, description="The new whole.")
    due: Day | None = None


class LapseCommitment(Command):
    pass


class ReleaseCommitment(Command):
    """Needs a reason."""


class ClaimReinforcement(Command):
    from_activity: UUID
    to_activity: UUID
    kind: reinforcement.Kind = Field(
        description="A code of agenda's /v1/code-lists/reinforcement-kinds."
    )
    how: Text


class ConfirmReinforcement(Command):
    pass


class DisputeReinforcement(Command):
    because: Text


class ObserveReinforcement(Command):
    what: Text


class FlagDuplication(Command):
    what: Text


class DissolveReinforcement(Command):
    """Needs a reason."""
