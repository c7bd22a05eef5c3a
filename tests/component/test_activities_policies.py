"""What the activities do because something happened elsewhere, on the memory twin."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from infra.eventstore import MemoryEventStore
from infra.kernel import NotKnownHere, uuid7
from infra.kernel.clock import ManualClock
from infra.messaging import Carried, MemoryReferences, Reference
from infra.web import Parts
from services.activities.app import create_app
from services.activities.application.contributions import FRAMEWORK
from services.activities.domain import PlanOfAction
from services.activities.domain.period import Period
from services.activities.policies.known import SUBMISSION
from services.activities.policies.policies import POLICIES
from tests import lines
from tests.callers import Caller, named, token, verifier
from tests.component.policed import Policed, lines_of, told
from tests.component.three_services import BY

INITIATIVE, OTHER = named("BGK"), named("another initiative")
HARBOUR, HEALTH, OUTCOME, INDICATOR = map(named, ("Harbour", "Health", "re-engaged", "I4"))
ALL = f"/v1/initiatives/{INITIATIVE}"
YEAR = {"starts": "2022-05-01", "ends": "2023-04-30"}
NOW = datetime(2022, 10, 24, tzinfo=UTC)


def heard(
    fact: str, *, stream: UUID = INDICATOR, of: UUID = INITIATIVE, act: str = "", **data: Any
) -> Carried:
    return lines.heard(fact, of, data, stream=stream, act=act, at=NOW)


@dataclass
class House:
    app: FastAPI
    caller: Caller
    policed: Policed
    known: MemoryReferences

    async def activity(self, title: str, lead: UUID) -> str:
        made = await self.caller.done(f"{ALL}/activities", {"title": title})
        one = f"/v1/activities/{made['id']}"
        await self.caller.done(f"{one}/undertakings", {"lead": str(lead), "dates": YEAR})
        return one

    async def claim(self, activity: str) -> str:
        said = {"indicator_id": str(INDICATOR), "mechanism": "Calls", "confidence": "medium"}
        made = await self.caller.done(f"{activity}/contribution-claims", said)
        return f"/v1/contribution-claims/{made['id']}"

    async def pledge(self, by: UUID) -> str:
        said = {"partner_id": str(by), "kind": "policy", "promise": "Let in", "due": "2022-12-31"}
        made = await self.caller.done(f"{ALL}/commitments", said)
        return f"/v1/commitments/{made['id']}"

    async def shown(self, path: str) -> dict[str, Any]:
        answer: dict[str, Any] = (await self.caller.get(path)).json()
        return answer


@pytest.fixture
async def house() -> AsyncIterator[House]:
    clock = ManualClock(NOW)
    known = MemoryReferences(
        Reference("initiative", INITIATIVE, INITIATIVE),
        Reference("outcome", OUTCOME, INITIATIVE),
        Reference("indicator", INDICATOR, INITIATIVE),
        Reference(FRAMEWORK, named("framework"), INITIATIVE),
        Reference("partner", HARBOUR, INITIATIVE),
        Reference("partner", HEALTH, INITIATIVE),
    )
    app = create_app(Parts(MemoryEventStore(clock), clock, verifier(), known))
    async with Caller(app, bearer=token(organisation=HARBOUR)) as caller:
        yield House(app, caller, Policed("activities", POLICIES, app, clock, known), known)


@pytest.mark.parametrize("how", ["partner-withdrew", "partner-agreement-lapsed"])
async def test_what_a_partner_led_and_promised_is_flagged_when_it_goes(
    house: House, how: str
) -> None:
    led, stays = await house.activity("A4", HEALTH), await house.activity("A1", HARBOUR)
    handed = await house.activity("A2", HEALTH)
    await house.caller.done(f"{handed}/handovers", {"lead": str(HARBOUR)})
    owed, kept = await house.pledge(HEALTH), await house.pledge(HARBOUR)
    gone = heard(f"agenda.{how}", organisation=str(HEALTH), partner_id=str(uuid7()))
    fired = await house.policed.hear(gone)
    assert {one.target.rpartition("/")[2] for one in fired} == {led[-36:], owed[-36:]}
    assert {one.state for one in fired} == {"done"}
    assert "lead" not in await house.shown(led)
    assert (await house.shown(stays))["lead"] == (await house.shown(handed))["lead"] == str(HARBOUR)
    assert (await house.shown(owed))["to_renegotiate"]
    assert not (await house.shown(kept))["to_renegotiate"]
    assert await house.policed.hear(gone) == []


async def test_another_initiatives_partner_leaves_nothing_here(house: House) -> None:
    await house.activity("A4", HEALTH)
    gone = heard("agenda.partner-withdrew", of=OTHER, organisation=str(HEALTH))
    assert await house.policed.hear(gone) == []


async def test_claims_are_marked_when_a_measure_changes_and_does_not_compare(house: House) -> None:
    live = await house.claim(await house.activity("A1", HARBOUR))
    withdrawn = await house.claim(await house.activity("A3", HARBOUR))
    why = {"reason": {"code": "other", "text": "No longer held."}}
    await house.caller.done(f"{withdrawn}/withdrawals", why)
    changed = "measurement.indicator-definition-changed"
    assert await house.policed.hear(heard(changed, comparable=True)) == []
    (fired,) = await house.policed.hear(heard(changed, comparable=False))
    assert (fired.policy, fired.target, fired.state) == ("P4", live[-36:], "done")
    assert (await house.shown(live))["to_review"].startswith("The indicator is measured")


async def test_three_places_corrected_in_one_act_are_one_cause(house: House) -> None:
    await house.claim(await house.activity("A1", HARBOUR))
    for act in ("first", "first", "first", "second"):
        await house.policed.hear(
            heard("measurement.observation-deduplicated", act=act, indicator_id=str(INDICATOR))
        )
    marks = told(await lines_of(house.app), "activities.contribution-marked-for-review")
    assert len(marks) == 2


async def test_a_correction_that_came_with_a_submission_counts_once_that_is_accepted(
    house: House,
) -> None:
    await house.claim(await house.activity("A1", HARBOUR))
    waits, accepted, refused = map(named, ("waits", "accepted", "refused"))
    house.known.add(Reference(SUBMISSION, accepted, INITIATIVE))
    house.known.add(Reference(SUBMISSION, refused, INITIATIVE, "withdrawn"))

    def corrected(submission: UUID) -> Carried:
        said = {"indicator_id": str(INDICATOR), "submission_id": str(submission)}
        return heard("measurement.observation-corrected", act=str(submission), **said)

    with pytest.raises(NotKnownHere):
        await house.policed.hear(corrected(waits))
    assert [one.state for one in await house.policed.hear(corrected(refused))] == ["refused"]
    assert [one.state for one in await house.policed.hear(corrected(accepted))] == ["done"]


async def test_a_strategy_is_flagged_when_its_outcome_is_retired(house: House) -> None:
    said = {"title": "One desk", "kind": "system", "outcomes": [str(OUTCOME)]}
    serving = await house.caller.done(f"{ALL}/strategies", said)
    (fired,) = await house.policed.hear(heard("agenda.outcome-retired", outcome_id=str(OUTCOME)))
    assert (fired.policy, fired.target, fired.state) == ("P2", serving["id"], "done")
    (line,) = told(await lines_of(house.app), "activities.strategy-orphaned")
    assert line["data"]["provenance"]["authority"] == "policy:P2"
    shown = await house.shown(f"/v1/strategies/{serving['id']}")
    assert shown["orphaned_of"] == [str(OUTCOME)]


async def test_promised_data_lapse_when_a_round_closed_without_them(house: House) -> None:
    said = {"partner_id": str(HEALTH), "promise": "Counts", "due": "2022-10-01"}
    owed = await house.caller.done(f"{ALL}/commitments", said | {"kind": "data"})
    later = said | {"kind": "data", "due": "2023-01-01"}
    for kept in (said | {"kind": "space"}, later):
        await house.caller.done(f"{ALL}/commitments", kept)
    flagged = heard("measurement.completeness-gap-flagged", organisation=str(HEALTH))
    (fired,) = await house.policed.hear(flagged)
    assert (fired.policy, fired.target, fired.state) == ("P7", owed["id"], "done")
    assert (await house.shown(f"/v1/commitments/{owed['id']}"))["state"] == "lapsed"
    assert await house.policed.hear(flagged) == []


async def test_an_adaptation_asks_for_another_plan_of_its_cycle(house: House) -> None:
    cycle, adaptation = uuid7(), uuid7()
    plan = PlanOfAction.draft(
        initiative_id=INITIATIVE,
        cycle_id=cycle,
        dates=Period.model_validate_json(json.dumps(YEAR)),
    )
    plan.include(HARBOUR)
    plan.adopt(decision_id=uuid7(), led={HARBOUR}, contributing={HARBOUR})
    await house.app.state.repository.save(BY, plan)
    elsewhere = {"what": "65 %", "service": "measurement", "id": None}
    here = {"what": "18 schools", "service": "activities", "id": None}
    for changes, count in (([elsewhere], 0), ([elsewhere, here], 1)):
        decided = heard(
            "agenda.adaptation-decided",
            stream=cycle,
            adaptation_id=str(adaptation),
            changes=changes,
        )
        assert len(await house.policed.hear(decided)) == count
    shown = await house.shown(f"/v1/plans-of-action/{plan.id}")
    assert shown["revisions_asked"] == {str(adaptation): "18 schools"}
