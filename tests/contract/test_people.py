"""What every people directory promises: the memory twin and PostgreSQL keep the same words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from infra.postgres import make_pool
from services.agenda.directory import Entry, MemoryPeople, People, PostgresPeople
from tests.conftest import Database

NOW = datetime(2022, 2, 9, 9, tzinfo=UTC)
ANNA = Entry("person-1", "Anna", "anna at the LLEN", NOW)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_or_none(request: pytest.FixtureRequest) -> Database | None:
    return request.getfixturevalue("database") if request.param == "postgres" else None


@pytest.fixture
async def people(database_or_none: Database | None) -> AsyncIterator[People]:
    if database_or_none is None:
        yield MemoryPeople()
        return
    dsn = await database_or_none("agenda", ("services.agenda.directory",))
    async with make_pool(dsn, name="people") as pool:
        yield PostgresPeople(pool)


async def test_who_was_put_is_found(people: People) -> None:
    assert await people.put(ANNA) is True
    nameless = Entry("person-2", "Ben ❤", None, NOW)
    await people.put(nameless)
    found = await people.find(["person-2", "person-1", "person-3"])
    assert found == {"person-1": ANNA, "person-2": nameless}
    assert await people.find([]) == {}


async def test_the_latest_word_takes_the_place_of_the_one_before(people: People) -> None:
    await people.put(ANNA)
    later = Entry("person-1", "Anna B.", None, NOW + timedelta(days=1))
    assert await people.put(later) is False
    assert await people.find(["person-1"]) == {"person-1": later}


async def test_nothing_is_left_of_whoever_is_deleted(people: People) -> None:
    await people.put(ANNA)
    assert await people.delete("person-1") is True
    assert await people.find(["person-1"]) == {}
    assert await people.delete("person-1") is False
    assert await people.put(ANNA) is True
