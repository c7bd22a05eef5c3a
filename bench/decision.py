"""A decision with 50 attendees on a stream of 200 events, beside one with one on a new stream.

Both go from the body's bytes through the use case to the durable append with the answer: all that
a request does but for HTTP itself. They stand on the same charter and the same partnership of ten
organisations. Before the clock runs the proposals are made, and read once, as the command before
the decision has read its proposal; `decision.cold` is a process that has just been started.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

import orjson

from bench import house
from bench.paired import Figure, Slice, at_most, compare, keep, percentile
from infra.eventstore import PostgresEventStore, Repository
from infra.kernel import Act, IdempotencyKey, Provenance, SystemClock, uuid7
from infra.kernel.act import Answer
from infra.messaging import MemoryReferences
from infra.postgres import make_pool
from services.agenda.api.proposals import ProposalView
from services.agenda.application import Agenda
from services.agenda.application.decisions import CallDecision
from services.agenda.domain import (
    GovernanceCharter,
    Initiative,
    Partnership,
    Proposal,
    Roll,
    code_list,
)
from services.agenda.domain.charter import DecisionRule, Founder, Provisions
from services.agenda.domain.values import Place, Term

ATTENDEES = 50
EARLIER = 200
DECISIONS = 80
"""In one slice at most: as many proposals are made ready for it."""
GOAL_RATIO, GOAL_MS = 0.5, 25.0
ORGANISATIONS = [uuid7() for _ in range(10)]
PERSONS = {f"person-{number}": ORGANISATIONS[number % 10] for number in range(ATTENDEES)}
SECTORS = code_list("sectors").names()[:10]
ROLL = Roll(dict(zip(ORGANISATIONS, SECTORS, strict=True)))
TEXT = "Every referral gets a call within ten days, by one desk that all partners share. " * 4
WHO = Provenance(
    actor="person-1",
    role="backbone-coordinator",
    organisation=ORGANISATIONS[0],
    client="bench",
    authority="role:backbone-coordinator",
)


async def main() -> list[Figure]:
    async with (
        house.postgres() as server,
        house.database(server, "commonweal_decision") as dsn,
        make_pool(dsn, name="bench") as pool,
    ):
        store = PostgresEventStore(pool, SystemClock())
        group = await Group.found(Repository(store, SystemClock()))
        long, short = Side(group, EARLIER, ATTENDEES), Side(group, 1, 1)
        cold = Side(group, EARLIER, ATTENDEES, read_before=False)
        figures = await compare(
            "decision", long.run, short.run, goal=GOAL_RATIO, unit="decisions/s"
        )
        figures += await compare(
            "decision.cold", cold.run, short.run, goal=0.25, unit="decisions/s", rounds=4
        )
        median = at_most("decision.median", percentile(long.latencies, 0.5), GOAL_MS, "ms")
        keep("decision.median", [median])
        await store.close()
        return [*figures, median]


@dataclass
class Group:
    """An initiative with a charter and ten partners."""

    repository: Repository
    initiative_id: UUID

    @classmethod
    async def found(cls, repository: Repository) -> Group:
        place = Place(scheme="asgs-sa3", edition="3", code="20801")
        initiative = Initiative.register(name="Bench", places=(place,))
        charter = GovernanceCharter.of(initiative.id)
        classes = code_list("decision-classes").names()
        rules = [DecisionRule(decision_class=name, method="consent", quorum=1) for name in classes]
        charter.write(provisions=Provisions(rules=tuple(rules)))
        founders = tuple(
            Founder(person=f"founder-{place}", organisation=organisation, sector=sector)
            for place, (organisation, sector) in enumerate(ROLL.sectors.items())
        )
        charter.adopt(founding_group=founders, founding_until=date(2020, 1, 1))
        partnership = Partnership.of(initiative.id)
        for organisation, sector in ROLL.sectors.items():
            partnership.invite(
                partner_id=uuid7(),
                kind="organisation",
                organisation=organisation,
                name=sector,
                person=None,
            )
            partnership.sign(
                organisation=organisation,
                sector=sector,
                role="core",
                agreement_version="1",
                term=Term(starts=date(2020, 1, 1)),
            )
        await repository.save(Act(WHO), initiative, charter, partnership)
        return cls(repository, initiative.id)

    def proposal(self, events: int) -> Proposal:
        """With so many events on its stream: reworded, objected to, and talked over."""
        proposal = Proposal(
            initiative_id=self.initiative_id,
            decision_class="strategy",
            title="A shared referral desk",
            text=TEXT,
        )
        while proposal.version < events:
            proposal.amend(
                text=f"{proposal.version} {TEXT}", options=(), concerns=(), cites=None, draft=None
            )
            if proposal.version % 5 == 3:
                self._object(proposal)
        return proposal

    def _object(self, proposal: Proposal) -> None:
        """Two events: an objection, and its withdrawal after the next wording."""
        objection, organisation = uuid7(), ORGANISATIONS[proposal.version % 10]
        proposal.object(
            objection_id=objection,
            organisation=organisation,
            ground=TEXT,
            paramount=False,
            roll=ROLL,
        )
        proposal.withdraw_objection(objection_id=objection, organisation=organisation)


@dataclass
class Side:
    """Decisions of one kind."""

    group: Group
    events: int
    attendees: int
    read_before: bool = True
    latencies: list[float] = field(default_factory=list)

    async def run(self, seconds: float) -> Slice:
        ready = [self.group.proposal(self.events) for _ in range(DECISIONS)]
        for proposal in ready:
            await self.group.repository.save(Act(WHO), proposal)
        body = self._body()
        agenda = Agenda(self.group.repository, SystemClock(), MemoryReferences())
        if not self.read_before:
            repository = Repository(self.group.repository.store, SystemClock())
            agenda = Agenda(repository, SystemClock(), MemoryReferences())
        spent: list[float] = []
        for proposal in ready:
            if self.read_before:
                await agenda.repository.get(Proposal, proposal.id)
            before = time.perf_counter()
            await decide(agenda, proposal.id, body)
            spent.append(time.perf_counter() - before)
            if sum(spent) > seconds:
                break
        self.latencies += [1000 * one for one in spent]
        return Slice(len(spent) / sum(spent))

    def _body(self) -> bytes:
        table = [
            {"person": person, "organisation": str(organisation), "position": "for"}
            for person, organisation in list(PERSONS.items())[: self.attendees]
        ]
        return orjson.dumps({"attendees": table, "result": "Agreed by all who were there."})


async def decide(agenda: Agenda, proposal_id: UUID, body: bytes) -> None:
    """As a request does it: idempotency key, use case, answer, append."""
    key = str(uuid7())
    assert await agenda.repository.store.remembered("bench", key) is None
    receipt = await agenda.call_decision(
        proposal_id,
        command=CallDecision.model_validate_json(body),
        by=Act(WHO, idempotency=IdempotencyKey("bench", key, b"x" * 32), answering=answer),
    )
    assert receipt.answer is not None


def answer(proposal: Proposal) -> Answer:
    return Answer(200, ProposalView.of(proposal).model_dump_json(exclude_none=True).encode())
