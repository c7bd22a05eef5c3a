"""The two gates of a submission: a data agreement that is in force, and a round that is open.

Both are named by whoever submits; nothing is taken for granted where only one could be meant.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from infra.kernel import Act, Aggregate, NotFound, RuleForbids
from infra.kernel.line import canonical
from services.measurement.application.use_cases import UseCases
from services.measurement.domain import DataAgreement, ReportingPeriod, Submission
from services.measurement.domain.agreement_facts import agreements_of
from services.measurement.domain.findings import Round
from services.measurement.domain.reporting_facts import rounds_of
from services.measurement.domain.submission_values import File
from services.measurement.domain.tidy import Mapping
from services.measurement.domain.values import Place, Span, Stated

MOST_NAMED = 20

A = TypeVar("A", bound=Aggregate)


class AgreementNotNamed(RuleForbids):
    """Name the data agreement under which these values come, as `agreement_id`. Of those in force,
    your organisation provides under: {agreements}."""


class RoundNotNamed(RuleForbids):
    """Name the reporting period in which these values come, as `reporting_period_id`. Open now:
    {rounds}."""


@dataclass(frozen=True)
class Gate:
    """What was named, asked once for each kind of series and each period."""

    agreement: DataAgreement
    period: ReportingPeriod
    provider: UUID
    today: date
    _series: set[tuple[UUID, tuple[str, str, str], frozenset[str]]] = field(default_factory=set)
    _spans: set[Span] = field(default_factory=set)

    @property
    def round(self) -> Round:
        return Round(self.today, self.period.due, self.period.periods)

    def admit_series(self, indicator_id: UUID, place: Place, dimensions: Collection[str]) -> None:
        """Pass if the agreement covers it."""
        kind = indicator_id, place.identity, frozenset(dimensions)
        if kind not in self._series:
            self.agreement.require_covering(
                provider=self.provider,
                indicator_id=indicator_id,
                place=place,
                dimensions=dimensions,
                on=self.today,
            )
            self._series.add(kind)

    def admit_period(self, start: date, end: date, text: str) -> None:
        """Pass if the round takes it."""
        if (start, end) not in self._spans:
            given = Stated(start=start, end=end, period=text)
            self.period.require_taking(given, today=self.today)
            self._spans.add((start, end))

    def submission(self, by: Act, **what: Any) -> Submission:
        """What is sent now, by whom, under which agreement and in which round."""
        return Submission(
            initiative_id=self.agreement.initiative_id,
            provider=self.provider,
            agreement_id=self.agreement.id,
            reporting_period_id=self.period.id,
            submitted_by=by.provenance.actor,
            **what,
        )

    def fingerprint(self, file: File, mapping: Mapping, reference: str | None) -> str:
        """By this the same file of the same provider is known again."""
        said = mapping.model_dump(mode="json", exclude_none=True)
        whose = str(self.agreement.initiative_id), str(self.provider)
        told = canonical([*whose, file.sha256, reference or "", said])
        return hashlib.sha256(told.encode()).hexdigest()


class Gates(UseCases):
    async def gate(
        self, initiative_id: UUID, agreement: UUID | None, period: UUID | None, provider: UUID
    ) -> Gate:
        """Both, as they are on the day on which this is recorded: no caller back-dates them."""
        today = self.clock.now().date()
        if agreement is None:
            raise AgreementNotNamed(
                agreements=await self._agreements_named(initiative_id, provider)
            )
        if period is None:
            raise RoundNotNamed(rounds=await self._rounds_named(initiative_id, today))
        found = await asyncio.gather(
            self.repository.find(DataAgreement, agreement),
            self.repository.find(ReportingPeriod, period),
        )
        gate = Gate(
            _own(found[0], initiative_id, agreement, "data agreement"),
            _own(found[1], initiative_id, period, "reporting period"),
            provider,
            today,
        )
        gate.agreement.require_active()
        gate.period.require_open(today=today)
        return gate

    async def _agreements_named(self, initiative_id: UUID, provider: UUID) -> str:
        found = await self._first_of(DataAgreement, agreements_of(initiative_id))
        return _listed(
            f"{one.title} ({one.id})"
            for one in found
            if one.state == "active" and provider in one.terms.providers
        )

    async def _rounds_named(self, initiative_id: UUID, today: date) -> str:
        found = await self._first_of(ReportingPeriod, rounds_of(initiative_id))
        return _listed(
            f"{one.title} ({one.id})"
            for one in found
            if one.state == "open" and one.opens <= today <= one.closes
        )

    async def _first_of(self, kind: type[A], claim: str) -> Collection[A]:
        """The first page of them: more than anybody would read in a refusal."""
        held = await self.repository.store.held(claim)
        return (await self.repository.find_many(kind, list(held.values()))).values()


def _own(found: A | None, initiative_id: UUID, id: UUID, kind: str) -> A:
    if found is None or found.initiative_id != initiative_id:
        raise NotFound(kind=f"{kind} of this initiative", id=id)
    return found


def _listed(names: Iterable[str]) -> str:
    found = sorted(names)
    return "; ".join(found[:MOST_NAMED]) or "none"
