"""What policies ask of measurement: nobody commands it, the domain decides whether it is called
for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from infra.eventstore import Receipt, Repository
from infra.kernel import Act, NotFound
from infra.messaging.references import References
from services.measurement.application.restatements import Restatements
from services.measurement.domain import DataAgreement, FeedProfile, Indicator, MeasurementFramework
from services.measurement.domain.agreement_facts import agreements_of
from services.measurement.domain.feed_profile import profiles_of

PAGE = 500
TITLE = "Measurement framework of the common agenda"


@dataclass(frozen=True)
class Consequences:
    repository: Repository
    references: References

    @property
    def restatements(self) -> Restatements:
        return Restatements(self.repository)

    async def framework(self, initiative_id: UUID) -> MeasurementFramework | None:
        """The initiative's framework, if somebody has opened it."""
        id = MeasurementFramework.create_id(initiative_id)
        return await self.repository.find(MeasurementFramework, id)

    async def agreements_with(self, organisation: UUID, initiative_id: UUID) -> list[DataAgreement]:
        """The agreements that this organisation is a party to, and that are not over."""
        ids = await self._held(agreements_of(initiative_id))
        found = await self.repository.find_many(DataAgreement, ids)
        return [a for a in found.values() if organisation in a.terms.parties and not a.over]

    async def feeds_under(self, agreement_id: UUID) -> list[FeedProfile]:
        """The live feeds that hold an indicator which this agreement covers."""
        agreement = await self.repository.get(DataAgreement, agreement_id)
        ids = await self._held(profiles_of(agreement.initiative_id))
        found = await self.repository.find_many(FeedProfile, ids)
        covered = agreement.terms.indicators
        return [f for f in found.values() if f.state == "live" and f.holds_of(covered)]

    async def agenda_agreed(
        self, initiative_id: UUID, outcomes: Collection[UUID], *, by: Act
    ) -> Receipt:
        """These are the outcomes now: open the framework, and flag what nothing shows."""
        framework = await self.framework(initiative_id)
        framework = framework or MeasurementFramework(initiative_id, TITLE)
        framework.find_unmeasured(outcomes)
        return await self.repository.save(by, framework)

    async def outcome_retired(self, initiative_id: UUID, outcome_id: UUID, *, by: Act) -> Receipt:
        """Nobody needs to show it any more."""
        framework = await self.framework(initiative_id)
        if framework is None:
            raise NotFound(kind="measurement framework of initiative", id=initiative_id)
        framework.propose_unlinking(outcome_id)
        return await self.repository.save(by, framework)

    async def party_left(self, agreement_id: UUID, organisation: UUID, *, by: Act) -> Receipt:
        """A party of an agreement is no partner any more."""
        agreement = await self.repository.get(DataAgreement, agreement_id)
        agreement.mark_for_review(organisation)
        return await self.repository.save(by, agreement)

    async def agreement_ended(self, profile_id: UUID, agreement_id: UUID, *, by: Act) -> Receipt:
        """What a feed holds came under an agreement that is over."""
        agreement = await self.repository.get(DataAgreement, agreement_id)
        profile = await self.repository.get(FeedProfile, profile_id)
        profile.mark_for_change(agreement_id, agreement.terms.indicators)
        return await self.repository.save(by, profile)

    async def target_questioned(
        self, indicator_id: UUID, adaptation_id: UUID, what: str, *, initiative_id: UUID, by: Act
    ) -> Receipt:
        """A learning cycle asks where an indicator should be."""
        indicator = await self.repository.get(Indicator, indicator_id)
        if indicator.initiative_id != initiative_id:
            raise NotFound(kind="indicator of this initiative", id=indicator_id)
        indicator.request_revision(adaptation_id, what)
        return await self.repository.save(by, indicator)

    async def _held(self, kind: str) -> list[UUID]:
        """The ids that are the keys of all claims of a kind."""
        found: list[UUID] = []
        after = ""
        while True:
            page = await self.repository.store.held(kind, after=after, limit=PAGE)
            found += map(UUID, page)
            if len(page) < PAGE:
                return found
            after = max(page)
