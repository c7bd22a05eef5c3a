"""Use cases of feed profiles: what one audience regularly receives, as data agreements allow."""

from __future__ import annotations

from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act, Command, NotFound
from services.measurement.application.use_cases import UseCases
from services.measurement.domain import DataAgreement, FeedProfile, Indicator
from services.measurement.domain.agreement_facts import agreements_of
from services.measurement.domain.feed_permission import agreed_minimum
from services.measurement.domain.feed_profile import FeedTerms, Slug
from services.measurement.domain.feed_terms import Audience


class DefineFeedProfile(Command):
    code: Slug
    audience: Audience
    terms: FeedTerms


class ChangeFeedProfile(Command):
    """Needs a reason."""

    terms: FeedTerms


class RetireFeedProfile(Command):
    """Needs a reason."""


class FeedProfiles(UseCases):
    async def define_feed_profile(
        self, initiative_id: UUID, *, command: DefineFeedProfile, by: Act
    ) -> Receipt:
        """Say what an organisation, or the public, regularly receives. Every data agreement that
        covers an indicator of it must name that audience among its recipients, and the strictest
        minimum count of them all is kept, whatever the policy says."""
        await self.references.require("initiative", initiative_id, initiative_id)
        terms = await self._allowed(initiative_id, command.audience, command.terms)
        profile = FeedProfile.define(
            initiative_id, code=command.code, audience=command.audience, terms=terms
        )
        return await self.repository.save(by, profile)

    async def change_feed_profile(
        self, profile_id: UUID, *, command: ChangeFeedProfile, by: Act
    ) -> Receipt:
        """Let it hold something else from the next release on; audience and code stay."""
        command.require_reason()
        profile = await self.repository.get(FeedProfile, profile_id)
        profile.require_live()
        profile.change(await self._allowed(profile.initiative_id, profile.audience, command.terms))
        return await self.repository.save(by, profile)

    async def retire_feed_profile(
        self, profile_id: UUID, *, command: RetireFeedProfile, by: Act
    ) -> Receipt:
        """Release nothing more of it, with a reason; whatever is to be restated is restated first.
        What was released stays, for whoever received it."""
        command.require_reason()
        profile = await self.repository.get(FeedProfile, profile_id)
        profile.retire()
        return await self.repository.save(by, profile)

    async def allowed_now(self, profile: FeedProfile) -> FeedTerms:
        """The terms of a profile, as strict as the agreements are now; refused where they no
        longer let its audience receive what it holds."""
        return await self._allowed(profile.initiative_id, profile.audience, profile.terms)

    async def _allowed(
        self, initiative_id: UUID, audience: Audience, terms: FeedTerms
    ) -> FeedTerms:
        await self._known(initiative_id, terms.indicators)
        agreements = await self._agreements(initiative_id)
        return terms.as_strict_as(agreed_minimum(audience, terms.indicators, agreements))

    async def _known(self, initiative_id: UUID, indicators: tuple[UUID, ...]) -> None:
        found = await self.repository.find_many(Indicator, indicators)
        for id in indicators:
            if id not in found or found[id].initiative_id != initiative_id:
                raise NotFound(kind="indicator of this initiative", id=id)

    async def _agreements(self, initiative_id: UUID) -> list[DataAgreement]:
        ids = await self.all_held(agreements_of(initiative_id))
        return list((await self.repository.find_many(DataAgreement, ids)).values())
