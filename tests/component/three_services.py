"""Three services in memory, and the lines that are on their way between them.

All three are the real ones. Lines come late, in any order and again and again, until the next point
where nothing is under way; the real sequencer makes a log of each source again. A reader may be
sent back to lines that it took before, and a process may be killed between an effect and the note
that it is done: then the effect is asked for a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from fastapi import FastAPI

from infra.eventstore import EventStore, MemoryEventStore
from infra.kernel import Act, Aggregate, DomainError, NotKnownHere, Provenance, Reason
from infra.kernel.clock import ManualClock
from infra.messaging import Carried, MemoryReferences, Policies, ReadReferences, References
from infra.messaging.policies import Policy, fire
from infra.messaging.sequenced import Arrival, Sequencer
from infra.web import Parts
from services.activities import app as activities
from services.activities.policies.known import READS as READ_BY_ACTIVITIES
from services.activities.policies.policies import POLICIES as OF_ACTIVITIES
from services.agenda import app as agenda
from services.agenda.policies.known import READS as READ_BY_AGENDA
from services.agenda.policies.policies import POLICIES as OF_AGENDA
from services.measurement import app as measurement
from services.measurement.policies.known import READS as READ_BY_MEASUREMENT
from services.measurement.policies.policies import POLICIES as OF_MEASUREMENT
from tests.callers import named, verifier

START = datetime(2023, 5, 1, tzinfo=UTC)
PATIENCE = 12
ALL = 100_000
BY = Act(
    Provenance(
        actor="person-1",
        role="backbone-coordinator",
        organisation=named("backbone"),
        client="tests",
        authority="role:backbone-coordinator",
        reason=Reason(code="other", text="It was found out."),
    )
)
Deliver = Callable[["House"], Awaitable[None]]
Make = Callable[[str, "Service", ManualClock], "Side"]


class Service(NamedTuple):
    create_app: Callable[[Parts], FastAPI]
    policies: Policies[Any]
    reads: Mapping[str, ReadReferences]


THREE = {
    "agenda": Service(agenda.create_app, OF_AGENDA, READ_BY_AGENDA),
    "measurement": Service(measurement.create_app, OF_MEASUREMENT, READ_BY_MEASUREMENT),
    "activities": Service(activities.create_app, OF_ACTIVITIES, READ_BY_ACTIVITIES),
}
ROADS = tuple((to, source) for to in THREE for source in THREE)


class Side:
    """One service: what it has heard and knows of the others, and what became of each effect."""

    def __init__(
        self, name: str, of: Service, clock: ManualClock, store: EventStore, known: References
    ) -> None:
        self.name, self.policies = name, of.policies.policies
        self.store, self.known = store, known
        app = of.create_app(Parts(store, clock, verifier(), known))
        self.repository, self.commands = app.state.repository, app.state.service
        self.reads = of.reads
        self.acting = of.policies.service(self.repository, known, clock)
        self.heard: set[tuple[str, UUID]] = set()
        self.effects: dict[tuple[str, UUID, str], str] = {}
        self.written: list[tuple[Policy[Any], Carried, str]] = []
        self.taken: Counter[str] = Counter()
        self._logs = {source: Sequencer() for source in THREE}
        self._own: list[Carried] = []

    async def arrives(self, carried: Carried) -> None:
        """As the reader does: whatever comes, each line is taken once and in its turn."""
        log = self._logs[carried.source]
        assert log.offer(Arrival(carried, partition=0, offset=carried.sequence)) == []
        for arrival in log.ready():
            await self.take(arrival.carried)

    async def take(self, carried: Carried) -> None:
        """As the inbox does: what comes again is known, and nothing overtakes."""
        before = self.taken[carried.source]
        assert carried.sequence <= before + 1, "a line overtook another one"
        if carried.sequence > before:
            self.taken[carried.source] = carried.sequence
            self._learns(carried)
        for policy in self.policies:
            cause = (policy.name, carried.line.id)
            if carried.fact in policy.hears and cause not in self.heard:
                self.heard.add(cause)
                await self._act(policy, carried)

    def _learns(self, carried: Carried) -> None:
        assert isinstance(self.known, MemoryReferences)
        if carried.source != self.name and carried.fact in self.reads:
            for reference in self.reads[carried.fact](carried):
                self.known.add(reference)

    async def _act(self, policy: Policy[Any], carried: Carried) -> None:
        for target in await policy.targets(self.acting, carried):
            effect = (policy.name, policy.cause(carried), target)
            if effect not in self.effects:
                self.effects[effect] = await self._fire(policy, carried, target)
                if self.effects[effect] == "done":
                    self.written.append((policy, carried, target))

    async def forgets(self, count: int) -> None:
        """It is killed after writing its last effects, before it noted that they are done."""
        for policy, carried, target in self.written[len(self.written) - count :] if count else ():
            assert await self._fire(policy, carried, target) == "done", "it was done already"

    async def rereads(self, lines: Sequence[Carried]) -> None:
        """It is sent back to the first line of everything, and nothing comes of it."""
        rows, self.effects, self.taken = self.effects, {}, Counter()
        for carried in lines:
            await self.take(carried)
        assert self.effects == {}
        self.effects = rows

    async def _fire(self, policy: Policy[Any], carried: Carried, target: str) -> str:
        settled = await fire(self.name, policy, self.acting, self.store, carried, target)
        return settled.state

    async def log(self) -> Sequence[Carried]:
        """All that it wrote, each line parsed once."""
        for each in await self.store.replay(after=len(self._own), limit=ALL):
            self._own.append(Carried.read(each.line))
        return self._own


def in_memory(name: str, of: Service, clock: ManualClock) -> Side:
    return Side(name, of, clock, MemoryEventStore(clock), MemoryReferences())


class House:
    """The three of them, one clock, and what things are called in every telling."""

    def __init__(self, deliver: Deliver, make: Make = in_memory) -> None:
        self.clock = ManualClock(START)
        self.sides = {name: make(name, of, self.clock) for name, of in THREE.items()}
        self.names: dict[str, str] = {}
        self._deliver = deliver

    async def save(self, service: str, *aggregates: Aggregate, name: str = "") -> None:
        """What people did, in one act."""
        if name:
            self.names[str(aggregates[0].id)] = name
        self.clock.forward(seconds=1)
        await self.sides[service].repository.save(BY, *aggregates)

    async def command(self, ask: Callable[[], Awaitable[object]]) -> None:
        """As a client does: what is not known there yet is asked again after a while."""
        for _ in range(PATIENCE):
            self.clock.forward(seconds=1)
            try:
                await ask()
                return
            except NotKnownHere:
                await self._deliver(self)
            except DomainError as refused:
                raise AssertionError(f"nobody asks what is refused: {refused}") from refused
        await self.settle()
        await ask()

    async def come(
        self, to: str, source: str, ahead: Iterable[int] | None = None, *, again: int = 0
    ) -> int:
        """Lines of a source arrive, each so far ahead of what was taken, or all of them; `again`:
        and the reader is sent back by so many. Says how many there were to take."""
        side, log = self.sides[to], await self.sides[source].log()
        at = side.taken[source]
        for carried in log[max(0, at - again) : at]:
            await side.take(carried)
        new = log[at:]
        for place in range(len(new)) if ahead is None else ahead:
            if place < len(new):
                await side.arrives(new[place])
        return len(new)

    async def settle(self) -> None:
        """Until nothing is under way."""
        while any([await self.come(to, source) for to, source in ROADS]):
            pass

    async def lines(self) -> Sequence[Carried]:
        """All logs, one after the other."""
        return [each for side in self.sides.values() for each in await side.log()]


def by_policy(carried: Carried) -> str:
    """The policy that did it, or nothing where a person did."""
    authority = str(carried.line.data["provenance"]["authority"])
    return authority.removeprefix("policy:") if authority.startswith("policy:") else ""


async def effects(house: House) -> Counter[tuple[str, ...]]:
    """Every effect by its policy, its cause, what happened, and where; without ids and times."""
    lines = await house.lines()
    causes = _named(house, lines)
    return Counter(
        (by_policy(each), causes[str(each.line.causationid)], each.fact, _where(house, each))
        for each in lines
        if by_policy(each)
    )


def _named(house: House, lines: Sequence[Carried]) -> dict[str, str]:
    """Each line by what it says and how often that was said before, or by what caused it."""
    said: Counter[str] = Counter()
    found: dict[str, str] = {}
    for each in lines:
        if not by_policy(each):
            said[each.fact] += 1
            found[str(each.line.id)] = f"{each.fact} {said[each.fact]}"
    waiting = [each for each in lines if by_policy(each)]
    while waiting:
        for each in [one for one in waiting if str(one.line.causationid) in found]:
            because = found[str(each.line.causationid)]
            found[str(each.line.id)] = f"{each.fact} at {_where(house, each)}, for {because}"
            waiting.remove(each)
    return found


def _where(house: House, carried: Carried) -> str:
    """What the stream is called; where it has no name, of which kind it is."""
    _, _, rest = carried.line.subject.partition("/")
    kind, _, id = rest.partition("/")[2].partition("/")
    return house.names.get(id, kind)


async def replayed(house: House) -> None:
    """Each effect stands in the log once and names its cause; no rereading adds another."""
    causes = {str(each.line.id) for each in await house.lines()}
    for side in house.sides.values():
        log = [each for each in await side.log() if by_policy(each)]
        told = Counter(
            (each.line.causationid, each.line.subject, each.fact, str(each.line.data))
            for each in log
        )
        assert set(told.values()) <= {1}
        assert {each.line.causationid for each in log} <= causes
        before = (await side.store.mark()).sequence
        await side.rereads(await house.lines())
        assert (await side.store.mark()).sequence == before
