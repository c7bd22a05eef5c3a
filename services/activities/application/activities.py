"""Use cases of activities."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act
from services.activities.application.commands import (
    AdaptActivity,
    CommitToActivity,
    CompleteActivity,
    FlagLeadVacancy,
    HandOverLead,
    MissMilestone,
    PauseActivity,
    ProposeActivity,
    ReachMilestone,
    ReportOutput,
    ResumeActivity,
    StartActivity,
    StopActivity,
)
from services.activities.application.use_cases import UseCases
from services.activities.domain import Activity


class Activities(UseCases):
    async def propose_activity(
        self, initiative_id: UUID, *, command: ProposeActivity, by: Act
    ) -> Receipt:
        """Work that would serve the strategies named."""
        await self._live(initiative_id)
        await self._strategies(initiative_id, *command.strategies)
        activity = Activity(
            initiative_id=initiative_id,
            title=command.title,
            description=command.description,
            strategies=tuple(dict.fromkeys(command.strategies)),
        )
        return await self.repository.save(by, activity)

    async def commit_to_activity(
        self, activity_id: UUID, *, command: CommitToActivity, by: Act
    ) -> Receipt:
        """A partner takes the lead, from when to when, with what to show on the way."""
        activity = await self.repository.get(Activity, activity_id)
        await self._require("partner", activity.initiative_id, command.lead)
        activity.commit(lead=command.lead, dates=command.dates, milestones=command.milestones)
        return await self.repository.save(by, activity)

    async def start_activity(
        self, activity_id: UUID, *, command: StartActivity, by: Act
    ) -> Receipt:
        """The work begins."""
        activity = await self.repository.get(Activity, activity_id)
        await self._require("partner", activity.initiative_id, activity.lead)
        activity.start()
        return await self.repository.save(by, activity)

    async def reach_milestone(
        self, activity_id: UUID, *, command: ReachMilestone, by: Act
    ) -> Receipt:
        """What was to be visible is visible."""
        return await self._ask(activity_id, by, lambda a: a.reach(command.milestone))

    async def miss_milestone(
        self, activity_id: UUID, *, command: MissMilestone, by: Act
    ) -> Receipt:
        """The day came and it was not there; with another day where one was agreed."""
        return await self._ask(
            activity_id, by, lambda a: a.miss(command.milestone, due=command.due)
        )

    async def report_output(self, activity_id: UUID, *, command: ReportOutput, by: Act) -> Receipt:
        """What was done in a period, in numbers over everybody or over a group."""
        return await self._ask(
            activity_id,
            by,
            lambda a: a.report(
                period=command.period,
                outputs=command.outputs,
                corrects=command.reason is not None,
            ),
        )

    async def adapt_activity(
        self, activity_id: UUID, *, command: AdaptActivity, by: Act
    ) -> Receipt:
        """It goes on in another way."""
        activity = await self.repository.get(Activity, activity_id)
        await self._require("adaptation", activity.initiative_id, command.adaptation_id)
        activity.adapt(
            change=command.change,
            dates=command.dates,
            milestones=command.milestones,
            adaptation_id=command.adaptation_id,
        )
        return await self.repository.save(by, activity)

    async def hand_over_lead(self, activity_id: UUID, *, command: HandOverLead, by: Act) -> Receipt:
        """Another partner leads it from now on."""
        activity = await self.repository.get(Activity, activity_id)
        await self._require("partner", activity.initiative_id, command.lead)
        activity.hand_over(command.lead)
        return await self.repository.save(by, activity)

    async def flag_lead_vacancy(
        self, activity_id: UUID, *, command: FlagLeadVacancy, by: Act
    ) -> Receipt:
        """The partner who led it is gone; somebody has to take it over."""
        return await self._ask(activity_id, by, lambda a: a.flag_lead(command.partner_id))

    async def pause_activity(
        self, activity_id: UUID, *, command: PauseActivity, by: Act
    ) -> Receipt:
        """The work rests for a while."""
        return await self._ask(activity_id, by, Activity.pause)

    async def resume_activity(
        self, activity_id: UUID, *, command: ResumeActivity, by: Act
    ) -> Receipt:
        """The work goes on."""
        activity = await self.repository.get(Activity, activity_id)
        await self._require("partner", activity.initiative_id, activity.lead)
        activity.resume()
        return await self.repository.save(by, activity)

    async def complete_activity(
        self, activity_id: UUID, *, command: CompleteActivity, by: Act
    ) -> Receipt:
        """All that was meant to be done is done."""
        return await self._ask(activity_id, by, Activity.complete)

    async def stop_activity(self, activity_id: UUID, *, command: StopActivity, by: Act) -> Receipt:
        """It ends before its end. Takes a reason; an after-action review is due in 30 days."""
        command.require_reason()
        when = by.time or self.clock.now()
        return await self._ask(
            activity_id, by, lambda a: a.stop(learning=command.learning, when=when)
        )

    async def _ask(self, activity_id: UUID, by: Act, ask: Callable[[Activity], None]) -> Receipt:
        activity = await self.repository.get(Activity, activity_id)
        ask(activity)
        return await self.repository.save(by, activity)
