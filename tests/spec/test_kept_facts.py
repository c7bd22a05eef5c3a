"""What is kept of long streams between two commands: never wrong, and never without bound."""

from __future__ import annotations

import pytest

from infra.eventstore import MemoryEventStore, Repository
from infra.eventstore.kept import SHORTEST, KeptFacts
from infra.kernel import Act, Event, NotFound, Provenance, SystemClock, uuid7
from infra.kernel.mapper import to_event
from services.agenda.domain import Engagement, Initiative
from services.agenda.domain.values import Cohort, Place

BY = Act(Provenance(actor="a", role="r", organisation=uuid7(), client="c", authority="role:r"))
LONG = SHORTEST + 8


async def told(repository: Repository, facts: int) -> Initiative:
    """An initiative with so many facts, as another process wrote them."""
    initiative = Initiative.register(
        name="BGK", places=(Place(scheme="asgs-sa3", edition="3", code="20801"),)
    )
    for number in range(facts - 1):
        initiative.define_cohort(cohort=Cohort(description=f"cohort {number}"))
    await repository.save(BY, initiative)
    return initiative


@pytest.fixture
def store() -> MemoryEventStore:
    return MemoryEventStore(SystemClock())


async def test_what_another_process_has_added_since_is_seen(store: MemoryEventStore) -> None:
    here, there = Repository(store, SystemClock()), Repository(store, SystemClock())
    id = (await told(there, LONG)).id
    assert (await here.get(Initiative, id)).version == LONG
    elsewhere = await there.get(Initiative, id)
    elsewhere.define_cohort(cohort=Cohort(description="the last"))
    await there.save(BY, elsewhere)
    seen = await here.get(Initiative, id)
    assert seen.version == LONG + 1
    assert seen.cohort == Cohort(description="the last")


async def test_two_aggregates_of_the_same_facts_do_not_touch_each_other(
    store: MemoryEventStore,
) -> None:
    repository = Repository(store, SystemClock())
    id = (await told(repository, LONG)).id
    one, other = await repository.get(Initiative, id), await repository.get(Initiative, id)
    one.define_cohort(cohort=Cohort(description="changed"))
    assert other.cohort == Cohort(description=f"cohort {LONG - 2}")
    assert (await repository.get(Initiative, id)).version == LONG


async def test_a_kept_stream_is_still_of_its_own_kind_only(store: MemoryEventStore) -> None:
    repository = Repository(store, SystemClock())
    id = (await told(repository, LONG)).id
    for _ in range(2):
        await repository.get(Initiative, id)
        with pytest.raises(NotFound):
            await repository.get(Engagement, id)


async def test_there_is_a_bound_and_the_oldest_go_first(store: MemoryEventStore) -> None:
    repository = Repository(store, SystemClock())
    streams = [await told(repository, LONG) for _ in range(3)]
    lines = {one.id: await store.read(one.id) for one in streams}
    letters = sum(map(len, lines[streams[0].id]))
    kept = KeptFacts(most_letters=int(letters * 2.5))

    def keep(id) -> None:
        known = kept.of(id)
        new: list[Event] = [to_event(line, Initiative, id) for line in lines[id][len(known) :]]
        assert len(kept.keep(id, known, new, lines[id][len(known) :])) == LONG

    for stream in (streams[0], streams[1], streams[0], streams[2]):
        keep(stream.id)
    assert [len(kept.of(stream.id)) for stream in streams] == [LONG, 0, LONG]
    small = KeptFacts(most_letters=letters // 2)
    small.keep(
        streams[0].id,
        (),
        [to_event(x, Initiative, streams[0].id) for x in lines[streams[0].id]],
        lines[streams[0].id],
    )
    assert small.of(streams[0].id) == ()


async def test_short_streams_are_not_kept(store: MemoryEventStore) -> None:
    repository = Repository(store, SystemClock())
    initiative = await told(repository, SHORTEST - 1)
    await repository.get(Initiative, initiative.id)
    assert repository._kept.of(initiative.id) == ()
