"""What a caller sees of strategies, activities, plans and contributions."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel

from infra.kernel import Instant
from services.activities.domain import Activity, ContributionClaim, PlanOfAction, Strategy
from services.activities.domain.activity import State
from services.activities.domain.contribution_claim import Confidence, Expectation, Finding
from services.activities.domain.period import Period
from services.activities.domain.strategy import Kind


class StrategyView(BaseModel):
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

    @classmethod
    def of(cls, strategy: Strategy) -> Self:
        return cls(
            id=strategy.id,
            version=strategy.version,
            initiative_id=strategy.initiative_id,
            title=strategy.title,
            kind=strategy.of_kind,
            state=strategy.state,
            outcomes=strategy.outcomes,
            hypothesis_id=strategy.hypothesis_id,
            description=strategy.description,
            decision_id=strategy.decision_id,
            leverage=strategy.leverage,
        )


class MilestoneView(BaseModel):
    name: str
    due: date
    state: Literal["ahead", "missed", "reached"]


class OutputView(BaseModel):
    period: Period
    what: str
    group: str | None
    count: int


class ActivityView(BaseModel):
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
        return cls(
            id=activity.id,
            version=activity.version,
            initiative_id=activity.initiative_id,
            title=activity.title,
            description=activity.description,
            strategies=activity.strategies,
            state=activity.state,
            lead=activity.lead,
            dates=activity.dates,
            milestones=tuple(
                MilestoneView(name=each.name, due=each.due, state=_standing(activity, each.name))
                for each in activity.milestones.values()
            ),
            outputs=tuple(
                OutputView(period=period, what=what, group=group, count=count)
                for (period, what, group), count in activity.outputs.items()
            ),
            learning=activity.learning,
            review_due=activity.review_due,
        )


def _standing(activity: Activity, milestone: str) -> Literal["ahead", "missed", "reached"]:
    if milestone in activity.reached:
        return "reached"
    return "missed" if milestone in activity.missed else "ahead"


class PlanView(BaseModel):
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

    @classmethod
    def of(cls, plan: PlanOfAction) -> Self:
        return cls(
            id=plan.id,
            version=plan.version,
            initiative_id=plan.initiative_id,
            cycle_id=plan.cycle_id,
            state=plan.state,
            plan_version=plan.plan_version,
            dates=plan.dates,
            activities=plan.activities,
            decision_id=plan.decision_id,
            adaptation_id=plan.adaptation_id,
        )


class ContributionClaimView(BaseModel):
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

    @classmethod
    def of(cls, claim: ContributionClaim) -> Self:
        return cls(
            id=claim.id,
            version=claim.version,
            initiative_id=claim.initiative_id,
            activity_id=claim.activity_id,
            indicator_id=claim.indicator_id,
            mechanism=claim.mechanism,
            expected=claim.expected,
            confidence=claim.confidence,
            state=claim.state,
            finding=claim.finding,
            to_review=claim.to_review,
        )
