"""What can happen to a plan of action."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from infra.kernel import Created, Event, Text
from services.activities.domain.period import Period

if TYPE_CHECKING:
    from services.activities.domain.plan_of_action import PlanOfAction


class PlanDrafted(Created):
    TOPIC: ClassVar[str] = "activities.plan-drafted"

    initiative_id: UUID
    cycle_id: UUID
    dates: Period


class ActivityIncluded(Event):
    TOPIC: ClassVar[str] = "activities.activity-included"

    activity_id: UUID

    def apply(self, aggregate: PlanOfAction) -> None:
        aggregate.activities = (*aggregate.activities, self.activity_id)


class ActivityExcluded(Event):
    TOPIC: ClassVar[str] = "activities.activity-excluded"

    activity_id: UUID

    def apply(self, aggregate: PlanOfAction) -> None:
        aggregate.activities = tuple(a for a in aggregate.activities if a != self.activity_id)


class PlanOfActionAdopted(Event):
    TOPIC: ClassVar[str] = "activities.plan-of-action-adopted"

    cycle_id: UUID
    plan_version: int
    decision_id: UUID
    activities: tuple[UUID, ...]

    def apply(self, aggregate: PlanOfAction) -> None:
        aggregate.state = "adopted"
        aggregate.plan_version = self.plan_version
        aggregate.decision_id = self.decision_id


class PlanOfActionRevised(Event):
    TOPIC: ClassVar[str] = "activities.plan-of-action-revised"

    cycle_id: UUID
    plan_version: int
    adaptation_id: UUID
    included: tuple[UUID, ...]
    excluded: tuple[UUID, ...]
    activities: tuple[UUID, ...]
    dates: Period

    def apply(self, aggregate: PlanOfAction) -> None:
        aggregate.plan_version = self.plan_version
        aggregate.adaptation_id = self.adaptation_id
        aggregate.activities = self.activities
        aggregate.dates = self.dates
        aggregate.asked.pop(self.adaptation_id, None)


class PlanRevisionRequested(Event):
    """A learning cycle decided that the plan is to be changed; its partners revise it."""

    TOPIC: ClassVar[str] = "activities.plan-revision-requested"

    cycle_id: UUID
    adaptation_id: UUID
    what: Text

    def apply(self, aggregate: PlanOfAction) -> None:
        aggregate.asked[self.adaptation_id] = self.what
