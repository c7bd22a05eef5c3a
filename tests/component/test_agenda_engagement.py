"""Engagement that answers back, and continuous communication, over HTTP."""

from __future__ import annotations

from typing import Any

from tests.callers import Caller, named, token
from tests.component.agenda_story import LLEN, chartered, house, provisions, register
from tests.component.test_agenda import refusal
from tests.component.timed import timed

PLAN = {
    "title": "Co-design days",
    "level": "collaborate",
    "audience": "young people and parents",
    "purpose": "What would have helped?",
}
GROUPS = {"groups": [{"group": "young people", "count": 41}, {"group": "parents", "count": 17}]}
CHANGED = "Every referral gets a call within 10 days."


async def planned(caller: Caller, initiative: str, **more: Any) -> str:
    made = await caller.done(f"{initiative}/engagements", PLAN | more)
    return f"/v1/engagements/{made['id']}"


async def test_people_are_told_what_changed_because_of_them():
    app, clock = house()
    async with Caller(app) as caller:
        one = await planned(caller, await chartered(caller))
        early = await caller.ask(f"{one}/themes", {"text": "Nobody rings back."})
        assert refusal(early) == (409, "not-held-yet")
        held = await caller.done(f"{one}/records", GROUPS)
        assert held["answer_due"] == "2021-10-27T00:00:00.000000Z"
        assert held["held_at"] == (await caller.get(one)).json()["held_at"]
        assert refusal(await caller.ask(f"{one}/records", GROUPS)) == (409, "held-already")
        said = {"text": "Nobody rings back.", "group": "young people"}
        theme = (await caller.done(f"{one}/themes", said))["themes"][0]["theme_id"]
        clock.forward(days=21)
        told = {"text": "You said, we changed.", "channel": "meeting"}
        half = await caller.done(f"{one}/feedback", told)
        assert half["status"] == "held", "the theme is still unanswered"
        both = told | {"responses": [{"theme_id": theme, "changed": CHANGED, "why_not": "No."}]}
        assert (await caller.ask(f"{one}/feedback", both)).status_code == 422
        whole = told | {"responses": [{"theme_id": theme, "changed": CHANGED}]}
        answered = await caller.done(f"{one}/feedback", whole)
        assert answered["status"] == "answered"
        assert answered["themes"][0]["changed"] == CHANGED


async def test_an_answer_that_is_owed_and_does_not_come_is_found_overdue_once():
    app, clock = house()
    async with Caller(app) as caller:
        one = await planned(caller, await chartered(caller))
        await caller.done(f"{one}/records", GROUPS)
        clock.forward(days=29)
        assert await timed(app, clock) == []
        clock.forward(days=2)
        assert await timed(app, clock) == ["agenda.feedback-overdue"]
        assert await timed(app, clock) == []
        assert (await caller.get(one)).json()["status"] == "overdue"
        told = {"text": "Late, but here.", "channel": "email"}
        answered = await caller.done(f"{one}/feedback", told)
        assert (answered["status"], answered["was_overdue"]) == ("answered", True)


async def test_nobody_is_owed_an_answer_below_involve_or_where_no_charter_promises_one():
    app, clock = house()
    async with Caller(app) as caller:
        informed = await planned(caller, await chartered(caller), level="consult")
        assert "answer_due" not in await caller.done(f"{informed}/records", GROUPS)
        unpromised = await planned(caller, await register(caller))
        assert "answer_due" not in await caller.done(f"{unpromised}/records", GROUPS)
        clock.forward(days=400)
        assert await timed(app, clock) == []
        odd = await caller.ask(f"{await register(caller)}/engagements", PLAN | {"level": "ignore"})
        assert refusal(odd) == (422, "unknown-code")


async def test_groups_and_themes_fit_together():
    app, _ = house()
    async with Caller(app) as caller:
        one = await planned(caller, await chartered(caller))
        twice = {"groups": [GROUPS["groups"][0]] * 2}
        assert refusal(await caller.ask(f"{one}/records", twice)) == (422, "group-twice")
        await caller.done(f"{one}/records", GROUPS)
        stray = await caller.ask(f"{one}/themes", {"text": "Help.", "group": "teachers"})
        assert refusal(stray) == (422, "no-such-group")
        response = {"theme_id": str(named("nothing")), "why_not": "There was none."}
        said = {"text": "Told.", "channel": "meeting", "responses": [response]}
        assert refusal(await caller.ask(f"{one}/feedback", said)) == (422, "no-such-theme")


async def promising(caller: Caller, days: int = 30) -> str:
    """An initiative whose charter promises partners a newsletter."""
    initiative = await register(caller)
    cadence = {"audience": "partners", "channel": "newsletter", "days": days}
    said = {"provisions": provisions() | {"cadences": [cadence]}}
    await caller.done(f"{initiative}/charter/drafts", said)
    founders = [
        {"person": "a", "organisation": str(named(LLEN)), "sector": "education"},
        {"person": "b", "organisation": str(named("b")), "sector": "health"},
    ]
    adopted = {"founding_group": founders, "founding_until": "2022-03-01"}
    await caller.done(f"{initiative}/charter/adoptions", adopted)
    return initiative


NEWS = {"title": "Term 1", "text": "What was done.", "audiences": ["partners"]}


async def test_an_update_reaches_named_audiences_and_partners_take_note_of_it():
    app, _ = house()
    partner = token("person-2", "partner-representative")
    async with Caller(app) as caller, Caller(app, bearer=partner) as reader:
        updates = f"{await promising(caller)}/communication/updates"
        shown = await caller.done(updates, NEWS | {"channel": "newsletter"})
        due = [{"audience": "partners", "due": "2021-10-27T00:00:00.000000Z"}]
        assert shown["updates"][0]["next_due"] == due
        path = f"{updates}/{shown['updates'][0]['update_id']}/acknowledgements"
        noted = await reader.done(path, {})
        assert noted["updates"][0]["acknowledged"][0]["person"] == "person-2"
        assert refusal(await reader.ask(path, {})) == (409, "acknowledged-already")
        lost = f"{updates}/{named('lost')}/acknowledgements"
        assert refusal(await reader.ask(lost, {})) == (409, "no-such-update")
        twice = NEWS | {"channel": "newsletter", "audiences": ["partners"] * 2}
        assert refusal(await caller.ask(updates, twice)) == (422, "audience-twice")


async def test_a_missed_cadence_is_found_once_until_the_audience_hears_again():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await promising(caller)
        updates = f"{initiative}/communication/updates"
        clock.forward(days=20)
        await caller.done(updates, NEWS | {"channel": "newsletter"})
        clock.forward(days=25)
        assert await timed(app, clock) == [], "told 25 days ago"
        await caller.done(updates, NEWS | {"channel": "meeting"})
        clock.forward(days=6)
        assert await timed(app, clock) == ["agenda.update-cadence-missed"]
        clock.forward(days=100)
        assert await timed(app, clock) == []
        missed = (await caller.get(f"{initiative}/communication")).json()["missed"]
        assert [(one["audience"], one["days"]) for one in missed] == [("partners", 30)]
        shown = await caller.done(updates, NEWS | {"channel": "newsletter"})
        assert shown["missed"] == []
        clock.forward(days=31)
        assert await timed(app, clock) == ["agenda.update-cadence-missed"]


async def test_a_promise_counts_from_the_charter_where_nothing_was_ever_told():
    app, clock = house()
    async with Caller(app) as caller:
        await promising(caller)
        clock.forward(days=31)
        assert await timed(app, clock) == ["agenda.update-cadence-missed"]
