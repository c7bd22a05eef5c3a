"""Three services in memory, and the lines that are on their way between them.

All three are the real ones. Every source is in order and without a gap, which the sequencer sees
to; between sources lines are delayed, interleaved and repeated until the next point where nothing
is under way.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from infra.eventstore import MemoryEventStore
from infra.kernel import Act, Aggregate, DomainError, NotKnownHere, Provenance, Reason
from infra.kernel.clock import ManualClock
from infra.kernel.line import Line
from infra.messaging import Carried, MemoryReferences, Policies, ReadReferences
from infra.messaging.policies import fire
from infra.web import Parts
from services.activities import app as activities
from services.activities.policies.policies import POLICIES as OF_ACTIVITIES
from services.agenda import app as agenda
from services.agenda.policies.policies import POLICIES as OF_AGENDA
from services.measurement import app as measurement
from services.measurement.policies.policies import POLICIES as OF_MEASUREMENT
from tests.callers import named, verifier

START = datetime(2023, 5, 1, tzinfo=UTC)
PATIENCE = 12
ROADS = tuple(
    (to, source)
    for to in ("agenda", "measurement", "activities")
    for source in ("agenda", "measurement", "activities")
)
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


class Side:
    """One service: what it has heard and knows of the others, and what became of each effect."""

    def __init__(self, name: str, module: Any, policies: Policies[Any], clock: ManualClock) -> None:
        self.name, self.policies = name, policies.policies
        self.store, self.known = MemoryEventStore(clock), MemoryReferences()
        app = module.create_app(Parts(self.store, clock, verifier(), self.known))
        self.repository, self.commands = app.state.repository, app.state.service
        self.reads: Mapping[str, ReadReferences] = module.HEARS
        self.acting = policies.service(self.repository, self.known, clock)
        self.heard: set[tuple[str, UUID]] = set()
        self.effects: dict[tuple[str, UUID, str], str] = {}
        self.taken: Counter[str] = Counter()

    async def take(self, carried: Carried) -> None:
        """As the inbox does: what comes again is known, and nothing overtakes."""
        before = self.taken[carried.source]
        assert carried.sequence <= before + 1, "the sequencer lets nothing overtake"
        if carried.sequence > before:
            self.taken[carried.source] = carried.sequence
            if carried.source != self.name and carried.fact in self.reads:
                for reference in self.reads[carried.fact](carried):
                    self.known.add(reference)
        for policy in self.policies:
            cause = (policy.name, carried.line.id)
            if carried.fact not in policy.hears or cause in self.heard:
                continue
            self.heard.add(cause)
            for target in await policy.targets(self.acting, carried):
                effect = (policy.name, policy.cause(carried), target)
                if effect not in self.effects:
                    settled = await fire(
                        self.name, policy, self.acting, self.store, carried, target
                    )
                    self.effects[effect] = settled.state

    async def log(self, after: int = 0) -> list[Carried]:
        lines = await self.store.replay(after=after, limit=100_000)
        return [Carried(Line.model_validate_json(each.line), each.line) for each in lines]


class House:
    """The three of them, one clock, and what things are called in every telling."""

    def __init__(self, deliver: Deliver) -> None:
        self.clock = ManualClock(START)
        self.sides = {
            "agenda": Side("agenda", agenda, OF_AGENDA, self.clock),
            "measurement": Side("measurement", measurement, OF_MEASUREMENT, self.clock),
            "activities": Side("activities", activities, OF_ACTIVITIES, self.clock),
        }
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

    async def come(self, to: str, source: str, count: int, *, again: int = 0) -> int:
        """So many lines of a source arrive; `again`: and so many that came before, once more."""
        side, log = self.sides[to], await self.sides[source].log()
        came = log[: side.taken[source]]
        for carried in came[len(came) - again :] if again else ():
            await side.take(carried)
        new = log[side.taken[source] :][:count]
        for carried in new:
            await side.take(carried)
        return len(new)

    async def settle(self) -> None:
        """Until nothing is under way."""
        while any([await self.come(to, source, 100_000) for to, source in ROADS]):
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
        rows, side.effects, side.taken = side.effects, {}, Counter()
        for carried in await house.lines():
            await side.take(carried)
        assert side.effects == {}
        side.effects = rows
        assert (await side.store.mark()).sequence == before
