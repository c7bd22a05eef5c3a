"""The activities' timers on the memory twin: promises lapse, and looking back falls due."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from infra.eventstore import MemoryEventStore
from infra.kernel.clock import ManualClock
from infra.messaging import MemoryReferences, Reference
from infra.web import Parts
from services.activities.app import create_app
from services.activities.policies.timers import TIMERS
from tests.callers import Caller, named, token, verifier
from tests.component.timed import timed

INITIATIVE, INDUSTRY = named("BGK"), named("Industry Link")
ALL = f"/v1/initiatives/{INITIATIVE}"
WHY = {"code": "capacity", "text": "The host firms asked for Term 1."}
PROMISE = {
    "partner_id": str(INDUSTRY),
    "kind": "policy",
    "promise": "Young people are let in.",
    "due": "2022-12-31",
    "grace_days": 10,
}
MILESTONES = {"milestones": [{"name": "first week", "due": "2022-05-08"}]}
LAPSED, MISSED = "activities.commitment-lapsed", "activities.after-action-review-fell-due"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2022, 12, 1, tzinfo=UTC))


@pytest.fixture
def app(clock: ManualClock) -> FastAPI:
    known = MemoryReferences(
        Reference("initiative", INITIATIVE, INITIATIVE),
        Reference("partner", INDUSTRY, INITIATIVE),
    )
    return create_app(Parts(MemoryEventStore(clock), clock, verifier(), known))


@pytest.fixture
async def industry(app: FastAPI) -> AsyncIterator[Caller]:
    async with Caller(app, bearer=token(organisation=INDUSTRY)) as caller:
        yield caller


async def ended(caller: Caller, how: str) -> str:
    made = await caller.done(f"{ALL}/activities", {"title": "Tasters"})
    one = f"/v1/activities/{made['id']}"
    dates = {"starts": "2022-05-01", "ends": "2023-04-30"}
    await caller.done(f"{one}/undertakings", {"lead": str(INDUSTRY), "dates": dates} | MILESTONES)
    await caller.done(f"{one}/starts", {})
    stop = {"learning": "Few came.", "reason": WHY} if how == "stops" else {}
    await caller.done(f"{one}/{how}", stop)
    return str(made["id"])


async def test_a_promise_lapses_on_the_day_after_its_grace(
    app: FastAPI, clock: ManualClock, industry: Caller
) -> None:
    made = await industry.done(f"{ALL}/commitments", PROMISE)
    clock.forward_to(datetime(2023, 1, 10, 23, 59, tzinfo=UTC))
    assert await timed(app, clock, TIMERS) == []
    clock.forward_to(datetime(2023, 1, 11, tzinfo=UTC))
    assert await timed(app, clock, TIMERS) == [LAPSED]
    assert (await industry.get(f"/v1/commitments/{made['id']}")).json()["state"] == "lapsed"
    assert await timed(app, clock, TIMERS) == []


async def test_a_promise_agreed_anew_lapses_by_its_new_day_and_the_old_grace(
    app: FastAPI, clock: ManualClock, industry: Caller
) -> None:
    made = await industry.done(f"{ALL}/commitments", PROMISE)
    anew = {"due": "2023-03-31", "reason": WHY}
    await industry.done(f"/v1/commitments/{made['id']}/renegotiations", anew)
    clock.forward_to(datetime(2023, 4, 10, 23, 59, tzinfo=UTC))
    assert await timed(app, clock, TIMERS) == []
    clock.forward_to(datetime(2023, 4, 11, tzinfo=UTC))
    assert await timed(app, clock, TIMERS) == [LAPSED]


async def test_what_was_kept_or_released_does_not_lapse(
    app: FastAPI, clock: ManualClock, industry: Caller
) -> None:
    kept = await industry.done(f"{ALL}/commitments", PROMISE)
    released = await industry.done(f"{ALL}/commitments", PROMISE)
    await industry.done(f"/v1/commitments/{kept['id']}/confirmations", {})
    await industry.done(f"/v1/commitments/{kept['id']}/fulfilments", {})
    await industry.done(f"/v1/commitments/{released['id']}/releases", {"reason": WHY})
    clock.forward(days=400)
    assert await timed(app, clock, TIMERS) == []


@pytest.mark.parametrize("how", ["stops", "completions"])
async def test_who_ended_something_is_reminded_to_look_back(
    app: FastAPI, clock: ManualClock, industry: Caller, how: str
) -> None:
    await ended(industry, how)
    clock.forward(days=29)
    assert await timed(app, clock, TIMERS) == []
    clock.forward(days=1)
    assert await timed(app, clock, TIMERS) == [MISSED]
    assert await timed(app, clock, TIMERS) == []


async def test_who_looked_back_is_not_reminded(
    app: FastAPI, clock: ManualClock, industry: Caller
) -> None:
    activity = await ended(industry, "stops")
    words = {"intended": "Forty", "actual": "Twelve", "why": "Exams", "next": "Ask in May"}
    await industry.done(f"{ALL}/after-action-reviews", {"activity_id": activity} | words)
    clock.forward(days=31)
    assert await timed(app, clock, TIMERS) == []


async def test_who_looked_back_on_one_milestone_still_owes_the_whole(
    app: FastAPI, clock: ManualClock, industry: Caller
) -> None:
    activity = await ended(industry, "stops")
    words = {"intended": "Forty", "actual": "Twelve", "why": "Exams", "next": "Ask in May"}
    of = {"activity_id": activity, "milestone": "first week"}
    await industry.done(f"{ALL}/after-action-reviews", of | words)
    clock.forward(days=31)
    assert await timed(app, clock, TIMERS) == [MISSED]
