"""Periods by the names of an initiative's calendars, turned into days: of files and commands."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.eventstore import Repository
from services.measurement.domain import MeasurementFramework, tidy
from services.measurement.domain.calendars import InCalendar, NoSuchCalendar, PeriodCalendar
from services.measurement.domain.tidy.sources import CalendarPeriod
from services.measurement.domain.values import Stated


async def stated(
    repository: Repository, initiative_id: UUID, given: Sequence[Stated | InCalendar]
) -> tuple[Stated, ...]:
    """Each by its days; one question to the store, where a calendar is named."""
    codes = {one.calendar for one in given if isinstance(one, InCalendar)}
    known = await _calendars(repository, initiative_id, codes) if codes else {}
    return tuple(
        known[one.calendar].stated(one.name) if isinstance(one, InCalendar) else one
        for one in given
    )


async def dated(repository: Repository, initiative_id: UUID, mapping: tidy.Mapping) -> tidy.Mapping:
    """The mapping, with the days of the calendar that it names; one question where it does."""
    source = mapping.period
    if not isinstance(source, CalendarPeriod):
        return mapping
    known = await _calendars(repository, initiative_id, {source.calendar})
    periods = known[source.calendar].by_name()
    named = source.named({name: str(period) for name, period in periods.items()})
    return mapping.model_copy(update={"period": named})


async def _calendars(
    repository: Repository, initiative_id: UUID, codes: set[str]
) -> dict[str, PeriodCalendar]:
    id = MeasurementFramework.create_id(initiative_id)
    framework = await repository.find(MeasurementFramework, id)
    if framework is None:
        raise NoSuchCalendar(code=min(codes), codes="none")
    return {code: framework.calendar(code) for code in sorted(codes)}
