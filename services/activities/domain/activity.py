"""An activity is work led by one partner."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, RuleForbids, StateForbids
from services.activities.domain.activity_facts import (
    ActivityAdapted,
    ActivityCommitted,
    ActivityCompleted,
    ActivityPaused,
    ActivityProposed,
    ActivityResumed,
    ActivityStarted,
    ActivityStopped,
    AfterActionReviewFellDue,
    LeadHandedOver,
    LeadVacancyFlagged,
    Milestone,
    MilestoneMissed,
    MilestoneReached,
    Output,
    OutputReported,
)
from services.activities.domain.period import Period

State = Literal["proposed", "committed", "started", "paused", "completed", "stopped"]
LIVE: tuple[State, ...] = ("proposed", "committed", "started", "paused")
UNDER_WAY: tuple[State, ...] = ("committed", "started", "paused")
ONCE_STARTED: tuple[State, ...] = ("started", "paused", "completed", "stopped")
REVIEW_DAYS = 30
"""Within so many days after a stop an after-action review says what was learnt."""


class ActivityNotInState(StateForbids):
    """The activity {id} is {state}; this can be done only while it is {needed}."""


class LeadIsVacant(StateForbids):
    """Nobody leads the activity {id} at present; hand it over to a partner first."""


class AlreadyTheLead(StateForbids):
    """The partner {partner_id} leads the activity {id} already."""


class NotItsLead(StateForbids):
    """The partner {partner_id} does not lead the activity {id}, so its lead is not vacant."""


class ReviewMissedAlready(StateForbids):
    """It is known already that the activity {id} still owes its after-action review."""


class MilestoneUnknown(StateForbids):
    """The activity {id} has no milestone named "{milestone}"; adapt it to add one."""


class MilestoneAlreadyReached(StateForbids):
    """The milestone "{milestone}" of the activity {id} was reached already."""


class MilestoneOutsideDates(RuleForbids):
    """The milestone "{milestone}" is due on {due}, outside {dates}."""


class MilestoneNamedTwice(RuleForbids):
    """Two milestones are named "{milestone}"; give each a name of its own."""


class OutputAlreadyReported(StateForbids):
    """{what} was reported for {period} already; give a reason to correct the figure."""


class Activity(Aggregate):
    TOPIC = "activities.activity"

    @event(ActivityProposed)
    def __init__(
        self,
        initiative_id: UUID,
        title: str,
        description: str | None,
        strategies: tuple[UUID, ...],
    ) -> None:
        self.initiative_id = initiative_id
        self.title = title
        self.description = description
        self.strategies = strategies
        self.state: State = "proposed"
        self.lead: UUID | None = None
        self.dates: Period | None = None
        self.milestones: dict[str, Milestone] = {}
        self.reached: set[str] = set()
        self.missed: set[str] = set()
        self.outputs: dict[tuple[Period, str, str | None], int] = {}
        self.learning: str | None = None
        self.review_due: datetime | None = None
        self.review_missed = False

    def commit(self, *, lead: UUID, dates: Period, milestones: tuple[Milestone, ...] = ()) -> None:
        self._only("proposed")
        _refuse_misfits(milestones, dates)
        self.trigger_event(ActivityCommitted, lead=lead, dates=dates, milestones=milestones)

    def start(self) -> None:
        self._only("committed")
        self._led()
        self.trigger_event(ActivityStarted)

    def reach(self, milestone: str) -> None:
        self._only("started")
        self.ahead(milestone)
        self.trigger_event(MilestoneReached, milestone=milestone)

    def miss(self, milestone: str, *, due: date | None = None) -> None:
        self._only("started", "paused")
        was_due = self.ahead(milestone).due
        if due is not None and self.dates is not None:
            _refuse_misfits((Milestone(name=milestone, due=due),), self.dates)
        self.trigger_event(MilestoneMissed, milestone=milestone, was_due=was_due, due=due)

    def report(
        self, *, period: Period, outputs: tuple[Output, ...], corrects: bool = False
    ) -> None:
        self._only(*ONCE_STARTED)
        for output in outputs:
            known = (period, output.what, output.group) in self.outputs
            if known and not corrects:
                raise OutputAlreadyReported(what=output.what, period=period)
        self.trigger_event(OutputReported, period=period, outputs=outputs, corrects=corrects)

    def adapt(
        self,
        *,
        change: str,
        dates: Period | None = None,
        milestones: tuple[Milestone, ...] | None = None,
        adaptation_id: UUID | None = None,
    ) -> None:
        """Milestones that were reached stay; those given take the place of the others."""
        self._only(*UNDER_WAY)
        ahead = milestones if milestones is not None else self._unreached()
        dates = dates or self.dates
        assert dates is not None, "who committed gave the dates"
        _refuse_misfits(ahead, dates)
        kept = tuple(self.milestones[name] for name in self.milestones if name in self.reached)
        _refuse_namesakes(kept + ahead)
        self.trigger_event(
            ActivityAdapted,
            change=change,
            dates=dates,
            milestones=kept + ahead,
            adaptation_id=adaptation_id,
        )

    def hand_over(self, to: UUID) -> None:
        self._only(*UNDER_WAY)
        if to == self.lead:
            raise AlreadyTheLead(partner_id=to, id=self.id)
        self.trigger_event(LeadHandedOver, lead=to, was=self.lead)

    def flag_lead(self, partner_id: UUID) -> None:
        self._only(*UNDER_WAY)
        if partner_id != self.lead:
            raise NotItsLead(partner_id=partner_id, id=self.id)
        self.trigger_event(LeadVacancyFlagged, partner_id=partner_id)

    def pause(self) -> None:
        self._only("started")
        self.trigger_event(ActivityPaused)

    def resume(self) -> None:
        self._only("paused")
        self._led()
        self.trigger_event(ActivityResumed)

    def complete(self) -> None:
        self._only("started")
        self.trigger_event(ActivityCompleted)

    def stop(self, *, learning: str, when: datetime) -> None:
        self._only(*LIVE)
        review_due = when + timedelta(days=REVIEW_DAYS)
        self.trigger_event(ActivityStopped, learning=learning, review_due=review_due)

    def find_review_due(self, *, due: datetime) -> None:
        """Nobody has looked back on it in time."""
        self._only("completed", "stopped")
        if self.review_missed:
            raise ReviewMissedAlready(id=self.id)
        self.trigger_event(AfterActionReviewFellDue, due=due)

    @property
    def under_way(self) -> bool:
        return self.state in UNDER_WAY

    def ahead(self, milestone: str) -> Milestone:
        """The milestone of that name, which is still to be reached."""
        if milestone in self.reached:
            raise MilestoneAlreadyReached(milestone=milestone, id=self.id)
        return self.named(milestone)

    def named(self, milestone: str) -> Milestone:
        """The milestone of that name."""
        found = self.milestones.get(milestone)
        if found is None:
            raise MilestoneUnknown(milestone=milestone, id=self.id)
        return found

    def _unreached(self) -> tuple[Milestone, ...]:
        return tuple(each for name, each in self.milestones.items() if name not in self.reached)

    def _only(self, *states: State) -> None:
        if self.state not in states:
            raise ActivityNotInState(id=self.id, state=self.state, needed=" or ".join(states))

    def _led(self) -> None:
        if self.lead is None:
            raise LeadIsVacant(id=self.id)


def _refuse_misfits(milestones: tuple[Milestone, ...], dates: Period) -> None:
    _refuse_namesakes(milestones)
    for each in milestones:
        if each.due not in dates:
            raise MilestoneOutsideDates(milestone=each.name, due=each.due, dates=dates)


def _refuse_namesakes(milestones: tuple[Milestone, ...]) -> None:
    names = [each.name for each in milestones]
    for name in names:
        if names.count(name) > 1:
            raise MilestoneNamedTwice(milestone=name)
