"""What a caller sees of strategies, activities, plans and contributions."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import Field

from infra.kernel import Instant
from infra.web import View
from services.activities.domain import Activity, PlanOfAction, Strategy
from services.activities.domain.activity import State
from services.activities.domain.contribution_claim import Confidence, Expectation, Finding
from services.activities.domain.period import Period
from services.activities.domain.strategy import Kind


class StrategyView(View):
    id: UUID
    version: int
    initiative_id: UUID
    title: str
    kind: Kind
    state: Literal["proposed", "selected", "retired"]
    outcomes: tuple[UUID, ...]
    hypothesis_id: UUID | None
    description: str | None
    decision_id: UUID | None
    leverage: int | None
    orphaned_of: tuple[UUID, ...] = Field(
        description="Those of its outcomes that were retired: people decide what becomes of it."
    )

    @classmethod
    def of(cls, strategy: Strategy) -> Self:
        retired = tuple(one for one in strategy.outcomes if one in strategy.orphaned_of)
        return cls.showing(strategy, kind=strategy.of_kind, orphaned_of=retired)


class MilestoneView(View):
    name: str
    due: date
    state: Literal["ahead", "missed", "reached"]


class OutputView(View):
    period: Period
    what: str
    group: str | None
    count: int


class ActivityView(View):
    id: UUID
    version: int
    initiative_id: UUID
    title: str
    description: str | None
    strategies: tuple[UUID, ...]
    state: State
    lead: UUID | None
    dates: Period | None
    milestones: tuple[MilestoneView, ...]
    outputs: tuple[OutputView, ...]
    learning: str | None
    review_due: Instant | None

    @classmethod
    def of(cls, activity: Activity) -> Self:
        return cls.showing(
            activity,
            milestones=tuple(
                MilestoneView(name=each.name, due=each.due, state=_standing(activity, each.name))
                for each in activity.milestones.values()
            ),
            outputs=tuple(
                OutputView(period=period, what=what, group=group, count=count)
                for (period, what, group), count in activity.outputs.items()
            ),
        )


def _standing(activity: Activity, milestone: str) -> Literal["ahead", "missed", "reached"]:
    if milestone in activity.reached:
        return "reached"
    return "missed" if milestone in activity.missed else "ahead"


class PlanView(View):
    id: UUID
    version: int
    initiative_id: UUID
    cycle_id: UUID
    state: Literal["draft", "adopted"]
    plan_version: int
    dates: Period
    activities: tuple[UUID, ...]
    decision_id: UUID | None
    adaptation_id: UUID | None
    revisions_asked: dict[UUID, str]

    @classmethod
    def of(cls, plan: PlanOfAction) -> Self:
        return cls.showing(plan, revisions_asked=plan.asked)


class ContributionClaimView(View):
    id: UUID
    version: int
    initiative_id: UUID
    activity_id: UUID
    indicator_id: UUID
    mechanism: str
    expected: Expectation | None
    confidence: Confidence
    state: Literal["claimed", "withdrawn"]
    finding: Finding | None
    to_review: str | None
