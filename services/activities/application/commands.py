"""What partners can ask of strategies, activities, plans and contributions. Shape only."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from infra.kernel import Command, Day, Text, Title
from services.activities.domain import activity_facts, contribution_claim, strategy
from services.activities.domain.period import Period

Ids = Annotated[tuple[UUID, ...], Field(max_length=50)]
Milestones = Annotated[tuple[activity_facts.Milestone, ...], Field(max_length=50)]
Outputs = Annotated[tuple[activity_facts.Output, ...], Field(min_length=1, max_length=50)]


class ProposeStrategy(Command):
    title: Title
    kind: strategy.Kind
    outcomes: Ids = Field(description="The outcomes that it should move; at least one.")
    hypothesis_id: UUID | None = None
    description: Text | None = None


class SelectStrategy(Command):
    decision_id: UUID
    leverage: strategy.Leverage


class ReframeStrategy(Command):
    """The whole new frame; what is left out is gone."""

    title: Title
    outcomes: Ids
    hypothesis_id: UUID | None = None
    description: Text | None = None


class RetireStrategy(Command):
    """Needs a reason."""


class ProposeActivity(Command):
    title: Title
    description: Text | None = None
    strategies: Ids = ()


class CommitToActivity(Command):
    lead: UUID = Field(description="The partner who leads it: its organisation's UUID.")
    dates: Period
    milestones: Milestones = ()


class StartActivity(Command):
    pass


class ReachMilestone(Command):
    milestone: Title


class MissMilestone(Command):
    milestone: Title
    due: Day | None = Field(None, description="The new day, where one was agreed.")


class ReportOutput(Command):
    """With a reason it corrects what was reported before."""

    period: Period
    outputs: Outputs


class AdaptActivity(Command):
    change: Text
    dates: Period | None = None
    milestones: Milestones | None = Field(
        None, description="Take the place of those that are not reached yet."
    )
    adaptation_id: UUID | None = Field(None, description="What a learning cycle decided, if so.")


class HandOverLead(Command):
    lead: UUID


class FlagLeadVacancy(Command):
    partner_id: UUID = Field(description="The lead that is gone.")


class PauseActivity(Command):
    pass


class ResumeActivity(Command):
    pass


class CompleteActivity(Command):
    pass


class StopActivity(Command):
    """Needs a reason, and an after-action review within 30 days."""

    learning: Text


class DraftPlan(Command):
    cycle_id: UUID = Field(description="The learning cycle that it is the plan of.")
    dates: Period = Field(description="6 to 12 months; otherwise give a reason.")


class IncludeActivity(Command):
    activity_id: UUID


class ExcludeActivity(Command):
    activity_id: UUID


class AdoptPlan(Command):
    decision_id: UUID


class RevisePlan(Command):
    """Needs a reason."""

    adaptation_id: UUID
    include: Ids = ()
    exclude: Ids = ()
    dates: Period | None = None


class ClaimContribution(Command):
    indicator_id: UUID
    mechanism: Text = Field(description="Why the activity should move the indicator.")
    expected: contribution_claim.Expectation | None = None
    confidence: contribution_claim.Confidence


class ReviewContribution(Command):
    """Needs evidence."""

    finding: contribution_claim.Finding
    because: Text


class WithdrawContribution(Command):
    """Needs a reason."""
