"""How a partnership forms, agrees and learns: the agenda's part of the scenario over HTTP."""

from __future__ import annotations

from typing import Any

import httpx

from tests.callers import Caller, named
from tests.component.agenda_story import (
    CAST,
    LLEN,
    REASON,
    VOICES,
    begin_work,
    decide,
    house,
    partnered,
    present,
    propose,
    speaker,
)

PACK = {
    "known_at": "agenda:214,measurement:873,activities:96",
    "refs": [
        {
            "source": "measurement",
            "sequence": 870,
            "sha256": "8" * 64,
            "note": "I4, second half of 2022",
        }
    ],
}
EVERYBODY = {"attendees": present(*list(CAST)[:-1]), "result": "Agreed."}
WORDING = "They re-engage in learning or work they choose."


def refusal(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"].removeprefix("/problems/")


async def drafted(caller: Caller, initiative: str, *, outcomes: int = 1) -> dict[str, Any]:
    """A common agenda with a problem, a vision and outcomes, not yet adopted."""
    agenda = f"{initiative}/common-agenda"
    await caller.done(f"{agenda}/problem-statements", {"text": "Young people are lost."})
    await caller.done(f"{agenda}/visions", {"text": "All thrive.", "principles": ["With them."]})
    for number in range(outcomes):
        said = {"title": f"Outcome {number}", "wording": "They return to school."}
        draft = await caller.done(f"{agenda}/outcomes", said)
    return draft


async def reworded(caller: Caller, initiative: str, draft: dict[str, Any]) -> None:
    outcome = draft["outcomes"][0]["outcome_id"]
    await caller.done(
        f"{initiative}/common-agenda/outcomes/{outcome}/rewordings",
        {"wording": WORDING},
        If_Match=f'"{draft["version"]}"',
    )


async def reviewed(caller: Caller, initiative: str, clock: Any) -> str:
    """The path of a cycle whose review is open and has its evidence."""
    said = {"number": 1, "title": "First", "questions": ["Why?"], "review_on": "2023-02-15"}
    opened = await caller.done(f"{initiative}/cycles", said)
    cycle = f"/v1/cycles/{opened['id']}"
    assert refusal(await caller.ask(f"{cycle}/starts", {})) == (409, "plan-not-approved")
    await begin_work(caller, cycle)
    assert refusal(await caller.ask(f"{cycle}/reviews", {})) == (409, "review-not-due")
    clock.forward(days=520)
    await caller.done(f"{cycle}/reviews", {})
    packed = await caller.done(f"{cycle}/evidence-packs", {"title": "E1", "cites": PACK})
    assert len(packed["packs"][0]["content_sha256"]) == 64
    return cycle


async def adapted(caller: Caller, cycle: str, decision: str, kind: str) -> str:
    """The path of an adaptation that was decided."""
    said = {"decision_id": decision, "kind": kind, "text": "For all 18 schools."}
    decided = await caller.done(f"{cycle}/adaptations", said)
    return f"{cycle}/adaptations/{decided['adaptations'][-1]['adaptation_id']}"


async def test_a_paramount_objection_changes_the_agenda_before_it_is_adopted():
    app, _ = house()
    async with Caller(app) as caller, speaker(app, VOICES, "voice-1") as voice:
        initiative = await partnered(caller)
        draft = await drafted(caller, initiative)
        proposal = await propose(caller, initiative, "agenda", text="They return to school.")
        raised = await voice.done(
            f"{proposal}/objections", {"ground": "It leaves out TAFE and work.", "paramount": True}
        )
        objection = f"{proposal}/objections/{raised['objections'][-1]['objection_id']}"

        refused = await caller.ask(f"{proposal}/decisions", EVERYBODY)
        assert refusal(refused) == (409, "paramount-objection-open")
        assert "Version 1 of the charter" in refused.json()["detail"]

        await reworded(caller, initiative, draft)
        etag = f'"{raised["version"]}"'
        await caller.done(f"{proposal}/amendments", {"text": WORDING}, If_Match=etag)
        await voice.done(f"{objection}/integrations", {"how": "Reworded."})
        made = await caller.done(f"{proposal}/decisions", EVERYBODY)
        assert made["decision"]["objections"][0]["outcome"] == "integrated"
        assert len(made["decision"]["sectors"]) == 6
        adopted = await caller.done(
            f"{initiative}/common-agenda/adoptions", {"decision_id": made["id"]}
        )
        assert adopted["versions"][0]["outcomes"][0]["wording"] == WORDING


async def test_only_the_objector_says_that_an_objection_is_met_and_only_after_a_change():
    app, _ = house()
    async with Caller(app) as caller, speaker(app, VOICES, "voice-1") as voice:
        proposal = await propose(caller, await partnered(caller), "agenda")
        raised = await voice.done(f"{proposal}/objections", {"ground": "It leaves out TAFE."})
        objection = f"{proposal}/objections/{raised['objections'][-1]['objection_id']}"
        met = {"how": "Reworded."}
        early = await voice.ask(f"{objection}/integrations", met)
        assert refusal(early) == (409, "nothing-changed-since")
        etag = f'"{raised["version"]}"'
        await caller.done(f"{proposal}/amendments", {"text": WORDING}, If_Match=etag)
        other = await caller.ask(f"{objection}/integrations", met)
        assert refusal(other) == (422, "not-the-objector")
        assert refusal(await caller.ask(f"{objection}/withdrawals", {})) == refusal(other)
        withdrawn = await voice.done(f"{objection}/withdrawals", {})
        assert withdrawn["objections"][0]["outcome"] == "withdrawn"


async def test_a_second_version_takes_a_change_and_a_decision_of_its_own():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        agenda = f"{initiative}/common-agenda"
        draft = await drafted(caller, initiative, outcomes=2)
        first = await decide(caller, initiative, "agenda")
        early = await decide(caller, initiative, "agenda")
        adopted = await caller.done(f"{agenda}/adoptions", {"decision_id": first})

        async def revise(decision: str, seen: dict[str, Any]) -> httpx.Response:
            etag = f'"{seen["version"]}"'
            said = {"decision_id": decision}
            return await caller.ask(f"{agenda}/revisions", said, If_Match=etag)

        assert refusal(await revise(early, adopted)) == (409, "nothing-to-revise")
        outcome = f"{agenda}/outcomes/{draft['outcomes'][1]['outcome_id']}"
        assert refusal(await caller.ask(f"{outcome}/retirements", {})) == (422, "reason-required")
        retired = await caller.done(f"{outcome}/retirements", {"reason": REASON})
        assert refusal(await revise(first, retired)) == (409, "decision-used")
        refused = await revise(early, retired)
        assert refusal(refused) == (409, "decided-on-another-draft")
        assert retired["draft_sha256"] in refused.json()["detail"]
        second = await decide(caller, initiative, "agenda")
        revised = (await revise(second, retired)).json()
        assert [len(one["outcomes"]) for one in revised["versions"]] == [2, 1]
        as_it_was = await caller.get(agenda, params={"version": adopted["version"]})
        assert as_it_was.json()["agenda_version"] == 1


async def test_a_partner_endorses_the_adopted_version():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        await drafted(caller, initiative)
        agenda = f"{initiative}/common-agenda"
        decision = await decide(caller, initiative, "agenda")
        partners = (await caller.get(f"{initiative}/partnership")).json()["partners"]
        endorse = {"partner_id": partners[0]["partner_id"]}
        early = await caller.ask(f"{agenda}/endorsements", endorse)
        assert refusal(early) == (409, "not-adopted-yet")
        await caller.done(f"{agenda}/adoptions", {"decision_id": decision})
        endorsed = await caller.done(f"{agenda}/endorsements", endorse)
        assert endorsed["versions"][0]["endorsed_by"] == [partners[0]["partner_id"]]


async def test_a_cycle_goes_from_plan_to_an_adaptation_that_is_enacted():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        cycle = await reviewed(caller, initiative, clock)
        dissent = {"organisation": str(named(LLEN)), "text": "Possibly counted twice."}
        found = await caller.done(
            f"{cycle}/findings",
            {"text": "Target met.", "verdict": "supports", "dissent": [dissent]},
        )
        assert found["findings"][0]["dissent"] == [dissent]
        decision = await decide(caller, initiative, "adaptation", cites=PACK)
        adaptation = await adapted(caller, cycle, decision, "scale")
        left = await caller.ask(f"{cycle}/closures", {"learnt": "Call them."})
        assert refusal(left) == (409, "adaptation-open")
        await caller.done(f"{adaptation}/enactments", {"note": "Plan v2."})
        closed = await caller.done(f"{cycle}/closures", {"learnt": "Call them."})
        assert (closed["phase"], closed["adaptations"][0]["state"]) == ("closed", "enacted")


async def test_a_cycle_returns_to_its_review_when_what_was_decided_stood_on_less():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        cycle = await reviewed(caller, initiative, clock)
        await caller.done(f"{cycle}/findings", {"text": "Target met."})
        seventh = await decide(caller, initiative, "adaptation", cites=PACK)
        await caller.done(f"{await adapted(caller, cycle, seventh, 'scale')}/enactments", {})
        returned = await caller.done(f"{cycle}/triggers", {"cause": "D-7 stands on less."})
        assert returned["phase"] == "review"
        hasty = await caller.ask(f"{cycle}/closures", {"learnt": "Nothing."})
        assert refusal(hasty) == (409, "no-finding")
        await caller.done(f"{cycle}/findings", {"text": "Below target.", "verdict": "neither"})
        eighth = await decide(caller, initiative, "adaptation", reverses=seventh)
        last = await adapted(caller, cycle, eighth, "adapt")
        await caller.done(f"{last}/droppings", {"reason": REASON})
        closed = await caller.done(f"{cycle}/closures", {"learnt": "Count once."})
        assert closed["phase"] == "closed"


async def test_a_decision_stays_as_it_was_when_its_evidence_falls_and_another_reverses_it():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        seventh = await decide(caller, initiative, "adaptation", cites=PACK)
        cause = {"source": "measurement", "sequence": 911}
        flag = {"cause": cause, "was": "61.3 %", "now": "57.1 %"}
        flagged = await caller.done(f"/v1/proposals/{seventh}/supersessions", flag)
        assert flagged["decision"]["cites"]["known_at"] == PACK["known_at"]
        again = await caller.ask(f"/v1/proposals/{seventh}/supersessions", flag)
        assert refusal(again) == (409, "flagged-already")

        silent = await decide(caller, initiative, "adaptation")
        reversal = {"reversed_by": silent, "reason": REASON}
        refused = await caller.ask(f"/v1/proposals/{seventh}/reversals", reversal)
        assert refusal(refused) == (422, "does-not-reverse")
        eighth = await decide(caller, initiative, "adaptation", reverses=seventh)
        reversal = {"reversed_by": eighth, "reason": REASON}
        undone = await caller.done(f"/v1/proposals/{seventh}/reversals", reversal)
        assert (undone["reversed_by"], undone["decision"]) == (eighth, flagged["decision"])
