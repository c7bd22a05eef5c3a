"""Use cases of single observations: record, correct, de-duplicate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from infra.eventstore import Receipt
from infra.eventstore.repository import LATEST
from infra.kernel import Act, PreconditionFailed, RuleForbids
from services.measurement.application.beside import refuse_unsound, standing_in
from services.measurement.application.checked import admit
from services.measurement.application.commands import (
    AmountGiven,
    CorrectObservation,
    DeduplicateObservations,
    RecordObservation,
)
from services.measurement.application.examination import Examination, look_at
from services.measurement.application.gates import Gates
from services.measurement.application.sheets import Sheet, observation, observations
from services.measurement.application.writing import decide
from services.measurement.domain import Indicator, Period, Series, Submission
from services.measurement.domain.findings import RowFinding
from services.measurement.domain.series import NothingToCorrect, PeriodAlreadyObserved
from services.measurement.domain.soundness import shown
from services.measurement.domain.submission_values import Counts
from services.measurement.domain.tidy import Place, Row
from services.measurement.domain.values import Amount, Observation, Stated, series_id, stratum


class UnitIsAnother(RuleForbids):
    """The unit of this indicator is {unit}, not {given}; convert the value, or correct the unit."""


class CellTwice(RuleForbids):
    """A place and stratum is named twice; name each once."""


class HeldUpAlone(NamedTuple):
    """A single value that waits for a person's decision, and what was found in it."""

    submission: Submission
    series_id: UUID
    found: Sequence[RowFinding]


class Observations(Gates):
    async def record_observation(
        self, indicator_id: UUID, *, command: RecordObservation, by: Act
    ) -> Receipt:
        """Record one value, under a data agreement and in a reporting period. It is a submission
        of one row: accepted at once (201), unless it breaks a rule. Then it waits with what was
        found, on record, for somebody to look at (202); a value that no explanation makes sound,
        or that is another one than stands already, never becomes an observation. What cannot be
        read, or is known already, leaves nothing."""
        indicator = await self.repository.get(Indicator, indicator_id)
        _refuse_other_unit(indicator, command)
        named = command.agreement_id, command.reporting_period_id
        gate = await self.gate(indicator.initiative_id, *named, by.provenance.party)
        sheet = _sheet(
            indicator, command, await self.stated(indicator.initiative_id, command.period)
        )
        admit(sheet, gate)
        series = (await self.many_series([sheet.id])).get(sheet.id)
        _precondition(by, series)
        found = Examination()
        _compare(sheet, series, found)
        missing = command.value is None
        standing = {} if series is None else {sheet.id: standing_in(series)}
        rules = await self.rules(indicator.initiative_id, {indicator_id})
        await look_at([sheet], rules, gate.round, standing, found, self.many_series)
        found.set_aside([sheet], "all")
        submission = gate.submission(
            by,
            mode="all",
            indicators=(indicator_id,),
            series=1,
            rows=1,
            revisions="refuse",
            provider_reference=command.provider_reference,
        )
        parts = [self.repository.stage(by, submission)]
        if sheet.rows:
            series = _with(sheet, series, submission.id)
            parts.append(self.repository.stage(by, series))
        list(submission.note(found.questioned()))
        decide(submission, found, _counts(sheet, missing, found))
        told = HeldUpAlone(submission, sheet.id, found.noted) if submission.waits else series
        return await self.repository.save(_shown(by, told), submission, after=parts)

    async def correct_observation(
        self, series_id: UUID, *, command: CorrectObservation, by: Act
    ) -> Receipt:
        """Replace a value by a better one, stating what stands now, with a reason and evidence."""
        command.require_reason()
        series = await self.series(series_id)
        period = await self.stated(series.initiative_id, command.period)
        now = _observation(period, command.now)
        series.correct(_amount(command.was), now)
        indicator = await self.repository.get(Indicator, series.indicator_id)
        await refuse_unsound(indicator, {series.id: (series, [now])}, self.many_series)
        return await self.repository.save(by, series)

    async def deduplicate_observations(
        self, indicator_id: UUID, *, command: DeduplicateObservations, by: Act
    ) -> Receipt:
        """Take out those whom several parties counted: in all places of a period at once."""
        command.require_reason()
        indicator = await self.repository.get(Indicator, indicator_id)
        period = await self.stated(indicator.initiative_id, command.period)
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
                raise NothingToCorrect(period=f"{period.period} of {cell.place.code}")
            found[id].deduplicate(
                _amount(cell.was),
                _observation(period, cell.now),
                removed=cell.removed,
                parties=command.parties,
                method=command.method,
            )
        now = {id: (found[id], [_observation(period, cell.now)]) for id, cell in cells.items()}
        await refuse_unsound(indicator, now, self.many_series)
        return await self.repository.save(by, *(found[id] for id in cells))

    async def series_at(self, id: UUID, version: int | None) -> Series:
        """A series as it is, or as it was at a version of its own."""
        latest = LATEST if version is None else version
        series = await self.repository.get_known(Series, id, version=latest)
        await self.settle([series], heal=False)
        return series


def _shown(by: Act, told: Series | HeldUpAlone | None) -> Act:
    """The same act, answered with the series; or with what waits, and why."""
    answering = by.answering
    if answering is None:
        return replace(by, expected_version=None)
    return replace(by, expected_version=None, answering=lambda _: answering(told))


def _precondition(by: Act, series: Series | None) -> None:
    present = series.version if series else 0
    if by.expected_version is not None and by.expected_version != present:
        raise PreconditionFailed(expected=by.expected_version, present=present)


def _amount(given: AmountGiven) -> Amount:
    return Amount(**dict(given))


def _refuse_other_unit(indicator: Indicator, command: RecordObservation) -> None:
    unit = indicator.recorded.unit
    if command.unit is not None and command.unit != unit:
        raise UnitIsAnother(unit=unit, given=command.unit)


def _compare(sheet: Sheet, series: Series | None, found: Examination) -> None:
    """As of a file: what stands otherwise is found, and is not written."""
    if series is None:
        return
    (row,) = sheet.rows
    given = observation(row)
    series.refuse_pending(given)
    verdict = series.verdict(given)
    if verdict == "unchanged":
        raise PeriodAlreadyObserved(period=given.period)
    if verdict == "changed":
        sheet.rows = []
        stands = shown(series.live[given.span].observation)
        detail = f"{given.period} stands at {stands}; if it was revised, correct that"
        found.refuse(sheet, row, "value-changed", detail)


def _with(sheet: Sheet, series: Series | None, submission_id: UUID) -> Series:
    if series is None:
        return sheet.begin(submission_id, sheet.rows)
    series.record(submission_id, observations(sheet.rows))
    return series


def _sheet(indicator: Indicator, command: RecordObservation, period: Stated) -> Sheet:
    """The command as the one row of a file: from here on both go the same way."""
    place = command.place
    dimensions = stratum(command.dimensions)
    row = Row(
        line=1,
        series=0,
        indicator=indicator.code,
        unit=command.unit,
        place=Place(place.scheme, place.edition, place.code, place.label),
        dimensions=tuple(dimensions.items()),
        moment=0,
        period=Period(start=period.start, end=period.end),
        period_text=period.period,
        value=command.value,
        status=command.status.value,
        numerator=command.numerator,
        denominator=command.denominator,
    )
    id = series_id(indicator.id, indicator.series_version, place, dimensions)
    return Sheet(id, indicator, [row])


def _counts(sheet: Sheet, missing: bool, found: Examination) -> Counts:
    new = len(sheet.rows)
    return Counts(new=new, unchanged=0, corrected=0, missing=int(missing), left_out=found.left_out)


def _observation(period: Stated, given: AmountGiven) -> Observation:
    return Observation(
        **dict(period),
        value=given.value,
        numerator=given.numerator,
        denominator=given.denominator,
        status=given.status,
    )
