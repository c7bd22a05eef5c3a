"""Three services in memory: however their lines arrive, the same policies do the same, once each.

Agenda and activities are the real ones. Measurement's lines are written as its contracts promise.
Every source is in order and without a gap, which the sequencer sees to; between sources lines are
delayed, interleaved and repeated until the next point where nothing is under way.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.eventstore import MemoryEventStore, Repository
from infra.kernel import Act, Aggregate, Provenance
from infra.kernel.clock import ManualClock
from infra.kernel.line import Line
from infra.messaging import Carried, MemoryReferences
from infra.messaging.policies import Policy, act_of, fire
from services.activities.application import ActivitiesService
from services.activities.domain import Activity, Commitment, ContributionClaim, LearningEntry
from services.activities.domain import Strategy as Way
from services.activities.domain.learning import ContextShift
from services.activities.domain.period import Period
from services.activities.policies.policies import POLICIES as OF_ACTIVITIES
from services.agenda.application import Agenda
from services.agenda.domain import CommonAgenda, Initiative, LearningCycle, Partnership
from services.agenda.domain.values import Place, Term
from services.agenda.policies.policies import POLICIES as OF_AGENDA
from tests.callers import named

START = datetime(2022, 5, 1, tzinfo=UTC)
PARTNERS, OUTCOMES, INDICATORS = 3, 2, 2
YEAR = Period(starts=date(2022, 5, 1), ends=date(2023, 4, 30))
DEBOUNCED = ("P15", "P16")
BY = Act(
    Provenance(
        actor="person-1",
        role="backbone-coordinator",
        organisation=UUID(int=1),
        client="tests",
        authority="role:backbone-coordinator",
    )
)


class Happening(NamedTuple):
    """What people do, and to which thing it is done."""

    what: str
    which: int


HAPPENINGS = st.one_of(
    st.tuples(st.just("withdraw"), st.integers(0, PARTNERS - 1)),
    st.tuples(st.just("retire"), st.integers(0, OUTCOMES - 1)),
    st.tuples(st.just("redefine"), st.integers(0, INDICATORS - 1)),
    st.tuples(st.just("correct"), st.integers(0, INDICATORS - 1)),
    st.tuples(st.just("shift"), st.integers(0, 1)),
).map(lambda pair: Happening(*pair))
SEGMENTS = st.lists(st.lists(HAPPENINGS, max_size=5), min_size=1, max_size=4)


class Side:
    """One acting service: what it has heard, and what became of each effect."""

    def __init__(self, name: str, policies: Sequence[Policy[Any]], service: Any, store: Any):
        self.name, self.policies, self.service, self.store = name, policies, service, store
        self.heard: set[tuple[str, UUID]] = set()
        self.effects: dict[tuple[str, UUID, str], str] = {}
        self.taken: Counter[str] = Counter()

    async def take(self, carried: Carried) -> None:
        if carried.sequence > self.taken[carried.source] + 1:
            raise AssertionError("the sequencer lets nothing overtake")
        self.taken[carried.source] = max(self.taken[carried.source], carried.sequence)
        for policy in self.policies:
            cause = (policy.name, carried.line.id)
            if carried.fact not in policy.hears or cause in self.heard:
                continue
            self.heard.add(cause)
            for target in await policy.targets(self.service, carried):
                effect = (policy.name, policy.cause(carried), target)
                if effect not in self.effects:
                    settled = await fire(
                        self.name, policy, self.service, self.store, carried, target
                    )
                    self.effects[effect] = settled.state


class World:
    """Three logs, two services that act, and the lines that are on their way to each."""

    def __init__(self) -> None:
        self.clock = ManualClock(START)
        self.stores = {name: MemoryEventStore(self.clock) for name in ("agenda", "activities")}
        self.repositories = {n: Repository(s, self.clock) for n, s in self.stores.items()}
        self.measured: list[Carried] = []
        self.names: dict[str, str] = {}
        agenda = Agenda(self.repositories["agenda"], self.clock, MemoryReferences())
        activities = ActivitiesService(
            self.repositories["activities"], MemoryReferences(), self.clock
        )
        self.sides = {
            "agenda": Side("agenda", OF_AGENDA.policies, agenda, self.stores["agenda"]),
            "activities": Side(
                "activities", OF_ACTIVITIES.policies, activities, self.stores["activities"]
            ),
        }

    async def begin(self) -> None:
        place = Place(scheme="asgs-sa3", edition="3", code="20801")
        initiative = Initiative.register(name="BGK", places=(place,))
        self.initiative = initiative.id
        partnership = Partnership.of(self.initiative)
        for number in range(PARTNERS):
            partnership.invite(
                partner_id=named(f"membership {number}"),
                kind="organisation",
                organisation=named(f"partner {number}"),
                name=f"Partner {number}",
                person=None,
            )
            partnership.sign(
                organisation=named(f"partner {number}"),
                sector="education",
                role="core",
                agreement_version="1",
                term=Term(starts=date(2022, 1, 1)),
            )
        agenda = CommonAgenda.of(self.initiative)
        for number in range(OUTCOMES):
            agenda.define(outcome_id=named(f"outcome {number}"), title=f"O{number}", wording="So.")
        cycle = LearningCycle(self.initiative, 1, "First", ("Why?",), date(2023, 2, 15))
        cycle.approve_plan(plan_id=None, decision_id=None, note=None)
        cycle.start_doing()
        await self.save("agenda", initiative, partnership, agenda, cycle)
        self.names[str(cycle.id)] = "cycle"
        for number in range(PARTNERS):
            await self.works(number)
        for number in range(OUTCOMES):
            way = Way.propose(
                initiative_id=self.initiative,
                title=f"Strategy {number}",
                kind="system",
                outcomes=(named(f"outcome {number}"),),
            )
            await self.make(f"strategy {number}", way)
        await self.settle()

    async def works(self, number: int) -> None:
        """What one partner leads, promises and claims to contribute."""
        activity = Activity(self.initiative, f"Activity {number}", None, ())
        activity.commit(lead=named(f"partner {number}"), dates=YEAR)
        promise = Commitment.pledge(
            initiative_id=self.initiative,
            partner_id=named(f"partner {number}"),
            kind="policy",
            promise="A rule",
            due=date(2023, 1, 1),
        )
        claim = ContributionClaim(
            self.initiative,
            activity.id,
            named(f"indicator {number % INDICATORS}"),
            "Calls",
            None,
            "medium",
        )
        await self.make(f"activity {number}", activity)
        await self.make(f"commitment {number}", promise)
        await self.make(f"claim {number}", claim)

    async def make(self, name: str, aggregate: Aggregate) -> None:
        self.names[str(aggregate.id)] = name
        await self.save("activities", aggregate)

    async def save(self, service: str, *aggregates: Aggregate) -> None:
        self.clock.forward(seconds=1)
        await self.repositories[service].save(BY, *aggregates)

    async def happens(self, happening: Happening) -> None:
        """A command, or none where it is refused: the same in every order of delivery."""
        what, which = happening
        if what == "withdraw":
            partnership = await self.repositories["agenda"].get(
                Partnership, Partnership.id_of(self.initiative)
            )
            if named(f"membership {which}") in {one.partner_id for one in partnership.active()}:
                partnership.withdraw(partner_id=named(f"membership {which}"))
                await self.save("agenda", partnership)
        elif what == "retire":
            agenda = await self.repositories["agenda"].get(
                CommonAgenda, CommonAgenda.id_of(self.initiative)
            )
            if named(f"outcome {which}") in agenda.outcomes:
                agenda.retire(outcome_id=named(f"outcome {which}"))
                await self.save("agenda", agenda)
        elif what == "shift":
            shift = ContextShift(shift="All buses stop", weight=("minor", "major")[which])
            await self.save("activities", LearningEntry.shift(self.initiative, shift))
        else:
            self.measures(what, which)

    def measures(self, what: str, which: int) -> None:
        """A redefinition; or one act that corrects two places."""
        self.clock.forward(seconds=1)
        indicator = named(f"indicator {which}")
        if what == "redefine":
            name = {"name": "Engaged"}
            self._measured(
                "indicator-definition-changed", indicator, comparable=False, definition=name
            )
            return
        for place in ("20801", "20802"):
            series = uuid5(indicator, place)
            self._measured("observation-corrected", series, indicator_id=str(indicator))

    def _measured(self, fact: str, stream: UUID, **data: Any) -> None:
        sequence = len(self.measured) + 1
        line = Line(
            id=named(f"measurement {sequence}"),
            source="/measurement",
            type=f"commonweal.measurement.{fact}.v1",
            subject=f"initiative/{self.initiative}/thing/{stream}",
            partitionkey=self.initiative,
            sequence=sequence,
            streamversion=sequence,
            recordedtime=self.clock.now(),
            time=self.clock.now(),
            correlationid="of the act",
            data=data,
        )
        self.measured.append(Carried(line, line.model_dump_json()))

    async def waiting(self, side: Side, source: str) -> Sequence[Carried]:
        """The lines of a source that a service has not taken yet."""
        after = side.taken[source]
        if source == "measurement":
            return self.measured[after:]
        log = await self.stores[source].replay(after=after, limit=10_000)
        return [Carried(Line.model_validate_json(each.line), each.line) for each in log]

    async def deliver(self, to: str, source: str, count: int, *, again: int = 0) -> int:
        """So many lines of a source arrive; `again`: and so many that came before, once more."""
        side = self.sides[to]
        for carried in (await self.all_of(source))[: side.taken[source]][-again:] if again else ():
            await side.take(carried)
        lines = (await self.waiting(side, source))[:count]
        for carried in lines:
            await side.take(carried)
        return len(lines)

    async def all_of(self, source: str) -> Sequence[Carried]:
        if source == "measurement":
            return list(self.measured)
        log = await self.stores[source].replay(limit=10_000)
        return [Carried(Line.model_validate_json(each.line), each.line) for each in log]

    async def settle(self) -> None:
        """Until nothing is under way."""
        while True:
            moved = [await self.deliver(to, source, 10_000) for to, source in ROADS]
            if not any(moved):
                return

    async def outcome(self) -> dict[str, Any]:
        """What was done and how all stands, without ids, times and sequences."""
        done: Counter[tuple[str, ...]] = Counter()
        for side in self.sides.values():
            for (policy, _, target), state in side.effects.items():
                name = self.names[target.rpartition("/")[2]]
                if policy not in DEBOUNCED:
                    done[policy, name, state] += 1
        standing: dict[str, Any] = {}
        for id, name in self.names.items():
            if name == "cycle":
                cycle = await self.repositories["agenda"].get(LearningCycle, UUID(id))
                standing[name] = (cycle.phase, len(cycle.triggers))
            else:
                standing[name] = await self._standing(UUID(id), name)
        return {"done": done, "standing": standing}

    async def _standing(self, id: UUID, name: str) -> Any:
        repository = self.repositories["activities"]
        if name.startswith("activity"):
            return (await repository.get(Activity, id)).lead
        if name.startswith("commitment"):
            return (await repository.get(Commitment, id)).to_renegotiate
        if name.startswith("claim"):
            return len((await repository.get(ContributionClaim, id)).marked_by)
        return (await repository.get(Way, id)).orphaned_of


ROADS = (
    ("agenda", "agenda"),
    ("agenda", "activities"),
    ("agenda", "measurement"),
    ("activities", "agenda"),
    ("activities", "measurement"),
    ("activities", "activities"),
)


async def orderly(segments: Sequence[Sequence[Happening]]) -> World:
    world = World()
    await world.begin()
    for segment in segments:
        for happening in segment:
            await world.happens(happening)
            await world.settle()
    return world


async def disorderly(segments: Sequence[Sequence[Happening]], data: st.DataObject) -> World:
    world = World()
    await world.begin()
    for segment in segments:
        for happening in segment:
            await world.happens(happening)
            for to, source in data.draw(st.permutations(ROADS)):
                count, again = data.draw(st.tuples(st.integers(0, 2), st.integers(0, 3)))
                await world.deliver(to, source, count, again=again)
        await world.settle()
    return world


@settings(max_examples=40, deadline=timedelta(seconds=20), suppress_health_check=list(HealthCheck))
@given(segments=SEGMENTS, data=st.data())
def test_delayed_shuffled_and_repeated_deliveries_do_what_orderly_ones_do(
    segments: list[list[Happening]], data: st.DataObject
) -> None:
    async def both() -> None:
        expected, found = await orderly(segments), await disorderly(segments, data)
        assert await found.outcome() == await expected.outcome()
        for world in (expected, found):
            await fired_once_and_never_on_replay(world)

    asyncio.run(both())


async def fired_once_and_never_on_replay(world: World) -> None:
    """Each effect stands in the log once, names its cause, and no rereading adds another."""
    for name, side in world.sides.items():
        log = [each for each in await world.all_of(name) if by_policy(each)]
        once = Counter((each.line.causationid, each.line.subject, each.fact) for each in log)
        assert set(once.values()) <= {1}
        assert len(log) == Counter(side.effects.values())["done"]
        causes = {str(each.line.id) for source in LOGS for each in await world.all_of(source)}
        assert {each.line.causationid for each in log} <= causes
        before = (await world.stores[name].mark()).sequence
        anew = Side(name, side.policies, side.service, side.store)
        anew.heard = set(side.heard)  # the rows that are never deleted
        for source in LOGS:
            for carried in await world.all_of(source):
                await anew.take(carried)
        assert anew.effects == {}
        assert (await world.stores[name].mark()).sequence == before


def by_policy(carried: Carried) -> bool:
    return str(carried.line.data["provenance"]["authority"]).startswith("policy:")


LOGS = ("agenda", "measurement", "activities")


async def test_an_effect_that_was_written_is_known_even_where_its_row_was_lost() -> None:
    world = await orderly([[Happening("withdraw", 0)]])
    side = world.sides["activities"]
    ((policy, _, target),) = [key for key in side.effects if key[2].startswith("activity/")]
    (gone,) = [each for each in await world.all_of("agenda") if each.fact.endswith("withdrew")]
    chosen = next(each for each in side.policies if each.name == policy)
    before = (await side.store.mark()).sequence
    settled = await fire("activities", chosen, side.service, side.store, gone, target)
    assert settled.state == "done"
    assert (await side.store.mark()).sequence == before
    assert act_of("activities", chosen, gone, target).causation_id == str(gone.line.id)
