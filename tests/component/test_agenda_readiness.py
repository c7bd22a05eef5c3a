"""Readiness before anything, over HTTP: answers by role, the position apart, divergence shown."""

from __future__ import annotations

from typing import Any

from tests.callers import Caller, token
from tests.component.agenda_story import house, register
from tests.component.test_agenda import refusal

AGREED = {
    "partners-committed": 4, "cross-sector-issue": 5, "systems-change": 5, "new-responses": 4,
    "champions": 4, "resources": 3, "urgency": 5, "relationships": 3, "data-commitment": 3,
}  # fmt: skip


def answers(role: str, sector: str = "education", **other: int) -> dict[str, Any]:
    scores = AGREED | {name.replace("_", "-"): score for name, score in other.items()}
    return {
        "role": role,
        "sector": sector,
        "scores": [{"item": item, "score": score} for item, score in scores.items()],
    }


def positions() -> dict[str, Any]:
    return {"positions": [{"item": item, "score": score} for item, score in AGREED.items()]}


async def opened(caller: Caller, **more: Any) -> str:
    made = await caller.done(f"{await register(caller)}/readiness-assessments", more)
    return f"/v1/readiness-assessments/{made['id']}"


async def test_the_group_agrees_apart_from_what_each_had_answered():
    app, _ = house()
    async with Caller(app) as caller:
        one = await opened(caller)
        early = await caller.ask(f"{one}/positions", positions())
        assert refusal(early) == (409, "nobody-answered")
        for role, relationships in (("board", 4), ("lived-experience", 2), ("staff", 3)):
            said = answers(role, relationships=relationships) | {"respondent": f"by-{role}"}
            await caller.done(f"{one}/responses", said)
        agreed = await caller.done(f"{one}/positions", positions())
        assert agreed["divergence"] == [
            {
                "item": "relationships",
                "agreed": 3,
                "lowest": 2,
                "lowest_by": ["lived-experience"],
                "highest": 4,
                "highest_by": ["board"],
            }
        ]
        item = next(one for one in agreed["items"] if one["item"] == "relationships")
        assert item["agreed"] == 3
        assert [by["role"] for by in item["answered"]] == ["board", "lived-experience", "staff"]
        assert "by-board" not in str(agreed), "who answered what is not shown"
        completed = await caller.done(f"{one}/completions", {})
        assert (completed["status"], completed["total"]) == ("completed", 36)
        again = await caller.ask(f"{one}/responses", answers("staff"))
        assert refusal(again) == (409, "assessment-completed")


async def test_each_answers_for_oneself_and_may_answer_anew():
    app, _ = house()
    mine = token("person-9", "community-representative")
    async with Caller(app) as caller, Caller(app, bearer=mine) as person:
        one = await opened(caller)
        await person.done(f"{one}/responses", answers("parent", urgency=2))
        again = await person.done(f"{one}/responses", answers("parent", urgency=4))
        assert [response["revision"] for response in again["responses"]] == [2]
        other = answers("parent") | {"respondent": "person-8"}
        refused = await person.ask(f"{one}/responses", other)
        assert refusal(refused) == (422, "answers-for-another")


async def test_it_is_not_complete_before_enough_roles_were_heard_and_all_is_agreed():
    app, _ = house()
    async with Caller(app) as caller:
        one = await opened(caller)
        await caller.done(f"{one}/responses", answers("staff"))
        missing = await caller.ask(f"{one}/completions", {})
        assert refusal(missing) == (409, "position-missing")
        await caller.done(f"{one}/positions", positions())
        few = await caller.ask(f"{one}/completions", {})
        assert refusal(few) == (409, "roles-too-few")
        assert "2 more" in few.json()["detail"]
        later = await caller.ask(f"{one}/reassessments", {"due": "2022-11-08"})
        assert refusal(later) == (409, "assessment-not-completed")


async def test_an_instrument_is_fixed_at_the_opening_and_its_scale_holds():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        path = f"{initiative}/readiness-assessments"
        unknown = await caller.ask(path, {"instrument": "guessing"})
        assert refusal(unknown) == (422, "no-such-instrument")
        assert "open-introduction v1" in unknown.json()["detail"]
        fewer = await caller.ask(path, {"minimum_roles": 1})
        assert refusal(fewer) == (422, "fewer-than-the-instrument")
        one = await opened(caller)
        off = await caller.ask(f"{one}/responses", answers("staff", urgency=6))
        assert refusal(off) == (422, "off-the-scale")


async def test_the_partnership_analysis_has_35_items_and_three_bands_and_no_text():
    app, _ = house()
    async with Caller(app) as caller:
        found = (await caller.get("/v1/instruments/partnership-analysis")).json()
        items = [item for section in found["sections"] for item in section["items"]]
        assert [item["code"] for item in items] == [str(number) for number in range(1, 36)]
        assert {item["text"] for item in items} == {None}
        assert [(band["lowest"], band["highest"]) for band in found["bands"]] == [
            (35, 84), (85, 126), (127, 175)
        ]  # fmt: skip
        assert found["link"].startswith("https://")
        listed = (await caller.get("/v1/instruments")).json()
        assert {one["instrument"] for one in listed} == {
            "open-introduction",
            "partnership-analysis",
        }
        one = await opened(caller, instrument="partnership-analysis", minimum_sectors=3)
        for score, sector in ((3, "health"), (4, "education"), (5, "employers")):
            scores = [{"item": item["code"], "score": score} for item in items]
            said = {"respondent": sector, "role": "partner", "sector": sector, "scores": scores}
            await caller.done(f"{one}/responses", said)
        agreed = [{"item": item["code"], "score": 4} for item in items]
        shown = await caller.done(f"{one}/positions", {"positions": agreed})
        assert shown["band"]["code"] == "genuine"
        assert len(shown["divergence"]) == 35
        assert (await caller.done(f"{one}/completions", {}))["total"] == 140
