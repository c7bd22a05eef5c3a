"""Calendars of an initiative's own: school terms, program rounds, whatever no standard has."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from infra.kernel import Aggregate, Day, Event, RuleForbids, StateForbids, Title
from infra.kernel.provenance import Code
from services.measurement.domain.period import Period
from services.measurement.domain.values import Stated, Value

if TYPE_CHECKING:
    from services.measurement.domain.framework import MeasurementFramework

MOST_CALENDARS = 20


class CalendarStatedAlready(StateForbids):
    """The calendar {code} is stated already; change it, with a reason."""


class NoSuchCalendar(StateForbids):
    """No calendar {code} is stated in this initiative's measurement framework; there are:
    {codes}."""


class CalendarUnchanged(RuleForbids):
    """The calendar {code} says that already; a change changes something."""


class NoSuchNamedPeriod(RuleForbids):
    """The calendar {code} has no period {name}; there are: {names}."""


class TooManyCalendars(StateForbids):
    """A framework has at most {most} calendars; change one that is there."""


Name = Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]


class NamedSpan(Value):
    """A period by its name: Term 1 2022, from 28 January to 8 April."""

    name: Name
    start: Day
    end: Day

    @property
    def period(self) -> Period:
        return Period(start=self.start, end=self.end)


class PeriodCalendar(Value):
    """Periods that do not overlap, each by a name of its own. Days between them belong to none."""

    code: Code
    title: Title
    periods: Annotated[tuple[NamedSpan, ...], Field(min_length=1, max_length=300)]

    @model_validator(mode="after")
    def _tells_periods_apart(self) -> Self:
        ordered = sorted(self.periods, key=lambda one: one.start)
        for one in ordered:
            if one.end < one.start:
                raise ValueError(f"{one.name} ends on or after the day it starts")
        for one, following in pairwise(ordered):
            if following.start <= one.end:
                raise ValueError(f"{one.name} and {following.name} overlap")
        if len({one.name.casefold() for one in ordered}) < len(ordered):
            raise ValueError("each period has a name of its own")
        return self

    def by_name(self) -> dict[str, Period]:
        return {one.name: one.period for one in self.periods}

    def stated(self, name: str) -> Stated:
        """The period of that name, by its days."""
        known = self.by_name()
        if name not in known:
            raise NoSuchNamedPeriod(code=self.code, name=name, names=", ".join(known))
        return Stated(**Stated.of(known[name], name))


class InCalendar(Value):
    """A period by the name that a calendar of the initiative has for it."""

    calendar: Code
    name: Name


class OfCalendar(Event):
    calendar: PeriodCalendar

    def apply(self, aggregate: MeasurementFramework) -> None:
        aggregate.calendars[self.calendar.code] = self.calendar


class PeriodCalendarStated(OfCalendar):
    """From here on a mapping and whatever else has a period may name it."""

    TOPIC: ClassVar[str] = "measurement.period-calendar-stated"


class PeriodCalendarChanged(OfCalendar):
    """The whole calendar as it is now; observations keep the days that they were given for. Why
    stands in the provenance."""

    TOPIC: ClassVar[str] = "measurement.period-calendar-changed"


class Dated(Aggregate):
    """What a framework can be asked about its calendars."""

    calendars: dict[str, PeriodCalendar]

    def state_calendar(self, calendar: PeriodCalendar) -> None:
        """Say which periods there are, and what they are called."""
        if calendar.code in self.calendars:
            raise CalendarStatedAlready(code=calendar.code)
        if len(self.calendars) >= MOST_CALENDARS:
            raise TooManyCalendars(most=MOST_CALENDARS)
        self.trigger_event(PeriodCalendarStated, calendar=calendar)

    def change_calendar(self, calendar: PeriodCalendar) -> None:
        """Add next year's periods, or mend what was wrong."""
        if self.calendar(calendar.code) == calendar:
            raise CalendarUnchanged(code=calendar.code)
        self.trigger_event(PeriodCalendarChanged, calendar=calendar)

    def calendar(self, code: str) -> PeriodCalendar:
        """The calendar of that code."""
        if code not in self.calendars:
            raise NoSuchCalendar(code=code, codes=", ".join(self.calendars) or "none")
        return self.calendars[code]
