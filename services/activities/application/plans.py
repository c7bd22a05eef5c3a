"""Use cases of plans of action."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act
from services.activities.application.commands import (
    AdoptPlan,
    DraftPlan,
    ExcludeActivity,
    IncludeActivity,
    RevisePlan,
)
from services.activities.application.use_cases import UseCases
from services.activities.domain import Activity, PlanOfAction
from services.activities.domain.contribution_claim import CONTRIBUTION, claims_of
from services.activities.domain.plan_of_action import PlanAlreadyDrafted


class Plans(UseCases):
    async def draft_plan(self, initiative_id: UUID, *, command: DraftPlan, by: Act) -> Receipt:
        """The one plan of a learning cycle, still open."""
        await self._live(initiative_id)
        await self._require("cycle", initiative_id, command.cycle_id)
        id = PlanOfAction.create_id(command.cycle_id)
        if await self.repository.find(PlanOfAction, id):
            raise PlanAlreadyDrafted(cycle_id=command.cycle_id, id=id)
        plan = PlanOfAction.draft(
            initiative_id=initiative_id,
            cycle_id=command.cycle_id,
            dates=command.dates,
            with_reason=command.reason is not None,
        )
        return await self.repository.save(by, plan)

    async def include_activity(
        self, plan_id: UUID, *, command: IncludeActivity, by: Act
    ) -> Receipt:
        """An activity comes into the draft."""
        plan = await self.repository.get(PlanOfAction, plan_id)
        activity = await self._activity(command.activity_id, plan.initiative_id)
        plan.include(activity.id)
        return await self.repository.save(by, plan)

    async def exclude_activity(
        self, plan_id: UUID, *, command: ExcludeActivity, by: Act
    ) -> Receipt:
        """An activity goes out of the draft."""
        plan = await self.repository.get(PlanOfAction, plan_id)
        plan.exclude(command.activity_id)
        return await self.repository.save(by, plan)

    async def adopt_plan(self, plan_id: UUID, *, command: AdoptPlan, by: Act) -> Receipt:
        """The partners decided to do it. Every activity has a lead and a contribution claim."""
        plan = await self.repository.get(PlanOfAction, plan_id)
        await self._require("decision", plan.initiative_id, command.decision_id)
        plan.adopt(
            decision_id=command.decision_id,
            led=await self._led(plan.activities),
            contributing=await self._contributing(plan.activities),
        )
        return await self.repository.save(by, plan)

    async def revise_plan(self, plan_id: UUID, *, command: RevisePlan, by: Act) -> Receipt:
        """A new version, because a learning cycle decided an adaptation. Takes a reason."""
        command.require_reason()
        plan = await self.repository.get(PlanOfAction, plan_id)
        await self._require("adaptation", plan.initiative_id, command.adaptation_id)
        for activity_id in command.include:
            await self._activity(activity_id, plan.initiative_id)
        plan.revise(
            adaptation_id=command.adaptation_id,
            include=command.include,
            exclude=command.exclude,
            dates=command.dates,
            led=await self._led(command.include),
            contributing=await self._contributing(command.include),
        )
        return await self.repository.save(by, plan)

    async def _led(self, ids: Iterable[UUID]) -> set[UUID]:
        activities = await self.repository.find_many(Activity, tuple(ids))
        return {id for id, activity in activities.items() if activity.lead is not None}

    async def _contributing(self, ids: Iterable[UUID]) -> set[UUID]:
        """Those with a live claim."""
        found = set()
        for id in ids:
            if await self.repository.store.held(CONTRIBUTION, prefix=claims_of(id), limit=1):
                found.add(id)
        return found
