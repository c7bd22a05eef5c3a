"""What both adapters of `References` promise: known, not heard of yet, withdrawn."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import pytest

from infra.kernel import NotKnownHere, uuid7
from infra.messaging import (
    Carried,
    InboxSink,
    MemoryReferences,
    PostgresReferences,
    Reference,
    References,
    ReferenceWithdrawn,
)
from infra.messaging.reading import read_line
from infra.postgres import make_pool
from tests.conftest import Database
from tests.integration.carrying import SERVICE, some_lines

INITIATIVE, ELSEWHERE = uuid7(), uuid7()

Adapter = tuple[References, Callable[[Reference], Awaitable[None]]]
Opening = Callable[[], AbstractAsyncContextManager[Adapter]]


def read_thing(carried: Carried) -> list[Reference]:
    """A pure reader, as a service would have one."""
    data = carried.line.data
    return [Reference("outcome", UUID(data["thing"]), INITIATIVE, data["state"], data["label"])]


@asynccontextmanager
async def in_memory() -> AsyncIterator[Adapter]:
    memory = MemoryReferences()

    async def add(reference: Reference) -> None:
        memory.add(reference)

    yield memory, add


@asynccontextmanager
async def in_postgres(dsn: str) -> AsyncIterator[Adapter]:
    sink = InboxSink({"measurement.thing-happened": read_thing}, {})
    sequences = itertools.count(1)
    async with make_pool(dsn, name="test") as pool:

        async def hear(reference: Reference) -> None:
            told = {"thing": str(reference.id), "state": reference.state, "label": reference.label}
            sequence = next(sequences)
            line = (await some_lines("measurement", sequence, data=told))[-1]
            async with pool.acquire() as db, db.transaction():
                await sink.take(
                    db, "measurement", [read_line("measurement", line.encode(), sequence=sequence)]
                )

        yield PostgresReferences(pool), hear


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def opening(request: pytest.FixtureRequest) -> Opening:
    if request.param == "memory":
        return in_memory
    database: Database = request.getfixturevalue("database")

    @asynccontextmanager
    async def postgres() -> AsyncIterator[Adapter]:
        async with in_postgres(await database("agenda", SERVICE)) as opened:
            yield opened

    return postgres


@pytest.fixture
async def adapter(opening: Opening) -> AsyncIterator[Adapter]:
    async with opening() as opened:
        yield opened


async def test_a_thing_that_nobody_has_heard_of_is_not_known_here_yet(adapter: Adapter) -> None:
    references, _ = adapter
    with pytest.raises(NotKnownHere, match="repeat the request in a moment"):
        await references.require("outcome", uuid7(), INITIATIVE)


async def test_a_known_thing_may_be_named(adapter: Adapter) -> None:
    references, add = adapter
    thing = uuid7()
    await add(Reference("outcome", thing, INITIATIVE, label="School attendance"))
    await references.require("outcome", thing, INITIATIVE)


async def test_a_thing_of_another_kind_or_initiative_is_as_unknown_as_none(
    adapter: Adapter,
) -> None:
    references, add = adapter
    thing = uuid7()
    await add(Reference("outcome", thing, INITIATIVE))
    for kind, initiative in (("partner", INITIATIVE), ("outcome", ELSEWHERE)):
        with pytest.raises(NotKnownHere):
            await references.require(kind, thing, initiative)


async def test_a_withdrawn_thing_is_refused_and_may_come_back(adapter: Adapter) -> None:
    references, add = adapter
    thing = uuid7()
    await add(Reference("outcome", thing, INITIATIVE))
    await add(Reference("outcome", thing, INITIATIVE, "withdrawn"))
    with pytest.raises(ReferenceWithdrawn, match="was withdrawn"):
        await references.require("outcome", thing, INITIATIVE)
    await add(Reference("outcome", thing, INITIATIVE))
    await references.require("outcome", thing, INITIATIVE)


async def test_what_stands_is_told_by_kind_and_initiative(adapter: Adapter) -> None:
    references, add = adapter
    first, second, gone = uuid7(), uuid7(), uuid7()
    for thing in (first, second, gone):
        await add(Reference("outcome", thing, INITIATIVE))
    await add(Reference("outcome", gone, INITIATIVE, "withdrawn"))
    assert await references.standing("outcome", INITIATIVE) == {first, second}
    assert await references.standing("partner", INITIATIVE) == frozenset()
    assert await references.standing("outcome", ELSEWHERE) == frozenset()


async def test_what_stands_is_found_by_kind_in_any_initiative(adapter: Adapter) -> None:
    references, add = adapter
    stands, gone = uuid7(), uuid7()
    await add(Reference("outcome", stands, INITIATIVE, label="2023-06-30"))
    await add(Reference("outcome", gone, INITIATIVE))
    await add(Reference("outcome", gone, INITIATIVE, "withdrawn"))
    assert list(await references.found("outcome")) == [
        Reference("outcome", stands, INITIATIVE, "known", "2023-06-30")
    ]
    assert list(await references.found("partner")) == []
