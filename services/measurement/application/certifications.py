"""Use cases of what stands: certify, decertify, change a status, withdraw, flag."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, NotFound, Text
from infra.kernel.provenance import Code
from services.measurement.application.beside import refuse_unsound
from services.measurement.application.commands import AmountGiven, PeriodGiven
from services.measurement.application.makers import origins
from services.measurement.application.use_cases import UseCases
from services.measurement.domain import Indicator, Series, Submission
from services.measurement.domain.tidy import ObsStatus
from services.measurement.domain.values import Amount, Observation, Stated

Periods = Annotated[tuple[PeriodGiven, ...], Field(min_length=1, max_length=1_000)]


Asked = Sequence[tuple[Series, Sequence[Stated] | None]]
"""Series, and the periods whose values are to be certified: None for all that are not yet."""


class CertifyObservations(Command):
    periods: Periods | None = Field(
        None, description="Left out: every period whose value is not certified yet."
    )


class SeriesToCertify(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    series_id: UUID
    periods: Periods | None = Field(
        None, description="Left out: every period whose value is not certified yet."
    )


class CertifyManySeries(Command):
    series: Annotated[tuple[SeriesToCertify, ...], Field(min_length=1, max_length=1_000)]


class DecertifyObservation(Command):
    """Needs a reason."""

    period: PeriodGiven


class ChangeObservationStatus(Command):
    period: PeriodGiven
    status: ObsStatus = Field(description="SDMX OBS_STATUS: P for provisional, A for final.")


class WithdrawObservation(Command):
    """Needs a reason."""

    period: PeriodGiven
    was: AmountGiven = Field(description="What stands now, as far as you state it.")


class FlagAnomaly(Command):
    period: PeriodGiven
    rule: Code = Field(description="The rule that finds it odd, such as z-score.")
    finding: Text


class Certifications(UseCases):
    async def certify_observations(
        self, series_id: UUID, *, command: CertifyObservations, by: Act
    ) -> Receipt:
        """Let values of one series be used outside, exactly as they stand. What they came with is
        verified before; whoever sent, corrected or verified a value cannot certify it."""
        series = await self.series(series_id)
        indicator = await self.repository.get(Indicator, series.indicator_id)
        periods = command.periods
        if periods is not None:
            periods = await self.all_stated(series.initiative_id, periods)
        await self._certify(indicator, [(series, periods)], by)
        return await self.repository.save(by, series)

    async def certify_many_series(
        self, indicator_id: UUID, *, command: CertifyManySeries, by: Act
    ) -> Receipt:
        """Let values of many series of one indicator be used outside: all of them or none."""
        indicator = await self.repository.get(Indicator, indicator_id)
        asked = {one.series_id: one.periods for one in command.series}
        found = await self.many_series(list(asked))
        for id in asked:
            if id not in found or found[id].indicator_id != indicator_id:
                raise NotFound(kind="series of this indicator", id=id)
        named = [period for periods in asked.values() for period in periods or ()]
        stated = iter(await self.all_stated(indicator.initiative_id, named))
        wanted = [
            (found[id], None if periods is None else [next(stated) for _ in periods])
            for id, periods in asked.items()
        ]
        await self._certify(indicator, wanted, by)
        return await self.repository.save(by, *(found[id] for id in asked))

    async def _certify(self, indicator: Indicator, asked: Asked, by: Act) -> None:
        """What always holds is looked at once more: since a value came, others may have."""
        submissions = {id for series, _ in asked for id in series.submissions}
        came = await self.repository.find_many(Submission, sorted(submissions))
        verifiers = {id: submission.verified_by for id, submission in came.items()}
        lines = await self.repository.store.read_many([series.id for series, _ in asked])
        told: dict[UUID, tuple[Series, list[Observation]]] = {}
        for series, periods in asked:
            wanted = series.uncertified if periods is None else periods
            series.certify(
                wanted,
                certifier=by.provenance.actor,
                origins=origins(lines[series.id], series.rejected, verifiers),
            )
            live = series.live
            told[series.id] = series, [live[one.span].observation for one in wanted]
        await refuse_unsound(indicator, told, self.many_series)

    async def decertify_observation(
        self, series_id: UUID, *, command: DecertifyObservation, by: Act
    ) -> Receipt:
        """Let a value stand, but no longer be used outside, with a reason."""
        command.require_reason()
        series = await self.series(series_id)
        series.decertify(await self.stated(series.initiative_id, command.period))
        return await self.repository.save(by, series)

    async def change_observation_status(
        self, series_id: UUID, *, command: ChangeObservationStatus, by: Act
    ) -> Receipt:
        """Say that a value is provisional, final, or what else SDMX knows. What was certified
        said something else, so it is to be certified anew."""
        series = await self.series(series_id)
        period = await self.stated(series.initiative_id, command.period)
        series.change_status(period, command.status)
        return await self.repository.save(by, series)

    async def withdraw_observation(
        self, series_id: UUID, *, command: WithdrawObservation, by: Act
    ) -> Receipt:
        """Let nothing stand for a period any more, stating what stood, with a reason."""
        command.require_reason()
        series = await self.series(series_id)
        period = await self.stated(series.initiative_id, command.period)
        series.withdraw(period, Amount(**dict(command.was)))
        return await self.repository.save(by, series)

    async def flag_anomaly(self, series_id: UUID, *, command: FlagAnomaly, by: Act) -> Receipt:
        """Say that a rule finds a value odd. It changes nothing of the value."""
        series = await self.series(series_id)
        period = await self.stated(series.initiative_id, command.period)
        series.flag(period, rule=command.rule, finding=command.finding)
        return await self.repository.save(by, series)
