"""How a partnership forms and finds its approach: roles, terms, champions, judgement, phases."""

from __future__ import annotations

from typing import Any

import pytest

from services.agenda.domain import code_list
from tests.callers import Caller
from tests.component.agenda_story import (
    REASON,
    begin_work,
    decide,
    house,
    join,
    partnered,
    register,
)
from tests.component.test_agenda import refusal

CRITERIA = code_list("appropriateness-criteria").names()
NOBODY = "00000000-0000-0000-0000-00000000c0de"


def judged(*, unmet: str = "", **more: Any) -> dict[str, Any]:
    criteria = [{"code": code, "met": code != unmet} for code in CRITERIA]
    return {"appropriate": True, "criteria": criteria} | more


def located(**phases: str) -> list[dict[str, str]]:
    return [
        {"element": element.replace("_", "-"), "phase": phase, "basis": "Seen together."}
        for element, phase in phases.items()
    ]


async def test_a_partner_gets_another_role():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        partner = f"{initiative}/partners/{await join(caller, initiative, 'Harbour Youth')}"
        changed = await caller.done(f"{partner}/roles", {"role": "contributing"})
        assert changed["partners"][0]["role"] == "contributing"
        same = await caller.ask(f"{partner}/roles", {"role": "contributing"})
        assert refusal(same) == (409, "same-role")
        unknown = await caller.ask(f"{partner}/roles", {"role": "king"})
        assert refusal(unknown) == (422, "unknown-code")
        assert "observer" in unknown.json()["detail"]


async def test_an_agreement_is_renewed_or_lapses_when_its_term_is_over():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        partner = f"{initiative}/partners/{await join(caller, initiative, 'Harbour Youth')}"
        early = await caller.ask(f"{partner}/lapses", {})
        assert refusal(early) == (409, "term-not-over")
        assert "2023-12-31" in early.json()["detail"]
        term = {"starts": "2024-01-01", "ends": "2024-06-30"}
        renewal = {"agreement_version": "2", "term": term}
        renewed = await caller.done(f"{partner}/renewals", renewal)
        assert renewed["partners"][0]["agreement_version"] == "2"
        clock.forward(days=900)
        assert refusal(await caller.ask(f"{partner}/lapses", {})) == (409, "term-not-over")
        clock.forward(days=200)
        lapsed = await caller.done(f"{partner}/lapses", {})
        assert lapsed["partners"][0]["standing"] == "lapsed"
        assert refusal(await caller.ask(f"{partner}/renewals", renewal)) == (409, "not-active")


async def test_a_champion_stands_for_a_partner_or_for_somebody_outside():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        partner = str(await join(caller, initiative, "Harbour Youth"))
        path = f"{initiative}/champions"
        await caller.done(path, {"champion": "p-1", "partner_id": partner})
        outside = {"champion": "p-2", "external_organisation": "Kingston Rotary"}
        champions = (await caller.done(path, outside))["champions"]
        assert [one.get("partner_id") for one in champions] == [partner, None]
        nobody = await caller.ask(path, {"champion": "p-3"})
        assert refusal(nobody) == (422, "champion-of-nobody")
        stranger = await caller.ask(path, {"champion": "p-3", "partner_id": NOBODY})
        assert refusal(stranger) == (409, "no-such-partner")


async def test_an_approach_that_does_not_fit_closes_the_initiative_and_says_why():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        path = f"{initiative}/appropriateness-judgements"
        unmet = await caller.ask(path, judged(unmet="cross-sector-issue"))
        assert refusal(unmet) == (422, "criterion-not-met")
        no = judged(unmet="cross-sector-issue", appropriate=False)
        assert refusal(await caller.ask(path, no)) == (422, "reason-required")
        reason = {"code": "not-appropriate", "text": "One council can do it."}
        closed = await caller.done(path, no | {"reason": reason})
        assert (closed["status"], closed["judgement"]["appropriate"]) == ("closed", False)
        late = await caller.ask(path, judged())
        assert refusal(late) == (409, "initiative-is-closed")


async def test_a_decision_of_class_approach_goes_on_against_a_criterion():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        path = f"{initiative}/appropriateness-judgements"
        other = await decide(caller, initiative, "strategy")
        said = judged(unmet="cross-sector-issue", reason=REASON)
        refused = await caller.ask(path, said | {"overridden_by": other})
        assert refusal(refused) == (422, "of-another-class")
        decision = await decide(caller, initiative, "approach")
        kept = await caller.done(path, said | {"overridden_by": decision})
        assert (kept["status"], kept["judgement"]["overridden_by"]) == ("live", decision)
        no = said | {"appropriate": False, "overridden_by": decision}
        assert (await caller.done(path, no))["status"] == "live"


async def test_a_phase_is_located_per_element_forwards_and_backwards():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        path = f"{initiative}/phases"
        runway, vision = "readiness-runway", "creating-a-shared-vision"
        first = {"locations": located(community=vision, leadership=runway)}
        await caller.done(path, first)
        seen = [{"uri": "https://example.org/notes", "sha256": "a" * 64,
                 "media_type": "text/plain"}]  # fmt: skip
        back = {"locations": located(community=runway), "evidence": seen}
        shown = await caller.done(path, back)
        where = {one["element"]: one["phase"] for one in shown["phases"]}
        assert where == {"community": runway, "leadership": runway}
        unknown = await caller.ask(path, {"locations": located(community="proof-point")})
        assert refusal(unknown) == (422, "unknown-code")


async def test_another_framework_has_phases_and_elements_of_its_own():
    app, _ = house()
    async with Caller(app) as caller:
        path = f"{await register(caller)}/phases"
        said = {"framework": "strive", "locations": located(collaborative_action="proof-point")}
        await caller.done(path, said)
        both = await caller.done(path, {"locations": located(community="readiness-runway")})
        assert [one["framework"] for one in both["phases"]] == ["strive", "change-cycle"]
        mixed = said | {"locations": located(community="proof-point")}
        assert refusal(await caller.ask(path, mixed)) == (422, "unknown-code")
        later = await caller.ask(path, said | {"framework_version": 2})
        assert refusal(later) == (422, "framework-version-unknown")


@pytest.mark.parametrize("path", ["pauses", "closures"])
async def test_a_reason_is_a_code_of_the_published_list(path):
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        whim = {"reason": {"code": "whim", "text": "We felt like it."}}
        refused = await caller.ask(f"{initiative}/{path}", whim)
        assert refusal(refused) == (422, "unknown-code")
        assert "reason-codes (version 1); it has: error, late-data" in refused.json()["detail"]
        await caller.done(f"{initiative}/{path}", {"reason": REASON})


async def test_evidence_is_frozen_line_by_line():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        said = {"number": 1, "title": "First", "questions": ["Why?"], "review_on": "2021-09-27"}
        cycle = f"/v1/cycles/{(await caller.done(f'{initiative}/cycles', said))['id']}"
        await begin_work(caller, cycle)
        await caller.done(f"{cycle}/reviews", {})
        thing = {"source": "measurement", "id": "i4"}
        pack = {"title": "E1", "cites": {"known_at": "measurement:7", "refs": [thing]}}
        refused = await caller.ask(f"{cycle}/evidence-packs", pack)
        assert refusal(refused) == (422, "line-not-named")
        assert "sequence of citation 1, sha256 of citation 1" in refused.json()["detail"]
        later = {"source": "measurement", "sequence": 8, "sha256": "8" * 64}
        pack["cites"] = {"known_at": "measurement:7", "refs": [later]}
        refused = await caller.ask(f"{cycle}/evidence-packs", pack)
        assert refusal(refused) == (422, "cited-beyond-known")
