"""Use cases of contribution claims."""

from __future__ import annotations

from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act, NotKnownHere
from services.activities.application.commands import (
    ClaimContribution,
    ReviewContribution,
    WithdrawContribution,
)
from services.activities.application.use_cases import UseCases
from services.activities.domain import Activity, ContributionClaim

FRAMEWORK = "adopted measurement framework"


class MeasuresNotReady(NotKnownHere):
    """No adopted measurement framework of initiative {initiative} is known here yet. Adopt one, or
    repeat the request in a moment if it was adopted just now."""


class Contributions(UseCases):
    async def claim_contribution(
        self, activity_id: UUID, *, command: ClaimContribution, by: Act
    ) -> Receipt:
        """Why the activity should move an indicator, how far, and how sure we are.

        The measurement framework of the initiative was adopted before, as far as is known here.
        """
        activity = await self.repository.get(Activity, activity_id)
        if not await self.references.standing(FRAMEWORK, activity.initiative_id):
            raise MeasuresNotReady(initiative=activity.initiative_id)
        await self._require("indicator", activity.initiative_id, command.indicator_id)
        claim = ContributionClaim(
            initiative_id=activity.initiative_id,
            activity_id=activity_id,
            indicator_id=command.indicator_id,
            mechanism=command.mechanism,
            expected=command.expected,
            confidence=command.confidence,
        )
        return await self.repository.save(by, claim)

    async def review_contribution(
        self, claim_id: UUID, *, command: ReviewContribution, by: Act
    ) -> Receipt:
        """What the evidence says of the claim. Takes at least one document as evidence."""
        claim = await self.repository.get(ContributionClaim, claim_id)
        claim.review(
            finding=command.finding, because=command.because, documents=len(command.evidence)
        )
        return await self.repository.save(by, claim)

    async def withdraw_contribution(
        self, claim_id: UUID, *, command: WithdrawContribution, by: Act
    ) -> Receipt:
        """It is claimed no longer. Takes a reason."""
        command.require_reason()
        claim = await self.repository.get(ContributionClaim, claim_id)
        claim.withdraw()
        return await self.repository.save(by, claim)
