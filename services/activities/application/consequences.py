"""What timers and policies ask: nobody commands it, the domain decides whether it is called for."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from infra.eventstore import Receipt, claimed
from infra.kernel import Act
from services.activities.application.use_cases import UseCases
from services.activities.domain import (
    Activity,
    Commitment,
    ContributionClaim,
    PlanOfAction,
    Strategy,
)
from services.activities.domain.activity_facts import LEAD, led_by
from services.activities.domain.commitment_facts import PLEDGED, pledged_by
from services.activities.domain.contribution_claim import ON_INDICATOR, claims_on
from services.activities.domain.strategy import STRATEGY, strategies_of


class Consequences(UseCases):
    async def led(self, partner_id: UUID, initiative_id: UUID) -> list[Activity]:
        """The activities under way that this partner leads."""
        ids = await self._claimed(LEAD, led_by(partner_id))
        found = await self.repository.find_many(Activity, ids)
        return [a for a in found.values() if a.initiative_id == initiative_id and a.under_way]

    async def pledged(self, partner_id: UUID, initiative_id: UUID) -> list[Commitment]:
        """What this partner has promised and not given yet."""
        ids = await self._claimed(PLEDGED, pledged_by(partner_id))
        found = await self.repository.find_many(Commitment, ids)
        return [c for c in found.values() if c.initiative_id == initiative_id and c.open]

    async def contributing(self, indicator_id: UUID) -> list[UUID]:
        """The live claims to contribute to this indicator, all of its own initiative."""
        return await self._claimed(ON_INDICATOR, claims_on(indicator_id))

    async def serving(self, outcome_id: UUID, initiative_id: UUID) -> list[Strategy]:
        """The strategies that serve this outcome and are not retired."""
        ids = await self._claimed(STRATEGY, strategies_of(initiative_id))
        found = await self.repository.find_many(Strategy, ids)
        return [s for s in found.values() if outcome_id in s.outcomes and s.state != "retired"]

    async def partner_left_activity(
        self, activity_id: UUID, partner_id: UUID, *, by: Act
    ) -> Receipt:
        """Who led it is no partner any more."""
        activity = await self.repository.get(Activity, activity_id)
        activity.flag_lead(partner_id)
        return await self.repository.save(by, activity)

    async def partner_left_commitment(self, commitment_id: UUID, *, by: Act) -> Receipt:
        """Who promised it is no partner any more."""
        commitment = await self.repository.get(Commitment, commitment_id)
        commitment.mark()
        return await self.repository.save(by, commitment)

    async def ground_moved(self, claim_id: UUID, *, cause: UUID, because: str, by: Act) -> Receipt:
        """What a claim rests on has changed."""
        claim = await self.repository.get(ContributionClaim, claim_id)
        claim.mark(cause=cause, because=because)
        return await self.repository.save(by, claim)

    async def outcome_retired(self, strategy_id: UUID, outcome_id: UUID, *, by: Act) -> Receipt:
        """An outcome that a strategy serves was retired."""
        strategy = await self.repository.get(Strategy, strategy_id)
        strategy.orphan(outcome_id)
        return await self.repository.save(by, strategy)

    async def data_missing(self, commitment_id: UUID, *, on: date, by: Act) -> Receipt:
        """A round closed without the data that was promised."""
        commitment = await self.repository.get(Commitment, commitment_id)
        commitment.find_missing(on=on)
        return await self.repository.save(by, commitment)

    async def plan_of(self, cycle_id: UUID) -> PlanOfAction | None:
        """The plan of a cycle, if it was adopted."""
        plan = await self.repository.find(PlanOfAction, PlanOfAction.create_id(cycle_id))
        return plan if plan is not None and plan.state == "adopted" else None

    async def plan_questioned(
        self, plan_id: UUID, adaptation_id: UUID, *, what: str, by: Act
    ) -> Receipt:
        """A learning cycle asks for another plan."""
        plan = await self.repository.get(PlanOfAction, plan_id)
        plan.request_revision(adaptation_id, what)
        return await self.repository.save(by, plan)

    async def commitment_due(self, commitment_id: UUID, *, due: datetime, by: Act) -> Receipt:
        """The day and the days of grace are over."""
        commitment = await self.repository.get(Commitment, commitment_id)
        commitment.lapse(now=due)
        return await self.repository.save(by, commitment)

    async def review_due(self, activity_id: UUID, *, due: datetime, by: Act) -> Receipt:
        """An after-action review was to be there by now."""
        activity = await self.repository.get(Activity, activity_id)
        activity.find_review_due(due=due)
        return await self.repository.save(by, activity)

    async def _claimed(self, kind: str, prefix: str) -> list[UUID]:
        """The ids at the end of all keys that begin like this."""
        return list(map(UUID, await claimed(self.repository.store, kind, prefix)))
