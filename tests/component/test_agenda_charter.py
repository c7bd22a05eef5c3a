"""By which rules an initiative decides: the charter, the roll and the delegate, over HTTP."""

from __future__ import annotations

from typing import Any

from tests.callers import Caller, named
from tests.component.agenda_story import (
    CAST,
    FOUNDERS,
    LLEN,
    REASON,
    VOICES,
    chartered,
    decide,
    house,
    join,
    partnered,
    present,
    propose,
    provisions,
    register,
    speaker,
)
from tests.component.test_agenda import EVERYBODY, refusal

FOUNDING_TABLE = [{key: one[key] for key in ("person", "organisation")} for one in FOUNDERS]


async def redrafted(caller: Caller, initiative: str) -> dict[str, Any]:
    """A stricter charter that is not in force yet."""
    stricter = provisions(strategy={"quorum": 6, "minimum_sectors": 6})
    return await caller.done(f"{initiative}/charter/drafts", {"provisions": stricter})


async def test_nothing_is_proposed_before_a_charter_is_in_force():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await register(caller)
        said = {"decision_class": "agenda", "title": "Go", "text": "Go."}
        refused = await caller.ask(f"{initiative}/proposals", said)
        assert refusal(refused) == (409, "no-charter-in-force")
        assert "founding group" in refused.json()["detail"]


async def test_the_founding_group_decides_until_its_mandate_ends():
    app, clock = house()
    async with Caller(app) as caller:
        initiative = await chartered(caller)
        proposal = await propose(caller, initiative, "strategy")
        called = {"attendees": FOUNDING_TABLE, "result": "Agreed."}
        made = await caller.done(f"{proposal}/decisions", called)
        assert made["decision"]["voices"] == 1
        late = await propose(caller, initiative, "strategy")
        clock.forward(days=200)
        refused = await caller.ask(f"{late}/decisions", called)
        assert refusal(refused) == (422, "not-on-the-roll")


async def test_a_partner_who_has_left_counts_no_more():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await chartered(caller)
        partner = await join(caller, initiative, "Harbour Youth")
        gone = {"reason": REASON}
        await caller.done(f"{initiative}/partners/{partner}/withdrawals", gone)
        proposal = await propose(caller, initiative, "strategy")
        called = {"attendees": FOUNDING_TABLE, "result": "Agreed."}
        refused = await caller.ask(f"{proposal}/decisions", called)
        assert refusal(refused) == (422, "not-on-the-roll")
        assert str(named("Harbour Youth")) in refused.json()["detail"]


async def test_the_sector_and_the_voice_are_the_roll_s_word_and_not_the_caller_s():
    app, _ = house()
    async with Caller(app) as caller:
        proposal = await propose(caller, await partnered(caller), "agenda")
        claimed = [one | {"sector": "health"} for one in present(LLEN)]
        refused = await caller.ask(
            f"{proposal}/decisions", {"attendees": claimed, "result": "Agreed."}
        )
        assert refusal(refused) == (422, "invalid-shape")
        unseated = [one | {"person": f"x-{n}"} for n, one in enumerate(EVERYBODY["attendees"])]
        refused = await caller.ask(
            f"{proposal}/decisions", {"attendees": unseated, "result": "Agreed."}
        )
        assert refusal(refused) == (409, "voices-too-few")


async def test_the_charter_is_amended_only_by_a_decision_under_the_one_in_force():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        charter = await redrafted(caller, initiative)
        decision = await decide(caller, initiative, "charter")
        other = await decide(caller, initiative, "strategy")

        async def amend(by: str, seen: dict[str, Any]) -> Any:
            etag = f'"{seen["version"]}"'
            said = {"decision_id": by}
            return await caller.ask(f"{initiative}/charter/amendments", said, If_Match=etag)

        unseen = await caller.ask(f"{initiative}/charter/amendments", {"decision_id": decision})
        assert refusal(unseen)[0] == 428
        assert refusal(await amend(other, charter)) == (422, "of-another-class")
        amended = (await amend(decision, charter)).json()
        assert amended["charter_version"] == 2
        again = await redrafted(caller, initiative)
        refused = await amend(decision, again)
        assert refusal(refused) == (409, "taken-under-another-version")
        assert "version 2 is in force" in refused.json()["detail"]


async def test_a_decision_is_checked_by_the_rule_in_force_when_it_is_called():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        proposal = await propose(caller, initiative, "strategy")
        charter = await redrafted(caller, initiative)
        decision = await decide(caller, initiative, "charter")
        etag = f'"{charter["version"]}"'
        amend = {"decision_id": decision}
        await caller.done(f"{initiative}/charter/amendments", amend, If_Match=etag)
        few = {"attendees": present(*list(CAST)[:2]), "result": "Agreed."}
        refused = await caller.ask(f"{proposal}/decisions", few)
        assert refusal(refused) == (409, "quorum-not-met")
        assert "Version 2 of the charter asks for 6 persons" in refused.json()["detail"]
        made = await caller.done(f"{proposal}/decisions", EVERYBODY)
        assert made["decision"]["charter_version"] == 2


async def test_a_delegated_class_is_decided_by_the_delegate_until_it_is_revoked():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        alone = {"attendees": present(LLEN, voices=0), "result": "Agreed."}
        proposal = await propose(caller, initiative, "operational")
        refused = await caller.ask(f"{proposal}/decisions", alone)
        assert refusal(refused) == (409, "not-delegated")
        said = {
            "decision_class": "operational",
            "organisation": str(named(LLEN)),
            "decision_id": await decide(caller, initiative, "charter"),
        }
        charter = await caller.done(f"{initiative}/charter/delegations", said)
        delegation = charter["delegations"][0]["delegation_id"]
        made = await caller.done(f"{proposal}/decisions", alone)
        assert made["decision"]["rule"]["method"] == "delegated"
        revoke = f"{initiative}/charter/delegations/{delegation}/revocations"
        assert refusal(await caller.ask(revoke, {})) == (422, "reason-required")
        await caller.done(revoke, {"reason": REASON})
        late = await propose(caller, initiative, "operational")
        assert refusal(await caller.ask(f"{late}/decisions", alone)) == (409, "not-delegated")


async def test_who_declares_a_conflict_or_stands_aside_says_so_with_their_own_token():
    app, _ = house()
    async with Caller(app) as caller, speaker(app, LLEN) as llen, speaker(app, VOICES) as panel:
        proposal = await propose(caller, await partnered(caller), "strategy")
        await llen.done(f"{proposal}/conflicts", {"nature": "We would be paid."})
        await panel.done(f"{proposal}/stand-asides", {"text": "Not ours to say."})
        deferred = await caller.done(f"{proposal}/deferrals", {"text": "More of us next week."})
        assert deferred["deferrals"][0]["text"] == "More of us next week."
        made = await caller.done(f"{proposal}/decisions", EVERYBODY)
        excluded = [one for one in made["decision"]["attendees"] if not one["counted"]]
        assert [one["organisation"] for one in excluded] == [str(named(LLEN))]
        assert "education" not in made["decision"]["sectors"]
        assert made["stood_aside"][0]["text"] == "Not ours to say."


async def test_seats_are_held_by_people_of_the_roll_and_vacated_with_a_reason():
    app, _ = house()
    async with Caller(app) as caller:
        initiative = await partnered(caller)
        seat = {"kind": "chair", "holder": "chair-1", "organisation": str(named("nobody's"))}
        seats = f"{initiative}/charter/seats"
        assert refusal(await caller.ask(seats, seat)) == (422, "not-on-the-roll")
        held = await caller.done(seats, seat | {"organisation": str(named(LLEN))})
        vacate = f"{seats}/{held['seats'][-1]['seat_id']}/vacancies"
        assert refusal(await caller.ask(vacate, {})) == (422, "reason-required")
        freed = await caller.done(vacate, {"reason": REASON})
        assert len(freed["seats"]) == len(held["seats"]) - 1
