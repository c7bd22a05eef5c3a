"""Every answer is a function of its cut alone: over random histories, however they arrived."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.api.answers import encoded
from gateway.journal import SOURCES, JournalSink, Vector
from gateway.readmodels import (
    MODELS,
    Projector,
    cycle_page,
    initiatives,
    observations,
    progress,
    timeline,
)
from gateway.readmodels.cut import Cut
from gateway.readmodels.known import figures
from gateway.readmodels.measures import Formula
from gateway.registers import results, what_if
from infra.messaging import Carried
from infra.postgres import Pool, make_pool
from tests.callers import named
from tests.conftest import Database
from tests.integration import gateway_registers as registers
from tests.integration.gateway_house import MELBOURNE, PACKAGES
from tests.integration.gateway_stories import HISTORIES, INITIATIVES, Step, story
from tests.lines import BEGIN, History, take
from tests.servers import PostgresServer

TABLES = ", ".join(["journal", "watermarks", "read_models", *(model.table for model in MODELS)])
SLOW = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


SUPPOSED = (
    what_if.Supposed(target="50", deduplicated_to=0),
    what_if.Supposed(formula=Formula("mean(I0, I1)", 1), deduplicated_to=3),
)


class Gateway:
    """A gateway's database, emptied between one history and the next."""

    def __init__(self, pool: Pool, owner: asyncpg.Connection[asyncpg.Record]) -> None:
        self.pool, self._owner = pool, owner

    async def empty(self) -> None:
        await self._owner.execute(f"TRUNCATE {TABLES}")


@pytest.fixture
async def gateway(database: Database, postgres_server: PostgresServer) -> AsyncIterator[Gateway]:
    dsn = await database("gateway", packages=PACKAGES)
    owner = await asyncpg.connect(f"{postgres_server.dsn}/{dsn.rpartition('/')[2]}")
    async with make_pool(dsn, name="tests") as pool:
        yield Gateway(pool, owner)
    await owner.close()


async def feed(pool: Pool, batches: Iterator[tuple[str, list[Carried]]]) -> None:
    sink = JournalSink(Projector(MODELS).project)
    for source, lines in batches:
        await take(pool, sink, source, lines, known_through=BEGIN)


def one_after_another(told: History) -> Iterator[tuple[str, list[Carried]]]:
    yield from told.lines.items()


def mixed(told: History, draw: st.DataObject) -> Iterator[tuple[str, list[Carried]]]:
    """Each source in its own order, in batches of any size, the sources in any order."""
    left = {source: list(lines) for source, lines in told.lines.items() if lines}
    while left:
        source = draw.draw(st.sampled_from(sorted(left)))
        size = draw.draw(st.integers(1, len(left[source])))
        yield source, left[source][:size]
        left[source] = left[source][size:]
        if not left[source]:
            del left[source]


async def digests(pool: Pool) -> dict[str, Any]:
    projector = Projector(MODELS)
    return {model.name: await projector.digest(pool, model.name) for model in MODELS}


async def answers(pool: Pool, cut: Cut) -> bytes:
    """Everything that can be asked, at one cut."""
    told: list[Any] = [i.shown() for i in await initiatives.page(pool, cut, 0, 500)]
    for initiative in INITIATIVES:
        every = timeline.Wanted()
        told += await timeline.page(pool, cut, initiative, every, timeline.Place(), 500)
        told += await progress.of_initiative(pool, cut, initiative)
        for number in "01":
            told.append(await cycle_page.page(pool, cut, named(f"{initiative} cycle {number}")))
            indicator = named(f"{initiative} indicator {number}")
            rows = await observations.page(pool, cut, indicator, observations.FIRST, 500)
            told += [observations.shown(row) for row in rows]
        told += await computed(pool, cut, initiative)
    return encoded(told)


async def computed(pool: Pool, cut: Cut, initiative: UUID) -> list[Any]:
    """What formulas come to, and what would be if."""
    told: list[Any] = []
    known = await figures(pool, cut, initiative)
    for measure in known.measures.values():
        page = await results.page(pool, cut, measure, known.measures, results.FIRST, 500)
        told += [page, results.for_all(measure, known)]
        for supposed in SUPPOSED:
            told.append(await what_if.what_if(pool, cut, initiative, measure.id, supposed))
    return told


@SLOW
@given(steps=HISTORIES, draw=st.data())
async def test_however_the_sources_arrive_the_rows_are_the_same(
    gateway: Gateway, steps: list[Step], draw: st.DataObject
) -> None:
    told = story(steps)
    now = Cut(Vector.parse(told.vector), MELBOURNE)
    await gateway.empty()
    await feed(gateway.pool, one_after_another(told))
    expected = await digests(gateway.pool), await answers(gateway.pool, now)
    await gateway.empty()
    await feed(gateway.pool, mixed(told, draw))
    assert (await digests(gateway.pool), await answers(gateway.pool, now)) == expected
    for model in MODELS:
        await Projector(MODELS).rebuild(gateway.pool, model.name)
    assert (await digests(gateway.pool), await answers(gateway.pool, now)) == expected


@SLOW
@given(
    before=HISTORIES,
    later=HISTORIES,
    behind=st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(0, 5)),
    days=st.none() | st.integers(-60, 400),
)
async def test_an_answer_at_a_cut_never_changes_as_the_log_grows(
    gateway: Gateway,
    before: list[Step],
    later: list[Step],
    behind: tuple[int, int, int],
    days: int | None,
) -> None:
    early, whole = story(before), story([*before, *later])
    heads = {source: len(early.lines[source]) for source in SOURCES}
    cut = Cut(
        Vector({s: max(0, heads[s] - back) for s, back in zip(SOURCES, behind, strict=True)}),
        MELBOURNE,
        as_at=None if days is None else BEGIN + timedelta(days=days),
    )
    await gateway.empty()
    known = {source: lines[: heads[source]] for source, lines in whole.lines.items()}
    await feed(gateway.pool, iter(known.items()))
    expected = await answers(gateway.pool, cut)
    await feed(gateway.pool, ((s, lines[heads[s] :]) for s, lines in whole.lines.items()))
    assert await answers(gateway.pool, cut) == expected


@settings(SLOW, max_examples=12)
@given(
    said=registers.HISTORIES, later=registers.HISTORIES, draw=st.data(), days=st.none() | st.just(9)
)
async def test_every_register_is_a_function_of_the_cut_alone(
    gateway: Gateway,
    said: list[registers.Said],
    later: list[registers.Said],
    draw: st.DataObject,
    days: int | None,
) -> None:
    early, whole = registers.story(said), registers.story([*said, *later])
    as_at = None if days is None else BEGIN + timedelta(days=days)
    cut = Cut(Vector.parse(early.vector), MELBOURNE, instant=early.now, as_at=as_at)
    await gateway.empty()
    await feed(gateway.pool, one_after_another(early))
    expected = encoded(await registers.answers(gateway.pool, cut))
    await gateway.empty()
    known = {source: lines[: len(early.lines[source])] for source, lines in whole.lines.items()}
    early.lines = known
    await feed(gateway.pool, mixed(early, draw))
    rest = {source: whole.lines[source][len(lines) :] for source, lines in known.items()}
    await feed(gateway.pool, iter(rest.items()))
    same = encoded(await registers.answers(gateway.pool, cut))
    assert same == expected
