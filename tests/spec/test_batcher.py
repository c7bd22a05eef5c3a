"""Batches grow with the load; every item is answered, whenever it comes and whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from infra.eventstore.batcher import TOGETHER, Batcher, Overloaded


class Desk:
    """Answers each number with its double, in a few turns of the loop; remembers the batches."""

    def __init__(self, *, turns: int = 1, fails: type[Exception] | None = None) -> None:
        self.batches: list[list[int]] = []
        self.turns, self.fails = turns, fails

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        await asyncio.sleep(0)
        yield
        await asyncio.sleep(0)

    async def answer(self, tool: None, items: list[int]) -> Sequence[int | Exception]:
        self.batches.append(items)
        for _ in range(self.turns):
            await asyncio.sleep(0)
        if self.fails:
            raise self.fails
        return [ValueError(item) if item < 0 else 2 * item for item in items]


@pytest.mark.parametrize("lanes", [1, 2])
@pytest.mark.parametrize("pause", range(12))
async def test_whenever_an_item_comes_somebody_takes_it(pause: int, lanes: int) -> None:
    """Also while a worker is about to go home: each pause meets it at another step."""
    batcher = Batcher(Desk().open, Desk().answer, lanes=lanes)

    async def ask(number: int) -> None:
        for _ in range(20):
            assert await batcher(number) == 2 * number
            for _ in range(pause):
                await asyncio.sleep(0)

    async with asyncio.timeout(10):
        await asyncio.gather(*map(ask, range(3)))


async def test_a_lone_item_waits_for_nobody() -> None:
    desk = Desk()
    batcher = Batcher(desk.open, desk.answer)
    assert await batcher(1) == 2
    assert desk.batches == [[1]]


async def test_items_that_come_together_go_together() -> None:
    desk = Desk()
    batcher = Batcher(desk.open, desk.answer, at_once=4)
    assert await asyncio.gather(*map(batcher, range(10))) == [2 * n for n in range(10)]
    assert [len(batch) for batch in desk.batches] == [4, 4, 2]


async def test_many_that_come_together_are_shared_by_the_lanes() -> None:
    desk = Desk(turns=5)
    batcher = Batcher(desk.open, desk.answer, lanes=2)

    async def ask_again(number: int) -> None:
        for _ in range(3):
            assert await batcher(number) == 2 * number

    await asyncio.gather(*map(ask_again, range(2 * TOGETHER)))
    assert [len(batch) for batch in desk.batches] == [TOGETHER] * 6


async def test_few_are_not_shared() -> None:
    desk = Desk()
    batcher = Batcher(desk.open, desk.answer, lanes=2)
    await asyncio.gather(*map(batcher, range(TOGETHER)))
    assert [len(batch) for batch in desk.batches] == [TOGETHER]


async def test_one_items_failure_is_its_own() -> None:
    desk = Desk()
    batcher = Batcher(desk.open, desk.answer)
    results = await asyncio.gather(*map(batcher, (1, -1, 2)), return_exceptions=True)
    assert [str(result) for result in results] == ["2", "-1", "4"]


async def test_a_batchs_failure_is_told_to_all_of_it_and_work_goes_on() -> None:
    desk = Desk(fails=OSError)
    batcher = Batcher(desk.open, desk.answer)
    results = await asyncio.gather(*map(batcher, (1, 2)), return_exceptions=True)
    assert [type(result) for result in results] == [OSError, OSError]
    desk.fails = None
    assert await batcher(3) == 6


async def test_who_goes_away_does_not_stop_the_others() -> None:
    desk = Desk(turns=5)
    batcher = Batcher(desk.open, desk.answer)
    leaving, staying = batcher(1), batcher(2)
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 4
    assert desk.batches == [[1, 2]]


async def test_too_many_are_refused_at_the_door() -> None:
    desk = Desk()
    batcher = Batcher(desk.open, desk.answer, waiting=3)
    waiting = [batcher(n) for n in range(3)]
    with pytest.raises(Overloaded):
        batcher(4)
    assert await asyncio.gather(*waiting) == [0, 2, 4]


async def test_closing_waits_for_what_was_taken_on() -> None:
    desk = Desk(turns=20)
    batcher = Batcher(desk.open, desk.answer, lanes=2, at_once=2)
    waiting = [batcher(n) for n in range(6)]
    await batcher.close()
    assert [future.result() for future in waiting] == [0, 2, 4, 6, 8, 10]
