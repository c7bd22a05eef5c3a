"""What policies ask of measurement: nobody commands it, the domain decides whether it is called
for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from infra.eventstore import Receipt, Repository, claimed
from infra.kernel import Act, NotFound
from infra.messaging.references import References
from services.measurement.application.completeness import Completeness, Owing
from services.measurement.application.restatements import Restatements
from services.measurement.domain import (
    DataAgreement,
    FeedProfile,
    Indicator,
    MeasurementFramework,
    ReportingPeriod,
    Series,
)
from services.measurement.domain.agreement_facts import agreements_of
from services.measurement.domain.feed_profile import profiles_of
from services.measurement.domain.reporting import NothingLacks
from services.measurement.domain.signals import Signal, signals
from services.measurement.domain.submission_facts import OPEN, REJECTED
from services.measurement.domain.values import Span

TITLE = "Measurement framework of the common agenda"


@dataclass(frozen=True)
class Consequences:
    repository: Repository
    references: References

    @property
    def restatements(self) -> Restatements:
        return Restatements(self.repository)

    @property
    def completeness(self) -> Completeness:
        return Completeness(self.repository)

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

    async def not_all_came(self, period_id: UUID, owing: Owing, *, by: Act) -> Receipt:
        """A round closed without what a provider agreed to send."""
        period = await self.repository.get(ReportingPeriod, period_id)
        gaps = await self.completeness.gaps(period_id, only=owing)
        if owing not in gaps:
            raise NothingLacks(organisation=owing.provider)
        period.flag_gap(
            organisation=owing.provider, agreement_id=owing.agreement, lacking=gaps[owing]
        )
        return await self.repository.save(by, period)

    async def signals(
        self, series_id: UUID, spans: Collection[Span], *, upto: int
    ) -> dict[str, Signal]:
        """What values show that were certified by a line, as all was known then."""
        series = await self.repository.get_known(Series, series_id, sequence=upto)
        indicator = await self.repository.get_known(Indicator, series.indicator_id, sequence=upto)
        if indicator.definition is None:
            return {}
        found = signals(
            series.said,
            spans,
            ignored=await self._ignored(series),
            targets=series.aims(indicator.targets.values()),
            polarity=indicator.definition.polarity,
        )
        return {signal.key: signal for signal in found}

    async def signalled(self, series_id: UUID, signal: Signal, *, by: Act) -> Receipt:
        """A value shows something that should be looked at."""
        series = await self.repository.get(Series, series_id)
        series.raise_signal(signal)
        return await self.repository.save(by, series)

    async def _ignored(self, series: Series) -> set[UUID]:
        """Of the submissions that it names, those that do not count."""
        named = sorted(map(str, series.submissions))
        found: set[UUID] = set()
        for kind in (OPEN, REJECTED):
            found |= set(map(UUID, await self.repository.store.holders(kind, named)))
        return found

    async def _held(self, kind: str) -> list[UUID]:
        """The ids that are the keys of all claims of a kind."""
        return list(map(UUID, await claimed(self.repository.store, kind)))
