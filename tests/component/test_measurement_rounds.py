"""Reporting periods over HTTP: they close by themselves, and reopen by two persons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.measurement.policies.timers import TIMERS
from tests.callers import Caller, named, token
from tests.component.measuring import INITIATIVE, WHY, House, house, refusal
from tests.component.timed import timed

ROUND = {
    "title": "First half of 2022",
    "opens": "2022-07-01",
    "due": "2022-07-31",
    "closes": "2022-08-14",
    "periods": ["2022-S1"],
}
ROUNDS = f"/v1/initiatives/{INITIATIVE}/reporting-periods"
CLOSED = ["measurement.reporting-period-closed"]
UNTIL = {"until": "2022-09-30"}
BECAUSE = {"reason": WHY}
EXCEPTION = {"reason": {"code": "error", "text": "The register was of another year."}}


@pytest.fixture
def measuring() -> House:
    return house()


@pytest.fixture
async def caller(measuring: House) -> AsyncIterator[Caller]:
    async with Caller(measuring.app) as someone:
        yield someone


async def opened(caller: Caller, **terms: Any) -> str:
    made = await caller.done(ROUNDS, ROUND | terms)
    return f"/v1/reporting-periods/{made['id']}"


async def pass_days(measuring: House, days: int) -> list[str]:
    measuring.clock.forward(days=days)
    return await timed(measuring.app, measuring.clock, TIMERS, "measurement")


async def test_a_round_is_opened_and_closes_by_itself(measuring: House, caller: Caller):
    path = await opened(caller)
    shown = (await caller.get(path)).json()
    half = {"start": "2022-01-01", "end": "2022-06-30", "period": "2022-S1"}
    assert (shown["kind"], shown["state"], shown["periods"]) == ("regular", "open", [half])
    assert await pass_days(measuring, 44) == []
    assert await pass_days(measuring, 1) == CLOSED
    assert (await caller.get(path)).json()["state"] == "closed"
    refused = await caller.ask(f"{path}/closures", {})
    assert refusal(refused) == (409, "round-is-closed")


async def test_a_round_closed_by_hand_is_not_closed_again(measuring: House, caller: Caller):
    path = await opened(caller)
    assert (await caller.done(f"{path}/closures", {}))["state"] == "closed"
    assert await pass_days(measuring, 100) == []


async def test_a_backfill_round_names_no_periods(caller: Caller):
    refused = await caller.ask(ROUNDS, ROUND | {"kind": "backfill"})
    assert refusal(refused) == (422, "backfill-takes-any-past")
    assert await opened(caller, kind="backfill", periods=[])


async def test_an_extension_has_a_reason_and_moves_the_closing(measuring: House, caller: Caller):
    path = await opened(caller)
    more = {"due": "2022-08-31"}
    unfounded = await caller.ask(f"{path}/deadline-extensions", more)
    assert refusal(unfounded) == (422, "reason-required")
    extended = await caller.done(f"{path}/deadline-extensions", more | BECAUSE)
    assert (extended["due"], extended["closes"]) == ("2022-08-31", "2022-08-31")
    assert await pass_days(measuring, 61) == []
    assert await pass_days(measuring, 1) == CLOSED


async def test_a_closed_round_is_reopened_by_another_person(measuring: House, caller: Caller):
    path = await opened(caller)
    early = await caller.ask(f"{path}/reopening-requests", UNTIL | EXCEPTION)
    assert refusal(early) == (409, "round-is-open")
    await caller.done(f"{path}/closures", {})
    unfounded = await caller.ask(f"{path}/reopening-requests", UNTIL)
    assert refusal(unfounded) == (422, "reason-required")
    ordinary = await caller.ask(f"{path}/reopening-requests", UNTIL | BECAUSE)
    assert refusal(ordinary) == (422, "reason-not-exceptional")
    assert "those are: context-changed, definition-changed, error." in ordinary.json()["detail"]
    asked = await caller.done(f"{path}/reopening-requests", UNTIL | EXCEPTION)
    [request] = asked["reopening_requests"]
    assert (request["reason_code"], request["outcome"]) == ("error", "open")
    grants = f"{path}/reopening-requests/{request['request_id']}/grants"
    assert refusal(await caller.ask(grants, {})) == (422, "granted-by-requester")
    async with Caller(measuring.app, bearer=token("person-2")) as other:
        assert (await other.done(grants, {}))["state"] == "open"
        assert refusal(await other.ask(grants, {})) == (409, "reopening-settled")
    assert await pass_days(measuring, 91) == []
    assert await pass_days(measuring, 1) == CLOSED


async def test_a_reopening_is_refused_with_a_reason(caller: Caller):
    path = await opened(caller)
    await caller.done(f"{path}/closures", {})
    asked = await caller.done(f"{path}/reopening-requests", UNTIL | EXCEPTION)
    request = asked["reopening_requests"][0]["request_id"]
    refusals = f"{path}/reopening-requests/{request}/refusals"
    assert refusal(await caller.ask(refusals, {})) == (422, "reason-required")
    refused = await caller.done(refusals, BECAUSE)
    assert (refused["state"], refused["reopening_requests"][0]["outcome"]) == ("closed", "refused")
    unknown = f"{path}/reopening-requests/{named('nothing')}/refusals"
    assert refusal(await caller.ask(unknown, BECAUSE)) == (409, "no-such-reopening-request")
