"""What every event store promises. The memory twin and PostgreSQL are held to the same words."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from infra.eventstore import (
    AlreadyAnswered,
    EventStore,
    MemoryEventStore,
    Offer,
    PostgresEventStore,
    claimed,
)
from infra.eventstore.store import BULK_LINES, Held
from infra.kernel import Act, Claim, ClaimTaken, Clock, Conflict, IdempotencyKey, Provenance, uuid7
from infra.kernel.act import Answer
from infra.kernel.clock import ManualClock
from infra.kernel.line import Draft, draft
from infra.kernel.values import moment
from infra.postgres import make_pool

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
INITIATIVE = UUID(int=7)
ORGANISATION = UUID(int=8)
BY = Act(
    Provenance(
        actor="p-1", role="certifier", organisation=ORGANISATION, client="c", authority="role:x"
    )
)
ANSWER = Answer(201, b'{"id":1}', (("ETag", '"1"'), ("Location", "/v1/things/1")))
Opening = Callable[[Clock], AbstractAsyncContextManager[EventStore]]


@asynccontextmanager
async def in_memory(clock: Clock) -> AsyncIterator[EventStore]:
    yield MemoryEventStore(clock)


@asynccontextmanager
async def in_postgres(dsn: str, clock: Clock) -> AsyncIterator[EventStore]:
    async with make_pool(dsn, name="contract") as pool:
        store = PostgresEventStore(pool, clock)
        yield store
        await store.close()


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def opening(request: pytest.FixtureRequest) -> Opening:
    """How a store is opened; all that one test opens stand on the same log."""
    if request.param == "memory":
        return in_memory
    database = request.getfixturevalue("database")
    dsn: list[str] = []

    @asynccontextmanager
    async def postgres(clock: Clock) -> AsyncIterator[EventStore]:
        if not dsn:
            dsn.append(await database())
        async with in_postgres(dsn[0], clock) as store:
            yield store

    return postgres


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
async def store(opening: Opening, clock: ManualClock) -> AsyncIterator[EventStore]:
    async with opening(clock) as opened:
        yield opened


def a_draft(stream: UUID, version: int = 1, **data: Any) -> Draft:
    return draft(
        source="agenda",
        fact="thing-done",
        contract_version=1,
        subject=f"initiative/{INITIATIVE}/thing/{stream}",
        stream_id=stream,
        stream_version=version,
        initiative_id=INITIATIVE,
        data=data,
        by=BY,
        now=START,
    )


def offer(stream: UUID, version: int = 1, *, key: str = "", **more: Any) -> Offer:
    named = IdempotencyKey("client", key, b"d" * 32) if key else None
    return Offer([a_draft(stream, version)], idempotency=named, answer=ANSWER, **more)


def attributes(line: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(line)
    return found


async def everything(store: EventStore) -> list[dict[str, Any]]:
    return [attributes(r.line) for r in await store.replay(limit=100_000)]


def outcome(result: object) -> str:
    return type(result).__name__


# The log


async def test_a_line_comes_back_as_it_was_written(store: EventStore) -> None:
    stream = uuid7()
    offered = a_draft(stream, text='says ,"sequence":" and 🌏 and \\ too')
    receipt = await store.append(Offer([offered]))
    (line,) = await store.read(stream)
    assert line == offered.line(recordedtime=receipt.recordedtime, sequence=1)
    assert attributes(line)["data"] == {"text": 'says ,"sequence":" and 🌏 and \\ too'}


async def test_sequences_count_from_one_without_a_gap(store: EventStore) -> None:
    first, second = uuid7(), uuid7()
    one = await store.append(Offer([a_draft(first), a_draft(first, 2)]))
    two = await store.append(Offer([a_draft(second)]))
    assert (one.first_sequence, one.last_sequence) == (1, 2)
    assert (two.first_sequence, two.last_sequence) == (3, 3)
    assert [int(line["sequence"]) for line in await everything(store)] == [1, 2, 3]


async def test_a_stream_is_read_oldest_first(store: EventStore) -> None:
    stream = uuid7()
    for version in (1, 2, 3):
        await store.append(offer(stream, version))
    assert [attributes(line)["streamversion"] for line in await store.read(stream)] == [1, 2, 3]


async def test_a_stream_is_read_after_a_version(store: EventStore) -> None:
    stream, other = uuid7(), uuid7()
    for version in (1, 2, 3):
        await store.append(offer(stream, version))
        await store.append(offer(other, version))
    asked = [store.read(stream, after=after) for after in range(5)]
    found = await asyncio.gather(*asked, store.read(other, after=2))
    versions = [[attributes(line)["streamversion"] for line in lines] for lines in found]
    assert versions == [[1, 2, 3], [2, 3], [3], [], [], [3]]
    assert attributes(found[-1][0])["subject"] != attributes(found[0][0])["subject"]


async def test_nobody_wrote_to_this_stream(store: EventStore) -> None:
    assert list(await store.read(uuid7())) == []
    assert dict(await store.read_many([uuid7()])) == {}


async def test_many_streams_are_read_at_once(store: EventStore) -> None:
    first, second = uuid7(), uuid7()
    await store.append(Offer([a_draft(first), a_draft(second), a_draft(first, 2)]))
    found = await store.read_many([first, second, first, uuid7()])
    assert {stream: len(lines) for stream, lines in found.items()} == {first: 2, second: 1}


async def test_a_stream_is_read_as_it_was_known(store: EventStore) -> None:
    stream = uuid7()
    for version in (1, 2, 3):
        await store.append(offer(stream, version))
    assert len(await store.read_known(stream, version=2, sequence=100)) == 2
    assert len(await store.read_known(stream, version=100, sequence=1)) == 1
    assert list(await store.read_known(stream, version=3, sequence=0)) == []


async def test_the_log_is_replayed_page_by_page(store: EventStore) -> None:
    streams = [uuid7() for _ in range(7)]
    for stream in streams:
        await store.append(offer(stream))
    pages, after = [], 0
    while page := await store.replay(after=after, limit=3):
        pages.append([recorded.sequence for recorded in page])
        after = page[-1].sequence
    assert pages == [[1, 2, 3], [4, 5, 6], [7]]
    assert {recorded.initiative_id for recorded in await store.replay()} == {INITIATIVE}


# Conflicts


async def test_a_taken_version_is_a_conflict(store: EventStore) -> None:
    stream = uuid7()
    await store.append(offer(stream))
    with pytest.raises(Conflict):
        await store.append(offer(stream, key="k"))
    assert len(await everything(store)) == 1
    assert await store.remembered("client", "k") is None


async def test_an_offer_is_written_whole_or_not_at_all(store: EventStore) -> None:
    taken, free = uuid7(), uuid7()
    await store.append(offer(taken))
    claim = Held(Claim("code", "x"), free)
    with pytest.raises(Conflict):
        await store.append(Offer([a_draft(free), a_draft(taken)], claims=[claim]))
    assert list(await store.read(free)) == []
    assert dict(await store.holders("code", ["x"])) == {}


async def test_one_writer_wins_each_version(store: EventStore) -> None:
    stream = uuid7()
    offers = [store.append(offer(stream, version)) for version in (1, 2) for _ in range(20)]
    results = await asyncio.gather(*offers, return_exceptions=True)
    assert sorted(map(outcome, results)) == ["Conflict"] * 38 + ["Receipt"] * 2
    assert [attributes(line)["streamversion"] for line in await store.read(stream)] == [1, 2]


async def test_a_refused_offer_does_not_trouble_its_neighbours(store: EventStore) -> None:
    """All of these may share one transaction; each is judged by what stands before it."""
    taken, good, other = uuid7(), uuid7(), uuid7()
    await store.append(offer(taken, claims=[Held(Claim("code", "a"), taken)], key="known"))
    results = await asyncio.gather(
        store.append(offer(good)),
        store.append(offer(taken)),
        store.append(offer(uuid7(), claims=[Held(Claim("code", "a"), uuid7())])),
        store.append(offer(uuid7(), key="known")),
        store.append(offer(good, 2, claims=[Held(Claim("code", "b"), good)], key="fresh")),
        store.append(offer(other, releases=[Claim("code", "a")])),
        store.append(Offer([a_draft(taken, 2), a_draft(taken, 2)])),
        store.append(offer(taken, 2)),
        return_exceptions=True,
    )
    names = ["Receipt", "Conflict", "ClaimTaken", "AlreadyAnswered", "Receipt", "Receipt"]
    assert [*map(outcome, results)] == [*names, "Conflict", "Receipt"]
    log = await everything(store)
    assert [int(line["sequence"]) for line in log] == [1, 2, 3, 4, 5]
    written = [r for r in results if not isinstance(r, BaseException)]
    assert sorted(receipt.first_sequence for receipt in written) == [2, 3, 4, 5]
    for receipt, stream in zip(written, [good, good, other, taken], strict=True):
        assert log[receipt.first_sequence - 1]["subject"].endswith(str(stream))


# Claims


async def test_a_claim_has_one_holder(store: EventStore) -> None:
    mine, yours = uuid7(), uuid7()
    await store.append(offer(mine, claims=[Held(Claim("code", "EDU"), mine)]))
    with pytest.raises(ClaimTaken) as refused:
        await store.append(offer(yours, claims=[Held(Claim("code", "EDU"), yours)]))
    assert str(mine) in str(refused.value)
    assert dict(await store.holders("code", ["EDU", "nobody's"])) == {"EDU": mine}
    assert list(await store.read(yours)) == []


async def test_a_claim_that_is_given_back_may_be_taken(store: EventStore) -> None:
    mine, yours = uuid7(), uuid7()
    claim = Claim("code", "EDU")
    await store.append(offer(mine, claims=[Held(claim, mine)]))
    await store.append(offer(mine, 2, releases=[claim]))
    await store.append(offer(yours, claims=[Held(claim, yours)]))
    assert dict(await store.holders("code", ["EDU"])) == {"EDU": yours}


async def test_one_offer_may_give_back_and_take(store: EventStore) -> None:
    mine = uuid7()
    old, new = Claim("period", "2025"), Claim("period", "2026")
    await store.append(offer(mine, claims=[Held(old, mine)]))
    await store.append(offer(mine, 2, releases=[old], claims=[Held(old, mine), Held(new, mine)]))
    assert set(await store.holders("period", ["2025", "2026"])) == {"2025", "2026"}


async def test_of_many_who_claim_at_once_one_gets_it(store: EventStore) -> None:
    streams = [uuid7() for _ in range(30)]
    results = await asyncio.gather(
        *(store.append(offer(s, claims=[Held(Claim("code", "EDU"), s)])) for s in streams),
        return_exceptions=True,
    )
    assert sorted(map(outcome, results)) == ["ClaimTaken"] * 29 + ["Receipt"]
    (holder,) = (await store.holders("code", ["EDU"])).values()
    assert len(await store.read(holder)) == 1


async def test_the_claims_of_a_kind_are_listed_by_key(store: EventStore) -> None:
    stream = uuid7()
    claims = [Held(Claim("place", name), stream) for name in "dbca"]
    await store.append(offer(stream, claims=[*claims, Held(Claim("other", "e"), stream)]))
    assert list(await store.held("place", limit=3)) == ["a", "b", "c"]
    assert list(await store.held("place", after="c")) == ["d"]


async def test_claims_are_listed_by_what_their_keys_begin_with(store: EventStore) -> None:
    stream = uuid7()
    keys = ["a", "a/", "a/B", "a/b", "a/\U0010fffe", "a0", "b"]
    await store.append(offer(stream, claims=[Held(Claim("place", key), stream) for key in keys]))
    assert list(await store.held("place", prefix="a/")) == ["a/", "a/B", "a/b", "a/\U0010fffe"]
    assert list(await store.held("place", prefix="a/", after="a/B", limit=1)) == ["a/b"]
    assert list(await store.held("place", prefix="a/", after="b")) == []


async def test_all_claims_are_found_however_many_there_are(store: EventStore) -> None:
    stream = uuid7()
    held = [Held(Claim("place", f"{way}{number}"), stream) for way in "xy" for number in range(600)]
    await store.append(offer(stream, claims=held))
    found = await claimed(store, "place", "y")
    assert list(found) == sorted(map(str, range(600)))
    assert set(found.values()) == {stream}
    assert len(await claimed(store, "place")) == 1_200


# Idempotency


async def test_an_answer_is_kept_with_its_key(store: EventStore) -> None:
    receipt = await store.append(offer(uuid7(), key="k"))
    kept = await store.remembered("client", "k")
    assert kept is not None
    assert (kept.body_sha256, kept.last_sequence, kept.answer) == (b"d" * 32, 1, ANSWER)
    assert receipt.answer == ANSWER


async def test_a_key_belongs_to_its_client(store: EventStore) -> None:
    await store.append(offer(uuid7(), key="k"))
    assert await store.remembered("somebody else", "k") is None


async def test_a_known_key_writes_nothing(store: EventStore) -> None:
    stream = uuid7()
    await store.append(offer(stream, key="k"))
    for version in (1, 2):  # whatever else would refuse it
        with pytest.raises(AlreadyAnswered):
            await store.append(offer(stream, version, key="k"))
    assert len(await everything(store)) == 1


async def test_one_key_offered_many_times_at_once_has_one_effect(store: EventStore) -> None:
    results = await asyncio.gather(
        *(store.append(offer(uuid7(), key="k")) for _ in range(30)), return_exceptions=True
    )
    assert sorted(map(outcome, results)) == ["AlreadyAnswered"] * 29 + ["Receipt"]
    assert len(await everything(store)) == 1


async def test_a_caller_that_goes_away_undoes_nothing(store: EventStore) -> None:
    staying, leaving = uuid7(), uuid7()
    gone = asyncio.ensure_future(store.append(offer(leaving, key="gone")))
    stays = asyncio.ensure_future(store.append(offer(staying)))
    await asyncio.sleep(0)
    gone.cancel()
    await stays
    assert len(await store.read(staying)) == 1
    known = await store.remembered("client", "gone")
    assert len(await store.read(leaving)) == (0 if known is None else 1)


# Bulk


async def test_a_bulk_append_is_one_run_of_sequences(store: EventStore) -> None:
    await store.append(offer(uuid7()))
    streams = [uuid7() for _ in range(1_000)]
    receipt = await store.append_bulk(a_draft(s, text="é" * 50) for s in streams)
    assert (receipt.first_sequence, receipt.last_sequence) == (2, 1_001)
    log = await everything(store)
    assert [int(line["sequence"]) for line in log] == list(range(1, 1_002))
    assert {line["recordedtime"] for line in log[1:]} == {log[1]["recordedtime"]}
    assert log[500]["data"] == {"text": "é" * 50}
    assert (await store.append(offer(uuid7()))).first_sequence == 1_002


async def test_a_bulk_append_writes_what_a_single_one_would(store: EventStore) -> None:
    stream = uuid7()
    first, second = a_draft(stream, text="a"), a_draft(stream, 2, text="b")
    await store.append_bulk([first])
    await store.append(Offer([second]))
    recorded = moment(attributes((await store.read(stream))[0])["recordedtime"])
    assert list(await store.read(stream)) == [
        first.line(recordedtime=recorded, sequence=1),
        second.line(recordedtime=recorded, sequence=2),
    ]


async def test_a_bulk_append_is_all_or_nothing(store: EventStore) -> None:
    taken = uuid7()
    await store.append(offer(taken))
    with pytest.raises(Conflict):
        await store.append_bulk([a_draft(uuid7()), a_draft(taken), a_draft(uuid7())])
    assert len(await everything(store)) == 1
    assert (await store.append(offer(uuid7()))).first_sequence == 2


async def test_a_bulk_append_takes_its_claims(store: EventStore) -> None:
    mine, yours = uuid7(), uuid7()
    claims = [Held(Claim("period", str(year)), mine) for year in range(2000, 2020)]
    await store.append_bulk([a_draft(mine)], claims)
    with pytest.raises(Conflict):
        await store.append_bulk([a_draft(yours)], [Held(Claim("period", "2007"), yours)])
    assert len(await store.held("period")) == 20
    assert list(await store.read(yours)) == []


async def test_a_bulk_append_has_a_limit(store: EventStore) -> None:
    with pytest.raises(ValueError, match="5000"):
        await store.append_bulk(a_draft(uuid7()) for _ in range(BULK_LINES + 1))
    assert await everything(store) == []


# Time


async def test_recordedtime_is_the_clocks(store: EventStore, clock: ManualClock) -> None:
    await store.append(offer(uuid7()))
    clock.forward(hours=2)
    await store.append(offer(uuid7()))
    assert [line["recordedtime"] for line in await everything(store)] == [
        "2026-03-01T09:00:00.000000Z",
        "2026-03-01T11:00:00.000000Z",
    ]


async def test_nothing_is_recorded_before_what_was_known_through(
    store: EventStore, opening: Opening, clock: ManualClock
) -> None:
    await store.append(offer(uuid7()))
    clock.forward(minutes=5)
    head = await store.mark()
    assert (head.sequence, head.known_through) == (1, START + timedelta(minutes=5))
    clock._now = START  # a machine's clock may be set back
    receipt = await store.append(offer(uuid7()))
    bulk = await store.append_bulk([a_draft(uuid7())])
    assert receipt.recordedtime == bulk.recordedtime == head.known_through
    assert (await store.mark()).known_through == head.known_through


async def test_an_empty_log_is_known_through_the_present(store: EventStore) -> None:
    head = await store.mark()
    assert (head.sequence, head.known_through) == (0, START)


async def test_what_was_known_at_an_instant_is_a_sequence_for_ever(
    store: EventStore, clock: ManualClock
) -> None:
    assert await store.known_at(START - timedelta(days=1)) == 0
    minutes = [0, 1, 1, 1, 5, 9]
    for minute in minutes:
        clock.forward_to(START + timedelta(minutes=minute))
        await store.append(offer(uuid7()))
    for asked in range(9):
        told = await store.known_at(START + timedelta(minutes=asked))
        assert told == sum(1 for minute in minutes if minute <= asked)
        just_before = await store.known_at(START + timedelta(minutes=asked, microseconds=-1))
        assert just_before == sum(1 for minute in minutes if minute < asked)


async def test_the_present_instant_is_not_certain_yet(
    store: EventStore, clock: ManualClock
) -> None:
    await store.append(offer(uuid7()))
    assert await store.known_at(START) is None
    clock.forward(seconds=1)
    assert await store.known_at(START) == 1
