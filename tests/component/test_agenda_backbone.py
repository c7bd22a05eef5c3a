"""Backbone support over HTTP: appointed by decision, never by itself; and what the timers find."""

from __future__ import annotations

from typing import Any

from tests.callers import Caller, named
from tests.component.agenda_story import (
    CAST,
    LLEN,
    REASON,
    decide,
    house,
    partnered,
    present,
    propose,
    provisions,
)
from tests.component.test_agenda import refusal
from tests.component.test_agenda_readiness import answers, opened, positions
from tests.component.timed import timed

HOST = str(named(LLEN))
FUNCTIONS = ["guide-vision-and-strategy", "support-aligned-activities"]
MONEY = {
    "amount": "210000",
    "fte": "1.6",
    "paid": {"starts": "2021-12-06", "ends": "2023-12-31"},
    "payer": "A philanthropic trust",
}


def appointing(decision: str, host: str = HOST, functions: list[str] | None = None) -> Any:
    return {"host": host, "functions": functions or FUNCTIONS, "decision_id": decision}


async def appointed(caller: Caller, initiative: str) -> tuple[str, str]:
    """The path of the backbone's appointment, and the decision that made it."""
    decision = await decide(caller, initiative, "backbone", concerns=[HOST])
    path = f"{initiative}/backbone/appointments"
    made = await caller.done(path, appointing(decision))
    return f"{path}/{made['appointments'][-1]['appointment_id']}", decision


async def test_a_backbone_is_appointed_by_a_decision_it_took_no_part_in():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        path = f"{initiative}/backbone/appointments"
        own = await decide(caller, initiative, "backbone")
        refused = await caller.ask(path, appointing(own))
        assert refusal(refused) == (422, "appoints-itself")
        other = await decide(caller, initiative, "strategy")
        assert refusal(await caller.ask(path, appointing(other))) == (422, "of-another-class")
        undecided = (await propose(caller, initiative, "backbone")).rpartition("/")[2]
        assert refusal(await caller.ask(path, appointing(undecided))) == (409, "not-decided")
        unknown = await caller.ask(path, appointing(str(named("nothing"))))
        assert refusal(unknown) == (404, "not-found")
        decision = await decide(caller, initiative, "backbone", concerns=[HOST])
        stranger = await caller.ask(path, appointing(decision, str(named("a stranger"))))
        assert refusal(stranger) == (422, "not-on-the-roll")
        made = await caller.done(path, appointing(decision))
        assert made["appointments"][0]["functions"] == FUNCTIONS
        assert refusal(await caller.ask(path, appointing(decision))) == (409, "decision-served")


async def test_a_function_has_one_lead_at_a_time():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        first, _ = await appointed(caller, initiative)
        path = f"{initiative}/backbone/appointments"
        second = str(named("Harbour Youth"))
        decision = await decide(caller, initiative, "backbone", concerns=[second])
        refused = await caller.ask(path, appointing(decision, second))
        assert refusal(refused) == (409, "function-led")
        twice = appointing(decision, second, ["advance-policy"] * 2)
        assert refusal(await caller.ask(path, twice)) == (422, "function-twice")
        await caller.done(path, appointing(decision, second, ["advance-policy"]))
        ending = await caller.ask(f"{first}/endings", {})
        assert refusal(ending) == (422, "reason-required")
        await caller.done(f"{first}/endings", {"reason": REASON})
        assert refusal(await caller.ask(f"{first}/fundings", MONEY)) == (409, "term-over")
        again = await decide(caller, initiative, "backbone", concerns=[second])
        await caller.done(path, appointing(again, second))


async def test_functions_change_by_another_decision_and_with_if_match():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        one, decision = await appointed(caller, initiative)
        said = {"functions": ["mobilise-funding"], "decision_id": decision}
        assert (await caller.ask(f"{one}/functions", said)).status_code == 428
        used = await caller.ask(f"{one}/functions", said, If_Match='"1"')
        assert refusal(used) == (409, "decision-served")
        said["decision_id"] = await decide(caller, initiative, "backbone", concerns=[HOST])
        same = said | {"functions": FUNCTIONS[::-1]}
        refused = await caller.ask(f"{one}/functions", same, If_Match='"1"')
        assert refusal(refused) == (409, "same-functions")
        changed = await caller.done(f"{one}/functions", said, If_Match='"1"')
        assert changed["appointments"][0]["functions"] == ["mobilise-funding"]
        lost = one[:-36] + str(named("lost"))
        assert refusal(await caller.ask(f"{lost}/fundings", MONEY)) == (409, "no-such-appointment")


async def test_a_gap_in_funding_is_found_as_many_months_ahead_as_the_charter_says():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        one, _ = await appointed(caller, initiative)
        nothing = await caller.ask(f"{one}/fundings", MONEY | {"amount": "0"})
        assert refusal(nothing) == (422, "amount-not-positive")
        shown = await caller.done(f"{one}/fundings", MONEY)
        assert shown["appointments"][0]["warn_at"] == "2023-06-30T00:00:00.000000Z"
        clock.forward(days=600)
        assert "agenda.backbone-funding-gap-detected" not in await timed(app, clock)
        more = MONEY | {"paid": {"starts": "2024-01-01", "ends": "2024-06-30"}}
        shown = await caller.done(f"{one}/fundings", more)
        assert shown["appointments"][0]["covered_until"] == "2024-06-30"
        clock.forward(days=60)
        assert await timed(app, clock) == [], "the new funding moved the day"
        clock.forward(days=200)
        assert "agenda.backbone-funding-gap-detected" in await timed(app, clock)
        assert await timed(app, clock) == []
        assert (await caller.get(f"{initiative}/backbone")).json()["appointments"][0][
            "gap_detected"
        ]


async def test_the_charter_says_how_early_a_gap_is_seen():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        seven = {"provisions": provisions() | {"funding_warning_months": 7}}
        drafted = await caller.done(f"{initiative}/charter/drafts", seven)
        decision = await decide(caller, initiative, "charter")
        amend = {"decision_id": decision}
        etag = f'"{drafted["version"]}"'
        await caller.done(f"{initiative}/charter/amendments", amend, If_Match=etag)
        one, _ = await appointed(caller, initiative)
        shown = await caller.done(f"{one}/fundings", MONEY)
        assert shown["appointments"][0]["warn_at"] == "2023-05-31T00:00:00.000000Z"


async def test_an_agreement_lapses_on_the_day_after_its_last_unless_it_is_renewed():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        partners = (await caller.get(f"{initiative}/partnership")).json()["partners"]
        gone, renewed = (partner["partner_id"] for partner in partners[:2])
        term = {"agreement_version": "2", "term": {"starts": "2024-01-01", "ends": "2025-12-31"}}
        await caller.done(f"{initiative}/partners/{renewed}/renewals", term)
        away = {"reason": REASON}
        await caller.done(f"{initiative}/partners/{gone}/withdrawals", away)
        clock.forward(days=825)  # 2023-12-31
        assert await timed(app, clock) == []
        clock.forward(days=1)
        assert await timed(app, clock) == ["agenda.partner-agreement-lapsed"] * (len(CAST) - 2)
        assert await timed(app, clock) == []
        shown = (await caller.get(f"{initiative}/partnership")).json()["partners"]
        standing = {partner["partner_id"]: partner["standing"] for partner in shown}
        assert (standing[gone], standing[renewed]) == ("withdrawn", "active")


async def test_a_reassessment_falls_due_once_and_not_at_all_where_it_was_begun():
    app, clock = house()
    async with Caller(app) as caller:
        paths = [await opened(caller), await opened(caller)]
        for one in paths:
            for role in ("board", "staff", "funder"):
                await caller.done(f"{one}/responses", answers(role) | {"respondent": role})
            await caller.done(f"{one}/positions", positions())
            await caller.done(f"{one}/completions", {})
            past = await caller.ask(f"{one}/reassessments", {"due": "2021-09-27"})
            assert refusal(past) == (422, "due-in-the-past")
            shown = await caller.done(f"{one}/reassessments", {"due": "2022-09-27"})
        again = {"reassesses": shown["id"]}
        await caller.done(f"/v1/initiatives/{shown['initiative_id']}/readiness-assessments", again)
        clock.forward(days=364)
        assert await timed(app, clock) == []
        clock.forward(days=1)
        assert await timed(app, clock) == ["agenda.readiness-reassessment-fell-due"]
        assert await timed(app, clock) == []
        assert (await caller.get(paths[0])).json()["reassessment_fell_due"] is True


async def test_people_of_the_host_do_not_count_where_the_proposal_concerns_it():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        proposal = await propose(caller, initiative, "backbone", concerns=[HOST])
        alone = {"attendees": present(LLEN, "Harbour Youth", voices=0), "result": "Agreed."}
        assert refusal(await caller.ask(f"{proposal}/decisions", alone)) == (409, "quorum-not-met")
