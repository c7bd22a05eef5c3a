"""Use cases of single observations: record, correct, de-duplicate."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from infra.eventstore import Receipt
from infra.eventstore.repository import LATEST
from infra.kernel import Act, PreconditionFailed, RuleForbids
from services.measurement.application.commands import (
    AmountGiven,
    CorrectObservation,
    DeduplicateObservations,
    RecordObservation,
)
from services.measurement.application.use_cases import UseCases
from services.measurement.domain import Indicator, Series, Submission
from services.measurement.domain.series import NothingToCorrect
from services.measurement.domain.submission_facts import Counts
from services.measurement.domain.values import Amount, Observation, Stated, series_id, stratum


class UnitIsAnother(RuleForbids):
    """The unit of this indicator is {unit}, not {given}; convert the value, or correct the unit."""


class CellTwice(RuleForbids):
    """A place and stratum is named twice; name each once."""


class Observations(UseCases):
    async def record_observation(
        self, indicator_id: UUID, *, command: RecordObservation, by: Act
    ) -> Receipt:
        """Record one value. It is a submission of one row, received and accepted at once."""
        indicator = await self.repository.get(Indicator, indicator_id)
        unit = indicator.recorded.unit
        if command.unit is not None and command.unit != unit:
            raise UnitIsAnother(unit=unit, given=command.unit)
        dimensions = stratum(command.dimensions)
        id = series_id(indicator_id, indicator.series_version, command.place, dimensions)
        series = (await self.many_series([id])).get(id)
        _precondition(by, series)
        submission = Submission(
            initiative_id=indicator.initiative_id,
            provider=by.provenance.organisation,
            submitted_by=by.provenance.actor,
            mode="all",
            indicators=(indicator_id,),
            rows=1,
            revisions="refuse",
        )
        received = self.repository.stage(by, submission)
        observation = _observation(command.period, command)
        if series is None:
            series = Series.begin(
                initiative_id=indicator.initiative_id,
                indicator_id=indicator_id,
                definition_version=indicator.series_version,
                place=command.place,
                dimensions=dimensions,
                submission_id=submission.id,
                observations=[observation],
            )
        else:
            series.record(submission.id, [observation])
        recorded = self.repository.stage(by, series)
        missing = int(observation.value is None)
        counts = Counts(new=1, unchanged=0, corrected=0, missing=missing)
        submission.validate((), blocked=0, unsound=0, counts=counts, rules=())
        submission.pass_by_itself()
        return await self.repository.save(
            _shown(by, series), submission, after=(received, recorded)
        )

    async def correct_observation(
        self, series_id: UUID, *, command: CorrectObservation, by: Act
    ) -> Receipt:
        """Replace a value by a better one, stating what stands now, with a reason and evidence."""
        command.require_reason()
        series = await self.series(series_id)
        series.correct(_amount(command.was), _observation(command.period, command.now))
        return await self.repository.save(by, series)

    async def deduplicate_observations(
        self, indicator_id: UUID, *, command: DeduplicateObservations, by: Act
    ) -> Receipt:
        """Take out those whom several parties counted: in all places of a period at once."""
        command.require_reason()
        indicator = await self.repository.get(Indicator, indicator_id)
        cells = {
            series_id(
                indicator_id, indicator.series_version, cell.place, stratum(cell.dimensions)
            ): cell
            for cell in command.cells
        }
        if len(cells) < len(command.cells):
            raise CellTwice
        found = await self.many_series(list(cells))
        for id, cell in cells.items():
            if id not in found:
                raise NothingToCorrect(period=f"{command.period.period} of {cell.place.code}")
            found[id].deduplicate(
                _amount(cell.was),
                _observation(command.period, cell.now),
                removed=cell.removed,
                parties=command.parties,
                method=command.method,
            )
        return await self.repository.save(by, *(found[id] for id in cells))

    async def series_at(self, id: UUID, version: int | None) -> Series:
        """A series as it is, or as it was at a version of its own."""
        latest = LATEST if version is None else version
        series = await self.repository.get_known(Series, id, version=latest)
        await self.settle([series], heal=False)
        return series


def _shown(by: Act, series: Series) -> Act:
    """The same act, answered with the series instead of its submission."""
    answering = by.answering
    if answering is None:
        return replace(by, expected_version=None)
    return replace(by, expected_version=None, answering=lambda _: answering(series))


def _precondition(by: Act, series: Series | None) -> None:
    present = series.version if series else 0
    if by.expected_version is not None and by.expected_version != present:
        raise PreconditionFailed(expected=by.expected_version, present=present)


def _amount(given: AmountGiven) -> Amount:
    return Amount(**dict(given))


def _observation(period: Stated, given: AmountGiven | RecordObservation) -> Observation:
    return Observation(
        **dict(period),
        value=given.value,
        numerator=given.numerator,
        denominator=given.denominator,
        status=given.status,
    )
