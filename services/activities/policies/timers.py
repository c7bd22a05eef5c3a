"""What the activities' own facts promise for a later day, and what is asked when it has come.

Each line says itself by when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from infra.eventstore import Repository
from infra.kernel import Act, Clock
from infra.kernel.values import moment
from infra.messaging import Carried, Due, Effect, MemoryReferences, SetTimers, Timer, TimerPolicy
from services.activities.application.consequences import Consequences
from services.activities.domain.activity import REVIEW_DAYS
from services.activities.domain.commitment import GRACE_DAYS

COMMITMENT = "commitment-overdue"
REVIEW = "after-action-review-due"


def promised(carried: Carried) -> Iterable[Timer]:
    """A promise lapses when its day and its days of grace are over."""
    said = carried.line.data
    grace = said.get("grace_days")
    last = date.fromisoformat(said["due"]) + timedelta(days=GRACE_DAYS if grace is None else grace)
    due = datetime.combine(last + timedelta(days=1), time(), UTC)
    yield Timer(COMMITMENT, own_id(carried), due)


def given(carried: Carried) -> Iterable[Timer]:
    """What was given in whole cannot lapse; of what was given in part the rest can."""
    if carried.line.data["whole"]:
        yield Timer(COMMITMENT, own_id(carried))


def gone(carried: Carried) -> Iterable[Timer]:
    """Nothing is left to lapse."""
    yield Timer(COMMITMENT, own_id(carried))


def stopped(carried: Carried) -> Iterable[Timer]:
    """Somebody is to look back on it by a day that was said."""
    yield Timer(REVIEW, own_id(carried), moment(carried.line.data["review_due"]))


def completed(carried: Carried) -> Iterable[Timer]:
    """As long as after a stop."""
    yield Timer(REVIEW, own_id(carried), carried.line.time + timedelta(days=REVIEW_DAYS))


def looked_back(carried: Carried) -> Iterable[Timer]:
    """It was done; what was learnt of one milestone is no review of the whole."""
    if carried.line.data.get("milestone") is None:
        yield Timer(REVIEW, carried.line.data["activity_id"])


SETS: Mapping[str, SetTimers] = {
    "activities.commitment-pledged": promised,
    "activities.commitment-renegotiated": promised,
    "activities.commitment-fulfilled": given,
    "activities.commitment-lapsed": gone,
    "activities.commitment-released": gone,
    "activities.activity-stopped": stopped,
    "activities.activity-completed": completed,
    "activities.after-action-review-recorded": looked_back,
}


def effects(repository: Repository, clock: Clock) -> Mapping[str, Effect]:
    """What is asked of the domain, by kind of timer."""
    ask = Consequences(repository, MemoryReferences(), clock)

    async def commitment(due: Due, by: Act) -> None:
        await ask.commitment_due(UUID(due.key), due=due.due, by=by)

    async def review(due: Due, by: Act) -> None:
        await ask.review_due(UUID(due.key), due=due.due, by=by)

    return {COMMITMENT: commitment, REVIEW: review}


TIMERS = TimerPolicy(SETS, effects)


def own_id(carried: Carried) -> str:
    """The id of the stream that the line stands in."""
    return carried.line.subject.rpartition("/")[2]
