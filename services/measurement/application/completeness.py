"""What lacks in a collection round, by what was sent in those before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from infra.eventstore import Repository, claimed
from services.measurement.application.sent import brought
from services.measurement.application.sheets import PAGE
from services.measurement.domain import (
    DataAgreement,
    Indicator,
    ReportingPeriod,
    Series,
    Submission,
)
from services.measurement.domain.agreement_facts import agreements_of
from services.measurement.domain.completeness import Lacking, Sent, alike, in_order
from services.measurement.domain.reporting_facts import rounds_of
from services.measurement.domain.submission_facts import OPEN, REJECTED, sent_in
from services.measurement.domain.values import Span

LOOKED_BACK = 4
"""So many rounds before are looked at, for each length of period."""


class Owing(NamedTuple):
    """A provider, under an agreement."""

    provider: UUID
    agreement: UUID


@dataclass(frozen=True)
class Completeness:
    repository: Repository

    async def gaps(
        self, period_id: UUID, *, only: Owing | None = None
    ) -> Mapping[Owing, Sequence[Lacking]]:
        """Who owes something in a round under an agreement in force: whoever has sent nothing, or
        not all series again that it sent before for periods as long. These are named.

        Nobody owes anything in a round of kind backfill.
        """
        period = await self.repository.get(ReportingPeriod, period_id)
        if period.of_kind == "backfill":
            return {}
        agreements = await self._agreements(period.initiative_id)
        owing = [Owing(p, id) for id, a in agreements.items() for p in a.terms.providers]
        owing = [one for one in owing if only in (None, one)]
        came, before = await self._came(period_id), await self._before(period)
        found: dict[Owing, Sequence[Lacking]] = {}
        for one in owing:
            sent = await self._expected(period, agreements[one.agreement], before.get(one, ()), one)
            lacking = await self._lacking(period, sent)
            if lacking or one not in came:
                found[one] = in_order(lacking)
        return found

    async def _agreements(self, initiative_id: UUID) -> dict[UUID, DataAgreement]:
        """Those under which partners owe data now."""
        ids = [
            UUID(key) for key in await claimed(self.repository.store, agreements_of(initiative_id))
        ]
        found = await self.repository.find_many(DataAgreement, ids)
        wanted = ("partner-data", "active")
        return {id: one for id, one in found.items() if (one.of_kind, one.state) == wanted}

    async def _came(self, period_id: UUID) -> dict[Owing, list[UUID]]:
        """The submissions in a round that may count."""
        found: dict[Owing, list[UUID]] = {}
        for key in await claimed(self.repository.store, sent_in(period_id)):
            agreement, provider, submission = map(UUID, key.split("/"))
            found.setdefault(Owing(provider, agreement), []).append(submission)
        return found

    async def _before(self, period: ReportingPeriod) -> dict[Owing, list[UUID]]:
        """The same of the last rounds before it that took periods as long."""
        ids = [
            UUID(key)
            for key in await claimed(self.repository.store, rounds_of(period.initiative_id))
        ]
        rounds = (await self.repository.find_many(ReportingPeriod, ids)).values()
        earlier = [one for one in rounds if one.opens <= period.opens and one.id != period.id]
        earlier.sort(key=lambda one: (one.opens, str(one.id)), reverse=True)
        looked_at: dict[UUID, None] = {}
        for own in period.periods:
            like = [one.id for one in earlier if any(alike(p.span, own.span) for p in one.periods)]
            looked_at |= dict.fromkeys(like[:LOOKED_BACK])
        found: dict[Owing, list[UUID]] = {}
        for id in looked_at:
            for one, submissions in (await self._came(id)).items():
                found.setdefault(one, []).extend(submissions)
        return found

    async def _expected(
        self,
        period: ReportingPeriod,
        agreement: DataAgreement,
        submissions: Sequence[UUID],
        owing: Owing,
    ) -> dict[UUID, Sent]:
        """The series that these brought, as far as they go on and are still agreed on."""
        found = await self.repository.find_many(Submission, submissions)
        accepted = [id for id, one in found.items() if one.state == "accepted"]
        sent = await brought(self.repository.store, accepted)
        ids = sorted({one.indicator_id for one in sent.values()})
        indicators = await self.repository.find_many(Indicator, ids)
        return {
            id: one
            for id, one in sent.items()
            if one.goes_on(indicators[one.indicator_id])
            and not agreement.terms.leaves_out(
                provider=owing.provider,
                indicator_id=one.indicator_id,
                place=one.place,
                dimensions=one.dimensions,
                on=period.closes,
            )
        }

    async def _lacking(self, period: ReportingPeriod, sent: Mapping[UUID, Sent]) -> list[Sent]:
        """Those that have no value for any period of the round that they are due for."""
        due = {id: spans for id, one in sent.items() if (spans := one.due(period.periods))}
        ids, lacking = list(due), list[Sent]()
        for at in range(0, len(ids), PAGE):
            have = await self._have(ids[at : at + PAGE])
            lacking += [sent[id] for id, spans in have.items() if spans.isdisjoint(due[id])]
        return lacking

    async def _have(self, ids: Sequence[UUID]) -> dict[UUID, set[Span]]:
        """For which periods these series have a value, or one that waits for a decision."""
        series = await self.repository.find_many(Series, ids)
        named = sorted({str(name) for one in series.values() for name in one.submissions})
        held = [await self.repository.store.holders(kind, named) for kind in (OPEN, REJECTED)]
        open, rejected = [frozenset(map(UUID, found)) for found in held]
        for one in series.values():
            one.settle(open=open, rejected=rejected)
        return {id: one.live.keys() | one.pending.keys() for id, one in series.items()}
