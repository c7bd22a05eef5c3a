"""Hypotheses over HTTP: if, then, because; what would refute it; and what findings make of it."""

from __future__ import annotations

from typing import Any

from tests.callers import Caller, named
from tests.component.agenda_story import house, partnered
from tests.component.test_agenda import drafted, refusal, reviewed

CLAIM = {
    "condition": "every referral gets a call within 10 days and one shared plan",
    "expectation": "at least 60 % stay engaged",
    "because": "the gap after referral is where they are lost",
    "refuted_if": "fewer than 50 % stay engaged although I3 is at most 10",
}


async def stated(caller: Caller, initiative: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """The path of hypothesis H1, and the theory."""
    outcome = (await drafted(caller, initiative))["outcomes"][0]["outcome_id"]
    said = {"label": "H1", "outcomes": [outcome], "claim": CLAIM} | more
    path = f"{initiative}/theory-of-change/hypotheses"
    theory = await caller.done(path, said)
    return f"{path}/{theory['hypotheses'][-1]['hypothesis_id']}", theory


async def found(caller: Caller, cycle: str, about: str | None, verdict: str) -> dict[str, Any]:
    """What a command says of a finding on a hypothesis."""
    said = {"text": "So it is.", "verdict": verdict}
    if about is not None:
        said["hypothesis_id"] = about.rpartition("/")[2]
    shown = await caller.done(f"{cycle}/findings", said)
    finding = shown["findings"][-1]["finding_id"]
    return {"found": {"cycle_id": shown["id"], "finding_id": finding}}


async def test_a_hypothesis_links_an_outcome_and_says_what_would_refute_it():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        path = f"{initiative}/theory-of-change/hypotheses"
        unlinked = {"label": "H1", "outcomes": [str(named("no outcome"))], "claim": CLAIM}
        assert refusal(await caller.ask(path, unlinked)) == (409, "no-such-outcome")
        assert (await caller.ask(path, unlinked | {"outcomes": []})).status_code == 422
        silent = {name: text for name, text in CLAIM.items() if name != "refuted_if"}
        assert (await caller.ask(path, unlinked | {"claim": silent})).status_code == 422
        _, theory = await stated(caller, initiative)
        outcomes = theory["hypotheses"][0]["outcomes"]
        again = {"label": "H1", "outcomes": outcomes, "claim": CLAIM}
        assert refusal(await caller.ask(path, again)) == (409, "label-taken")
        stray = again | {"label": "H2", "pathway_id": str(named("no pathway"))}
        assert refusal(await caller.ask(path, stray)) == (409, "no-such-pathway")
        way = {"title": "Early contact", "text": "Somebody rings.", "outcomes": outcomes}
        shown = await caller.done(f"{initiative}/theory-of-change/pathways", way)
        on_it = stray | {"pathway_id": shown["pathways"][0]["pathway_id"]}
        assert len((await caller.done(path, on_it))["hypotheses"]) == 2


async def test_its_standing_changes_by_findings_only_and_as_they_say():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        one, _ = await stated(caller, initiative)
        cycle = await reviewed(caller, initiative, clock)
        unknown = {"found": {"cycle_id": cycle[-36:], "finding_id": str(named("none"))}}
        assert refusal(await caller.ask(f"{one}/supports", unknown)) == (409, "no-such-finding")
        general = await found(caller, cycle, None, "supports")
        refused = await caller.ask(f"{one}/supports", general)
        assert refusal(refused) == (422, "finding-about-another")
        neither = await found(caller, cycle, one, "neither")
        refused = await caller.ask(f"{one}/supports", neither)
        assert refusal(refused) == (422, "finding-says-otherwise")
        supports = await found(caller, cycle, one, "supports")
        shown = await caller.done(f"{one}/supports", supports)
        assert shown["hypotheses"][0]["standing"] == "supported"
        assert refusal(await caller.ask(f"{one}/supports", supports)) == (409, "stands-already")
        doubt = await caller.done(f"{one}/challenges", neither | {"text": "Is it the call?"})
        assert doubt["hypotheses"][0]["standing"] == "challenged"
        against = await found(caller, cycle, one, "refutes")
        shown = await caller.done(f"{one}/refutations", against)
        assert shown["hypotheses"][0]["standing"] == "refuted"
        assert shown["hypotheses"][0]["found"] == against["found"]


async def test_it_is_revised_and_every_published_version_stays():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        versions = f"{initiative}/theory-of-change/versions"
        assert refusal(await caller.ask(versions, {})) == (409, "no-hypothesis")
        one, theory = await stated(caller, initiative)
        assert (await caller.done(versions, {}))["theory_version"] == 1
        assert refusal(await caller.ask(versions, {})) == (409, "nothing-to-publish")
        cycle = await reviewed(caller, initiative, clock)
        ground = await found(caller, cycle, one, "neither")
        outcomes = theory["hypotheses"][0]["outcomes"]
        said = ground | {"label": "H1b", "outcomes": outcomes, "claim": CLAIM}
        path = f"{one}/revisions"
        assert (await caller.ask(path, said)).status_code == 428
        assert refusal(await caller.ask(path, said, If_Match="*")) == (409, "same-claim")
        other = said | {"claim": CLAIM | {"condition": "every referral gets a call in 5 days"}}
        shown = await caller.done(path, other, If_Match="*")
        revised = shown["hypotheses"][0]
        assert (revised["label"], revised["wording"], revised["standing"]) == ("H1b", 2, "stated")
        shown = await caller.done(versions, {})
        assert [one["hypotheses"][0]["label"] for one in shown["versions"]] == ["H1", "H1b"]
        lost = one[:-36] + str(named("lost"))
        missing = await caller.ask(f"{lost}/challenges", ground | {"text": "Why?"})
        assert refusal(missing) == (409, "no-such-hypothesis")


async def test_a_finding_of_another_initiative_is_no_ground():
    app, clock = house()
    async with Caller(app) as caller:
        here, there = await partnered(caller), await partnered(caller)
        one, _ = await stated(caller, here)
        cycle = await reviewed(caller, there, clock)
        ground = await found(caller, cycle, None, "supports")
        refused = await caller.ask(f"{one}/supports", ground)
        assert refusal(refused) == (422, "of-another-initiative")
