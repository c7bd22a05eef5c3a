"""Use cases of outcome harvests: a change noticed, weighed, described and confirmed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Text, Title
from services.measurement.application.commands import PeriodGiven
from services.measurement.application.use_cases import UseCases, said
from services.measurement.domain import OutcomeHarvest
from services.measurement.domain.harvest import Direction, Significance
from services.measurement.domain.values import Place


class NoticeSystemChange(Command):
    who: Title = Field(description="Who changed: an organisation or a group, never a person.")
    what: Text = Field(description="What they do differently.")
    when: PeriodGiven
    place: Place
    direction: Direction
    intended: bool
    outcome_id: UUID | None = Field(None, description="The outcome that it bears on, if any.")


class RateSignificance(Command):
    significance: Significance
    because: Text


class DescribeContribution(Command):
    how: Text = Field(description="How the partners contributed; others did so too.")


class SubstantiateOutcome(Command):
    because: Text = Field(description="What the caller's organisation knows of it.")


class DisputeOutcome(Command):
    because: Text = Field(description="What is not as it is described.")


class Harvests(UseCases):
    async def notice_system_change(
        self, initiative_id: UUID, *, command: NoticeSystemChange, by: Act
    ) -> Receipt:
        """Write down who changed what, when and where; also what nobody intended or wanted."""
        await self.references.require("initiative", initiative_id, initiative_id)
        if command.outcome_id is not None:
            await self.references.require("outcome", command.outcome_id, initiative_id)
        described_by = by.provenance.party
        told = said(command) | {"when": await self.stated(initiative_id, command.when)}
        harvest = OutcomeHarvest(initiative_id, described_by=described_by, **told)
        return await self.repository.save(by, harvest)

    async def rate_significance(
        self, harvest_id: UUID, *, command: RateSignificance, by: Act
    ) -> Receipt:
        """Say how much the change matters, and why."""
        return await self._harvest(
            harvest_id, by, lambda h: h.rate(command.significance, because=command.because)
        )

    async def describe_contribution(
        self, harvest_id: UUID, *, command: DescribeContribution, by: Act
    ) -> Receipt:
        """Say how the partners contributed; what was confirmed before is to be confirmed anew."""
        organisation = by.provenance.party
        return await self._harvest(
            harvest_id, by, lambda h: h.describe(command.how, organisation=organisation)
        )

    async def substantiate_outcome(
        self, harvest_id: UUID, *, command: SubstantiateOutcome, by: Act
    ) -> Receipt:
        """Confirm the change for the caller's organisation, which has not described it itself."""
        organisation = by.provenance.party
        return await self._harvest(
            harvest_id,
            by,
            lambda h: h.substantiate(organisation=organisation, because=command.because),
        )

    async def dispute_outcome(
        self, harvest_id: UUID, *, command: DisputeOutcome, by: Act
    ) -> Receipt:
        """Say, for the caller's organisation, that the change is not as it is described."""
        organisation = by.provenance.party
        return await self._harvest(
            harvest_id, by, lambda h: h.dispute(organisation=organisation, because=command.because)
        )

    async def _harvest(self, id: UUID, by: Act, ask: Callable[[OutcomeHarvest], None]) -> Receipt:
        harvest = await self.repository.get(OutcomeHarvest, id)
        ask(harvest)
        return await self.repository.save(by, harvest)
