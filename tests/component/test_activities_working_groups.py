"""Working groups over HTTP, on the memory twin."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from infra.eventstore import MemoryEventStore
from infra.kernel import SystemClock
from infra.messaging import MemoryReferences, Reference
from infra.web import Parts
from services.activities.app import create_app
from services.activities.application.working_groups import in_sector
from tests.callers import Caller, named, verifier

INITIATIVE, OUTCOME, RETIRED = map(named, ("BGK", "re-engaged", "retired"))
SCHOOLS, COUNCIL, HARBOUR = map(named, ("Schools", "Council", "Harbour Youth"))
SECTORS = {SCHOOLS: "education", COUNCIL: "local-government", HARBOUR: "community"}
ALL = f"/v1/initiatives/{INITIATIVE}/working-groups"
GROUP = {
    "name": "Early signs",
    "outcome_id": str(OUTCOME),
    "charter": "Schools and councils agree on one protocol.",
    "members": [
        {"organisation": str(SCHOOLS), "sector": "education"},
        {"organisation": str(COUNCIL), "sector": "local-government"},
    ],
}


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    known = MemoryReferences(
        Reference("initiative", INITIATIVE, INITIATIVE),
        Reference("outcome", OUTCOME, INITIATIVE),
        Reference("outcome", RETIRED, INITIATIVE, "withdrawn"),
        *(Reference("partner", each, INITIATIVE) for each in SECTORS),
        *(Reference(in_sector(sector), each, INITIATIVE) for each, sector in SECTORS.items()),
    )
    clock = SystemClock()
    app = create_app(Parts(MemoryEventStore(clock), clock, verifier(), known))
    async with Caller(app) as caller:
        yield caller


async def test_a_group_forms_meets_changes_and_ends(caller: Caller) -> None:
    made = await caller.done(ALL, GROUP)
    one = f"/v1/working-groups/{made['id']}"
    await caller.done(f"{one}/co-chairs", {"organisation": str(SCHOOLS)})
    await caller.done(f"{one}/members", {"organisation": str(HARBOUR), "sector": "community"})
    met = {
        "attendance": [{"sector": "education", "people": 3}, {"sector": "community", "people": 1}],
        "actions": [{"what": "Write the protocol", "organisation": str(SCHOOLS)}],
    }
    await caller.done(f"{one}/meetings", met)
    left = await caller.done(f"{one}/departures", {"organisation": str(SCHOOLS)})
    assert left["co_chairs"] == []
    why = {"reason": {"code": "other", "text": "The protocol is in force."}}
    refused = await caller.ask(f"{one}/disbandments", {})
    assert refused.json()["type"] == "/problems/reason-required"
    await caller.done(f"{one}/disbandments", why)
    shown = (await caller.get(one)).json()
    assert (shown["state"], shown["meetings"], shown["version"]) == ("disbanded", 1, 6)
    assert {each["organisation"] for each in shown["members"]} == {str(COUNCIL), str(HARBOUR)}


@pytest.mark.parametrize(
    ("change", "slug", "status"),
    [
        ({"members": GROUP["members"][:1]}, "too-few-sectors", 422),
        (
            {"members": [{"organisation": str(each), "sector": "education"} for each in SECTORS]},
            "sector-is-another",
            422,
        ),
        ({"outcome_id": str(RETIRED)}, "reference-withdrawn", 422),
        ({"outcome_id": str(named("unheard of"))}, "not-known-here", 409),
    ],
)
async def test_what_cannot_be_formed(
    caller: Caller, change: dict[str, Any], slug: str, status: int
) -> None:
    answer = await caller.ask(ALL, GROUP | change)
    assert answer.json()["type"] == f"/problems/{slug}"
    assert answer.status_code == status


async def test_only_partners_join(caller: Caller) -> None:
    made = await caller.done(ALL, GROUP)
    stranger = {"organisation": str(named("stranger")), "sector": "business"}
    answer = await caller.ask(f"/v1/working-groups/{made['id']}/members", stranger)
    assert answer.json()["type"] == "/problems/not-known-here"
    assert "retry-after" in answer.headers
    other = {"organisation": str(HARBOUR), "sector": "business"}
    answer = await caller.ask(f"/v1/working-groups/{made['id']}/members", other)
    assert answer.json()["type"] == "/problems/sector-is-another"
