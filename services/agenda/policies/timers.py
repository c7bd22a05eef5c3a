"""What the agenda's own facts promise for a later day, and what is asked when that day has come.

Each line says itself by when: the promise of the charter in force was written into the fact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from infra.eventstore import Repository
from infra.kernel import Act, Clock
from infra.kernel.values import moment
from infra.messaging import Carried, Due, Effect, MemoryReferences, SetTimers, Timer, TimerPolicy
from services.agenda.application.reminders import Reminders

FEEDBACK = "feedback-due"
UPDATE = "update-due"
AGREEMENT = "agreement-over"
FUNDING = "funding-ending"
REASSESSMENT = "reassessment-due"


def engagement_held(carried: Carried) -> Iterable[Timer]:
    """An answer is owed by a day."""
    due = carried.line.data.get("answer_due")
    if due is not None:
        yield Timer(FEEDBACK, own_id(carried), moment(due))


def update_published(carried: Carried) -> Iterable[Timer]:
    """Each audience on that channel is promised the next one."""
    said = carried.line.data
    for promised in said["next_due"]:
        yield _update(carried, promised["audience"], said["channel"], moment(promised["due"]))


def charter_in_force(carried: Carried) -> Iterable[Timer]:
    """A promise counts from the day on which it came into force, if nothing is told before."""
    said = carried.line.data
    for cadence in said["provisions"]["cadences"]:
        due = carried.line.time + timedelta(days=cadence["days"])
        version = str(said["charter_version"])
        yield _update(carried, cadence["audience"], cadence["channel"], due, version)


def agreement_signed(carried: Carried) -> Iterable[Timer]:
    """The agreement is over on the day after its last."""
    said = carried.line.data
    ends = said["term"].get("ends")
    due = start_of(date.fromisoformat(ends) + timedelta(days=1)) if ends else None
    yield _agreement(carried, due)


def partner_gone(carried: Carried) -> Iterable[Timer]:
    """Nothing is left to lapse."""
    yield _agreement(carried, None)


def funding_secured(carried: Carried) -> Iterable[Timer]:
    """The charter says how long before its end a gap is to be seen."""
    yield _funding(carried, moment(carried.line.data["warn_at"]))


def term_ended(carried: Carried) -> Iterable[Timer]:
    """Nobody is left to be paid for."""
    yield _funding(carried, None)


def reassessment_scheduled(carried: Carried) -> Iterable[Timer]:
    """Readiness is assessed again on a day."""
    due = start_of(date.fromisoformat(carried.line.data["due"]))
    yield Timer(REASSESSMENT, own_id(carried), due)


def assessment_opened(carried: Carried) -> Iterable[Timer]:
    """What it repeats need not be recalled any more."""
    earlier = carried.line.data.get("reassesses")
    if earlier is not None:
        yield Timer(REASSESSMENT, earlier)


SETS: Mapping[str, SetTimers] = {
    "agenda.engagement-held": engagement_held,
    "agenda.update-published": update_published,
    "agenda.charter-adopted": charter_in_force,
    "agenda.charter-amended": charter_in_force,
    "agenda.partner-joined": agreement_signed,
    "agenda.partner-agreement-renewed": agreement_signed,
    "agenda.partner-withdrew": partner_gone,
    "agenda.backbone-funding-secured": funding_secured,
    "agenda.backbone-term-ended": term_ended,
    "agenda.readiness-reassessment-scheduled": reassessment_scheduled,
    "agenda.readiness-assessment-opened": assessment_opened,
}


def effects(repository: Repository, clock: Clock) -> Mapping[str, Effect]:
    """What is asked of the domain, by kind of timer."""
    ask = Reminders(repository, clock, MemoryReferences())

    async def feedback(due: Due, by: Act) -> None:
        await ask.feedback_due(UUID(due.key), due=due.due, by=by)

    async def update(due: Due, by: Act) -> None:
        about = due.about
        await ask.update_due(
            UUID(about["initiative"]), about["audience"], about["channel"], due=due.due, by=by
        )

    async def agreement(due: Due, by: Act) -> None:
        await ask.agreement_over(UUID(due.about["initiative"]), UUID(due.key), due=due.due, by=by)

    async def funding(due: Due, by: Act) -> None:
        await ask.funding_ending(UUID(due.about["initiative"]), UUID(due.key), due=due.due, by=by)

    async def reassessment(due: Due, by: Act) -> None:
        await ask.reassessment_due(UUID(due.key), due=due.due, by=by)

    return {
        FEEDBACK: feedback,
        UPDATE: update,
        AGREEMENT: agreement,
        FUNDING: funding,
        REASSESSMENT: reassessment,
    }


TIMERS = TimerPolicy(SETS, effects)


def own_id(carried: Carried) -> str:
    """The id of the stream that the line stands in."""
    return carried.line.subject.rpartition("/")[2]


def start_of(day: date) -> datetime:
    """A day begins at midnight UTC: nowhere is anybody told too early by more than half a day."""
    return datetime.combine(day, time(), UTC)


def _update(
    carried: Carried, audience: str, channel: str, due: datetime, version: str = ""
) -> Timer:
    initiative = str(carried.line.partitionkey)
    about = {"initiative": initiative, "audience": audience, "channel": channel}
    return Timer(UPDATE, "/".join((initiative, channel, version, audience)), due, about)


def _agreement(carried: Carried, due: datetime | None) -> Timer:
    about = {"initiative": str(carried.line.partitionkey)}
    return Timer(AGREEMENT, carried.line.data["partner_id"], due, about)


def _funding(carried: Carried, due: datetime | None) -> Timer:
    about = {"initiative": str(carried.line.partitionkey)}
    return Timer(FUNDING, carried.line.data["appointment_id"], due, about)
