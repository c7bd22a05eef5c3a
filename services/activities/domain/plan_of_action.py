"""A plan of action says which activities one learning cycle is made of. A cycle has one plan."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal
from uuid import UUID, uuid5

from eventsourcing.domain import event

from infra.kernel import Aggregate, RuleForbids, StateForbids
from services.activities.domain.period import Period, months_later
from services.activities.domain.plan_facts import (
    ActivityExcluded,
    ActivityIncluded,
    PlanDrafted,
    PlanOfActionAdopted,
    PlanOfActionRevised,
    PlanRevisionRequested,
)

SHORTEST_MONTHS, LONGEST_MONTHS = 6, 12


class PlanAlreadyDrafted(StateForbids):
    """The cycle {cycle_id} has the plan {id} already; include, exclude or revise there."""


class UnusualHorizon(RuleForbids):
    """A plan looks 6 to 12 months ahead, not {dates}; give a reason to plan otherwise."""


class PlanIsAdopted(StateForbids):
    """The plan {id} is adopted; revise it, naming the adaptation that asks for it."""


class PlanIsADraft(StateForbids):
    """The plan {id} is a draft; include and exclude activities freely until it is adopted."""


class ActivityAlreadyIncluded(StateForbids):
    """The activity {activity_id} is in the plan {id} already."""


class ActivityNotIncluded(StateForbids):
    """The activity {activity_id} is not in the plan {id}."""


class PlanIsEmpty(StateForbids):
    """The plan {id} holds no activity; include one first."""


class ActivityWithoutLead(StateForbids):
    """The activity {activity_id} has no lead; a partner has to commit to it first."""


class ActivityWithoutContribution(StateForbids):
    """Nobody has claimed what the activity {activity_id} contributes to; claim it first."""


class RevisionRequested(StateForbids):
    """The adaptation {adaptation_id} asks for a revision of the plan {id} already."""


class PlanOfAction(Aggregate):
    TOPIC = "activities.plan-of-action"

    @staticmethod
    def create_id(cycle_id: UUID) -> UUID:
        """One plan per cycle: the stream's name follows from the cycle's."""
        return uuid5(cycle_id, "plan-of-action")

    @event(PlanDrafted)
    def __init__(self, initiative_id: UUID, cycle_id: UUID, dates: Period) -> None:
        self.initiative_id = initiative_id
        self.cycle_id = cycle_id
        self.dates = dates
        self.activities: tuple[UUID, ...] = ()
        self.state: Literal["draft", "adopted"] = "draft"
        self.plan_version = 0
        self.decision_id: UUID | None = None
        self.adaptation_id: UUID | None = None
        self.asked: dict[UUID, str] = {}

    @classmethod
    def draft(
        cls, *, initiative_id: UUID, cycle_id: UUID, dates: Period, with_reason: bool = False
    ) -> PlanOfAction:
        """`with_reason`: whoever drafts it says why the horizon is another than usual."""
        _refuse_unusual(dates, with_reason)
        return cls(initiative_id=initiative_id, cycle_id=cycle_id, dates=dates)

    def include(self, activity_id: UUID) -> None:
        self._draft()
        self._refuse_included(activity_id)
        self.trigger_event(ActivityIncluded, activity_id=activity_id)

    def exclude(self, activity_id: UUID) -> None:
        self._draft()
        self._refuse_missing(activity_id)
        self.trigger_event(ActivityExcluded, activity_id=activity_id)

    def adopt(
        self, *, decision_id: UUID, led: Collection[UUID], contributing: Collection[UUID]
    ) -> None:
        """`led`: the activities that have a lead; `contributing`: those with a live claim."""
        self._draft()
        self._refuse_unready(self.activities, led, contributing)
        self.trigger_event(
            PlanOfActionAdopted,
            cycle_id=self.cycle_id,
            plan_version=1,
            decision_id=decision_id,
            activities=self.activities,
        )

    def after(self, *, include: tuple[UUID, ...], exclude: tuple[UUID, ...]) -> tuple[UUID, ...]:
        """The activities once these have come in and those have gone out."""
        for activity_id in exclude:
            self._refuse_missing(activity_id)
        for activity_id in include:
            self._refuse_included(activity_id)
        stay = (a for a in self.activities if a not in exclude)
        return tuple(dict.fromkeys((*stay, *include)))

    def revise(
        self,
        *,
        adaptation_id: UUID,
        include: tuple[UUID, ...] = (),
        exclude: tuple[UUID, ...] = (),
        dates: Period | None = None,
        led: Collection[UUID],
        contributing: Collection[UUID],
    ) -> None:
        """A new version of an adopted plan. Activities that come in meet what adoption asks."""
        if self.state == "draft":
            raise PlanIsADraft(id=self.id)
        activities = self.after(include=include, exclude=exclude)
        self._refuse_unready(activities, led, contributing, only=include)
        self.trigger_event(
            PlanOfActionRevised,
            cycle_id=self.cycle_id,
            plan_version=self.plan_version + 1,
            adaptation_id=adaptation_id,
            included=include,
            excluded=exclude,
            activities=activities,
            dates=dates or self.dates,
        )

    def request_revision(self, adaptation_id: UUID, what: str) -> None:
        """A learning cycle asks for another plan; a draft needs no revision."""
        if self.state == "draft":
            raise PlanIsADraft(id=self.id)
        if adaptation_id in self.asked:
            raise RevisionRequested(adaptation_id=adaptation_id, id=self.id)
        self.trigger_event(
            PlanRevisionRequested, cycle_id=self.cycle_id, adaptation_id=adaptation_id, what=what
        )

    def _draft(self) -> None:
        if self.state != "draft":
            raise PlanIsAdopted(id=self.id)

    def _refuse_included(self, activity_id: UUID) -> None:
        if activity_id in self.activities:
            raise ActivityAlreadyIncluded(activity_id=activity_id, id=self.id)

    def _refuse_missing(self, activity_id: UUID) -> None:
        if activity_id not in self.activities:
            raise ActivityNotIncluded(activity_id=activity_id, id=self.id)

    def _refuse_unready(
        self,
        activities: tuple[UUID, ...],
        led: Collection[UUID],
        contributing: Collection[UUID],
        *,
        only: Collection[UUID] | None = None,
    ) -> None:
        if not activities:
            raise PlanIsEmpty(id=self.id)
        for activity_id in activities if only is None else only:
            if activity_id not in led:
                raise ActivityWithoutLead(activity_id=activity_id)
            if activity_id not in contributing:
                raise ActivityWithoutContribution(activity_id=activity_id)


def _refuse_unusual(dates: Period, with_reason: bool) -> None:
    shortest = months_later(dates.starts, SHORTEST_MONTHS)
    longest = months_later(dates.starts, LONGEST_MONTHS)
    if not with_reason and not shortest <= dates.ends <= longest:
        raise UnusualHorizon(dates=dates)
