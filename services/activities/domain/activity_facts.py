"""What happens to an activity, from its proposal to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.kernel import Claim, Created, Day, Event, Instant, Text, Title
from services.activities.domain.period import Period

if TYPE_CHECKING:
    from services.activities.domain.activity import Activity


LEAD = "lead"
"""The kind of claim by which the activities of a partner are found."""


def led_by(partner_id: UUID) -> str:
    """How the keys of all activities begin that this partner leads."""
    return f"{partner_id}/"


def _lead(partner_id: UUID, activity_id: UUID) -> Claim:
    return Claim(LEAD, f"{led_by(partner_id)}{activity_id}")


class Milestone(BaseModel):
    """Something that will be visible by a day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Title
    due: Day


class Output(BaseModel):
    """What was done, counted over everybody or over one group; never about one person."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Title
    count: Annotated[int, Field(ge=0, le=2**53 - 1)]
    group: Title | None = None


class ActivityProposed(Created):
    TOPIC: ClassVar[str] = "activities.activity-proposed"

    initiative_id: UUID
    title: Title
    description: Text | None
    strategies: tuple[UUID, ...]


class ActivityCommitted(Event):
    TOPIC: ClassVar[str] = "activities.activity-committed"

    lead: UUID
    dates: Period
    milestones: tuple[Milestone, ...]

    def claims(self) -> tuple[Claim]:
        return (_lead(self.lead, self.originator_id),)

    def apply(self, aggregate: Activity) -> None:
        aggregate.state = "committed"
        aggregate.lead = self.lead
        aggregate.dates = self.dates
        aggregate.milestones = {each.name: each for each in self.milestones}


class ActivityStarted(Event):
    TOPIC: ClassVar[str] = "activities.activity-started"

    def apply(self, aggregate: Activity) -> None:
        aggregate.state = "started"


class MilestoneReached(Event):
    TOPIC: ClassVar[str] = "activities.milestone-reached"

    milestone: Title

    def apply(self, aggregate: Activity) -> None:
        aggregate.reached.add(self.milestone)
        aggregate.missed.discard(self.milestone)


class MilestoneMissed(Event):
    TOPIC: ClassVar[str] = "activities.milestone-missed"

    milestone: Title
    was_due: Day
    due: Day | None
    """The new day, where one was agreed."""

    def apply(self, aggregate: Activity) -> None:
        aggregate.missed.add(self.milestone)
        if self.due is not None:
            aggregate.milestones[self.milestone] = Milestone(name=self.milestone, due=self.due)


class OutputReported(Event):
    TOPIC: ClassVar[str] = "activities.output-reported"

    period: Period
    outputs: tuple[Output, ...]
    corrects: bool
    """Whether it takes the place of figures that were reported before."""

    def apply(self, aggregate: Activity) -> None:
        for output in self.outputs:
            aggregate.outputs[self.period, output.what, output.group] = output.count


class ActivityAdapted(Event):
    TOPIC: ClassVar[str] = "activities.activity-adapted"

    change: Text
    dates: Period
    milestones: tuple[Milestone, ...]
    adaptation_id: UUID | None
    """The adaptation of a learning cycle that asked for it, if one did."""

    def apply(self, aggregate: Activity) -> None:
        aggregate.dates = self.dates
        aggregate.milestones = {each.name: each for each in self.milestones}
        aggregate.missed &= set(aggregate.milestones)


class LeadHandedOver(Event):
    TOPIC: ClassVar[str] = "activities.lead-handed-over"

    lead: UUID
    was: UUID | None
    """Nobody, where the lead had been flagged as vacant."""

    def claims(self) -> tuple[Claim]:
        return (_lead(self.lead, self.originator_id),)

    def releases(self) -> tuple[Claim, ...]:
        return (_lead(self.was, self.originator_id),) if self.was else ()

    def apply(self, aggregate: Activity) -> None:
        aggregate.lead = self.lead


class LeadVacancyFlagged(Event):
    TOPIC: ClassVar[str] = "activities.lead-vacancy-flagged"

    partner_id: UUID

    def releases(self) -> tuple[Claim]:
        return (_lead(self.partner_id, self.originator_id),)

    def apply(self, aggregate: Activity) -> None:
        aggregate.lead = None


class ActivityPaused(Event):
    TOPIC: ClassVar[str] = "activities.activity-paused"

    def apply(self, aggregate: Activity) -> None:
        aggregate.state = "paused"


class ActivityResumed(Event):
    TOPIC: ClassVar[str] = "activities.activity-resumed"

    def apply(self, aggregate: Activity) -> None:
        aggregate.state = "started"


class ActivityCompleted(Event):
    TOPIC: ClassVar[str] = "activities.activity-completed"

    def apply(self, aggregate: Activity) -> None:
        aggregate.state = "completed"


class ActivityStopped(Event):
    TOPIC: ClassVar[str] = "activities.activity-stopped"

    learning: Text
    review_due: Instant
    """By when an after-action review has to say what was learnt."""

    def apply(self, aggregate: Activity) -> None:
        aggregate.state = "stopped"
        aggregate.learning = self.learning
        aggregate.review_due = self.review_due


class AfterActionReviewFellDue(Event):
    """Nobody has said yet what was learnt of an activity that ended."""

    TOPIC: ClassVar[str] = "activities.after-action-review-fell-due"

    due: Instant

    def apply(self, aggregate: Activity) -> None:
        aggregate.review_missed = True
