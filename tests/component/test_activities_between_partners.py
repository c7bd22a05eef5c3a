"""Commitments and reinforcements over HTTP: what takes two partners."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from infra.eventstore import MemoryEventStore
from infra.kernel import Clock, SystemClock
from infra.kernel.clock import ManualClock
from infra.messaging import MemoryReferences, Reference
from infra.web import Parts
from services.activities.app import create_app
from tests.callers import Caller, named, token, verifier

INITIATIVE, HARBOUR, INDUSTRY = named("BGK"), named("Harbour Youth"), named("Industry Link")
ALL = f"/v1/initiatives/{INITIATIVE}"
WHY = {"code": "renegotiated", "text": "The host firms asked for Term 1."}
PLACEMENTS = {
    "partner_id": str(INDUSTRY),
    "kind": "space",
    "promise": "taster placements",
    "amount": {"quantity": "40", "unit": "placements"},
    "due": "2022-12-31",
}
Partners = tuple[Caller, Caller]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2022, 5, 1, tzinfo=UTC))


@pytest.fixture
async def partners(clock: ManualClock) -> AsyncIterator[Partners]:
    known = MemoryReferences(
        Reference("initiative", INITIATIVE, INITIATIVE),
        Reference("partner", HARBOUR, INITIATIVE),
        Reference("partner", INDUSTRY, INITIATIVE),
    )
    app = create_app(Parts(MemoryEventStore(clock), clock, verifier(), known))
    one = Caller(app, bearer=token(organisation=HARBOUR))
    async with one, Caller(app, bearer=token("p-2", organisation=INDUSTRY)) as other:
        yield one, other


async def activity(caller: Caller, title: str, lead: UUID) -> str:
    made = await caller.done(f"{ALL}/activities", {"title": title})
    dates = {"starts": "2022-05-01", "ends": "2023-04-30"}
    await caller.done(
        f"/v1/activities/{made['id']}/undertakings", {"lead": str(lead), "dates": dates}
    )
    return str(made["id"])


async def slug(caller: Caller, path: str, body: dict[str, Any]) -> tuple[str, int]:
    answer = await caller.ask(path, body)
    return answer.json()["type"].removeprefix("/problems/"), answer.status_code


async def test_a_promise_is_confirmed_by_its_pledger_kept_in_part_and_renegotiated(
    partners: Partners,
) -> None:
    harbour, industry = partners
    made = await harbour.done(f"{ALL}/commitments", PLACEMENTS)
    one = f"/v1/commitments/{made['id']}"
    assert await slug(harbour, f"{one}/confirmations", {}) == ("only-the-pledger-confirms", 422)
    assert await slug(industry, f"{one}/fulfilments", {}) == ("commitment-not-in-state", 409)
    await industry.done(f"{one}/confirmations", {})
    kept = await industry.done(f"{one}/fulfilments", {"quantity": "22"})
    assert (kept["state"], kept["given"]) == ("confirmed", "22")
    assert await slug(industry, f"{one}/fulfilments", {"quantity": "19"}) == (
        "more-than-promised",
        422,
    )
    assert await slug(industry, f"{one}/renegotiations", {"due": "2023-04-06"}) == (
        "reason-required",
        422,
    )
    await industry.done(f"{one}/renegotiations", {"due": "2023-04-06", "reason": WHY})
    whole = await industry.done(f"{one}/fulfilments", {})
    assert (whole["state"], whole["given"], whole["due"]) == ("fulfilled", "40", "2023-04-06")


async def test_a_promise_lapses_only_after_its_day_and_the_grace(
    partners: Partners, clock: ManualClock
) -> None:
    harbour, _ = partners
    made = await harbour.done(f"{ALL}/commitments", PLACEMENTS)
    lapses = f"/v1/commitments/{made['id']}/lapses"
    clock.forward_to(datetime(2023, 1, 30, 23, tzinfo=UTC))
    assert await slug(harbour, lapses, {}) == ("not-overdue", 409)
    clock.forward_to(datetime(2023, 1, 31, tzinfo=UTC))
    assert (await harbour.done(lapses, {}))["state"] == "lapsed"


async def test_a_promise_is_released_with_a_reason(partners: Partners) -> None:
    harbour, _ = partners
    made = await harbour.done(f"{ALL}/commitments", PLACEMENTS)
    releases = f"/v1/commitments/{made['id']}/releases"
    assert await slug(harbour, releases, {}) == ("reason-required", 422)
    assert (await harbour.done(releases, {"reason": WHY}))["state"] == "released"


async def test_money_and_time_say_how_much(partners: Partners) -> None:
    harbour, _ = partners
    vague = {k: v for k, v in PLACEMENTS.items() if k != "amount"} | {"kind": "money"}
    assert await slug(harbour, f"{ALL}/commitments", vague) == ("amount-missing", 422)
    nothing = PLACEMENTS | {"amount": {"quantity": "0", "unit": "AUD"}}
    assert await slug(harbour, f"{ALL}/commitments", nothing) == ("amount-not-positive", 422)


async def link(caller: Caller, origin: str, target: str, kind: str = "refers_to") -> dict[str, Any]:
    body = {"from_activity": origin, "to_activity": target, "kind": kind, "how": "by hand"}
    return await caller.done(f"{ALL}/reinforcements", body)


async def test_a_link_is_claimed_by_one_lead_and_answered_by_the_other(
    partners: Partners,
) -> None:
    harbour, industry = partners
    desk = await activity(harbour, "Desk", HARBOUR)
    tasters = await activity(industry, "Tasters", INDUSTRY)
    made = await link(harbour, desk, tasters)
    assert made["answered_from"] == tasters
    one = f"/v1/reinforcements/{made['id']}"
    assert await slug(harbour, f"{one}/confirmations", {}) == ("only-the-other-lead", 422)
    assert (await industry.done(f"{one}/confirmations", {}))["state"] == "confirmed"
    await harbour.done(f"{one}/observations", {"what": "nine young people came that way"})
    await harbour.done(f"{one}/duplications", {"what": "both call the same families"})
    disputed = await industry.done(f"{one}/disputes", {"because": "only four did"})
    assert (disputed["state"], disputed["observations"]) == ("disputed", 1)
    assert await slug(harbour, f"{one}/dissolutions", {}) == ("reason-required", 422)
    await harbour.done(f"{one}/dissolutions", {"reason": WHY})
    assert (await link(industry, desk, tasters))["answered_from"] == desk


async def test_prerequisites_never_run_in_a_circle(partners: Partners) -> None:
    harbour, _ = partners
    a, b, c = [await activity(harbour, title, HARBOUR) for title in "ABC"]
    await link(harbour, a, b, "prerequisite_of")
    await link(harbour, b, c, "prerequisite_of")
    body = {"from_activity": c, "to_activity": a, "kind": "prerequisite_of", "how": "by hand"}
    assert await slug(harbour, f"{ALL}/reinforcements", body) == ("prerequisites-in-a-circle", 409)
    await link(harbour, c, a, "informs")


class BothAtOnce(MemoryEventStore):
    """The first two who ask for the last prerequisite get the same answer."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.asked, self.both = 0, asyncio.Event()

    async def held(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int = 500
    ) -> Mapping[str, UUID]:
        found = await super().held(kind, prefix=prefix, after=after, limit=limit)
        if kind.startswith("prerequisites/") and self.asked < 2:
            self.asked += 1
            if self.asked == 2:
                self.both.set()
            await self.both.wait()
        return found


async def test_two_prerequisites_that_are_claimed_at_once_do_not_close_a_circle() -> None:
    clock = SystemClock()
    known = MemoryReferences(
        Reference("initiative", INITIATIVE, INITIATIVE), Reference("partner", HARBOUR, INITIATIVE)
    )
    app = create_app(Parts(BothAtOnce(clock), clock, verifier(), known))
    async with Caller(app, bearer=token(organisation=HARBOUR)) as harbour:
        a, b = [await activity(harbour, title, HARBOUR) for title in "AB"]
        said = {"kind": "prerequisite_of", "how": "by hand"}
        answers = await asyncio.gather(
            *(
                harbour.ask(f"{ALL}/reinforcements", said | {"from_activity": x, "to_activity": y})
                for x, y in ((a, b), (b, a))
            )
        )
    assert sorted(each.status_code for each in answers) == [201, 409]
    (refused,) = [each.json() for each in answers if each.status_code == 409]
    assert refused["type"] == "/problems/prerequisites-in-a-circle"


async def test_what_no_link_can_be_is_refused(partners: Partners) -> None:
    harbour, industry = partners
    desk = await activity(harbour, "Desk", HARBOUR)
    line = await activity(harbour, "Line", HARBOUR)
    path = f"{ALL}/reinforcements"
    itself = {"from_activity": desk, "to_activity": desk, "kind": "informs", "how": "x"}
    assert await slug(harbour, path, itself) == ("link-to-itself", 422)
    others = itself | {"to_activity": line}
    assert await slug(industry, path, others) == ("not-a-lead", 422)
    await harbour.done(path, others)
    assert await slug(harbour, path, others) == ("claim-taken", 409)
