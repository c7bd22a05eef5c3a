"""What measurement's own facts promise for a later day, and what is asked when that day has come.

Each line says itself by when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from infra.eventstore import Repository
from infra.kernel import Act, Clock
from infra.messaging import Carried, Due, Effect, SetTimers, Timer, TimerPolicy
from services.measurement.application.reminders import Reminders

AGREEMENT = "data-agreement-over"
WINDOW = "reporting-window-over"


def agreement_activated(carried: Carried) -> Iterable[Timer]:
    """It is over on the day after its last, if it has one."""
    ends = carried.line.data.get("ends")
    yield Timer(AGREEMENT, own_id(carried), after(ends) if ends else None)


def agreement_gone(carried: Carried) -> Iterable[Timer]:
    """Nothing is left to expire."""
    yield Timer(AGREEMENT, own_id(carried))


def window_set(carried: Carried) -> Iterable[Timer]:
    """A round closes on the day after the last of its window."""
    yield Timer(WINDOW, own_id(carried), after(carried.line.data["closes"]))


def window_reopened(carried: Carried) -> Iterable[Timer]:
    """It closes again on the day after the one until which it was reopened."""
    yield Timer(WINDOW, own_id(carried), after(carried.line.data["until"]))


def window_closed(carried: Carried) -> Iterable[Timer]:
    """Nothing is left to close."""
    yield Timer(WINDOW, own_id(carried))


SETS: Mapping[str, SetTimers] = {
    "measurement.data-agreement-activated": agreement_activated,
    "measurement.data-agreement-varied": agreement_gone,
    "measurement.data-agreement-revoked": agreement_gone,
    "measurement.reporting-period-opened": window_set,
    "measurement.submission-deadline-extended": window_set,
    "measurement.reporting-period-reopened": window_reopened,
    "measurement.reporting-period-closed": window_closed,
}


def effects(repository: Repository, clock: Clock) -> Mapping[str, Effect]:
    """What is asked of the domain, by kind of timer."""
    ask = Reminders(repository)

    async def agreement(due: Due, by: Act) -> None:
        await ask.agreement_over(UUID(due.key), due=due.due, by=by)

    async def window(due: Due, by: Act) -> None:
        await ask.window_over(UUID(due.key), due=due.due, by=by)

    return {AGREEMENT: agreement, WINDOW: window}


TIMERS = TimerPolicy(SETS, effects)


def own_id(carried: Carried) -> str:
    """The id of the stream that the line stands in."""
    return carried.line.subject.rpartition("/")[2]


def after(day: str) -> datetime:
    """A day is over at the midnight UTC that ends it."""
    return datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), UTC)
