"""Acting for another partner: only where it was delegated, and every fact says so."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from infra.eventstore import MemoryEventStore
from infra.kernel.clock import ManualClock
from infra.messaging import MemoryReferences
from infra.web import Parts
from services.activities.app import create_app as create_activities
from services.activities.policies.known import READS
from services.agenda.app import create_app as create_agenda
from tests.callers import Caller, named, verifier
from tests.component.agenda_story import LLEN, REASON, join, person, register
from tests.component.policed import lines_of
from tests.component.test_agenda import refusal

HARBOUR = "Harbour Youth"
FOR_HARBOUR = {"on_behalf_of": str(named(HARBOUR))}
CALLS = {"partner_id": str(named(HARBOUR)), "kind": "time", "promise": "Ten calls a day"}
CALLS |= {"due": "2022-12-31", "amount": {"quantity": "10", "unit": "calls"}}


class House:
    """Agenda and activities on memory; activities hears of agenda when it is told to."""

    def __init__(self) -> None:
        self.clock = ManualClock(datetime(2022, 5, 1, tzinfo=UTC))
        self.references = MemoryReferences()
        self.agenda = create_agenda(self._parts(MemoryReferences()))
        self.activities = create_activities(self._parts(self.references))

    async def hear(self) -> None:
        for carried in await lines_of(self.agenda):
            for reference in READS.get(carried.fact, lambda _: ())(carried):
                self.references.add(reference)

    async def begin(self) -> str:
        """The partner's path, of an initiative whose lead organisation is a partner as well."""
        async with Caller(self.agenda) as caller:
            initiative = await register(caller)
            await join(caller, initiative, LLEN)
            return f"{initiative}/partners/{await join(caller, initiative, HARBOUR)}"

    async def delegate(self, partner: str, **more: str) -> dict[str, Any]:
        body = {"organisation": str(named(LLEN))} | more
        async with Caller(self.agenda, bearer=person(HARBOUR)) as harbour:
            return await harbour.done(f"{partner}/delegations", body)

    def _parts(self, references: MemoryReferences) -> Parts:
        return Parts(MemoryEventStore(self.clock), self.clock, verifier(), references)


async def test_whoever_was_delegated_to_acts_for_a_partner_and_the_fact_says_so() -> None:
    house = House()
    partner = await house.begin()
    delegation = (await house.delegate(partner))["delegations"][0]["delegation_id"]
    await house.hear()
    initiative = partner.partition("/partners")[0]
    async with Caller(house.activities, bearer=person(LLEN, "llen-1")) as llen:
        made = await llen.done(f"{initiative}/commitments", CALLS | FOR_HARBOUR)
        await llen.done(f"/v1/commitments/{made['id']}/confirmations", FOR_HARBOUR)
    for carried in await lines_of(house.activities):
        said = carried.line.data["provenance"]
        assert (said["actor"], said["organisation"]) == ("llen-1", str(named(LLEN)))
        assert said["on_behalf_of"] == str(named(HARBOUR))
        assert said["authority"] == f"delegation:{delegation}"


async def test_without_a_delegation_nobody_confirms_what_another_promised() -> None:
    house = House()
    partner = await house.begin()
    await house.hear()
    initiative = partner.partition("/partners")[0]
    async with Caller(house.activities, bearer=person(LLEN)) as llen:
        refused = await llen.ask(f"{initiative}/commitments", CALLS | FOR_HARBOUR)
        assert refusal(refused) == (403, "not-delegated")
    assert await lines_of(house.activities) == []


async def test_a_delegation_holds_in_its_initiative_up_to_its_last_day() -> None:
    house = House()
    partner, elsewhere = await house.begin(), await house.begin()
    await house.delegate(partner, until="2022-05-31")
    champion = {"champion": "p-9", "external_organisation": "The Age"} | FOR_HARBOUR
    async with Caller(house.agenda, bearer=person(LLEN)) as llen:
        there = elsewhere.partition("/partners")[0]
        assert refusal(await llen.ask(f"{there}/champions", champion)) == (403, "not-delegated")
        here = partner.partition("/partners")[0]
        await llen.done(f"{here}/champions", champion)
        house.clock.forward(days=31)
        over = await llen.ask(f"{here}/champions", champion | {"champion": "p-10"})
        assert refusal(over) == (403, "not-delegated")


async def test_what_was_revoked_covers_nothing_more_here_and_elsewhere() -> None:
    house = House()
    partner = await house.begin()
    delegation = (await house.delegate(partner))["delegations"][0]["delegation_id"]
    path = f"{partner}/delegations/{delegation}/revocations"
    async with Caller(house.agenda, bearer=person(HARBOUR)) as harbour:
        assert refusal(await harbour.ask(path, {})) == (422, "reason-required")
        assert (await harbour.done(path, {"reason": REASON}))["delegations"] == []
    await house.hear()
    initiative = partner.partition("/partners")[0]
    async with Caller(house.activities, bearer=person(LLEN)) as llen:
        refused = await llen.ask(f"{initiative}/commitments", CALLS | FOR_HARBOUR)
        assert refusal(refused) == (403, "not-delegated")


async def test_only_its_own_people_say_who_acts_for_a_partner() -> None:
    house = House()
    partner = await house.begin()
    async with Caller(house.agenda, bearer=person(LLEN)) as llen:
        asked = await llen.ask(f"{partner}/delegations", {"organisation": str(named(LLEN))})
        assert refusal(asked) == (422, "not-their-own")
