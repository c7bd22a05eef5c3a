"""What many requests ask at the same moment is asked of the database once.

While calls are under way the next items gather, so the batch grows with the load and a lone
request waits for nobody: this is the group commit, and the same for reads.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Tool = TypeVar("Tool")

Open = Callable[[], AbstractAsyncContextManager[Tool]]
Run = Callable[[Tool, list[Item]], Awaitable[Sequence[Result | Exception]]]


TOGETHER = 16
"""So many items go in one call, whatever lanes are free: what a call costs is shared."""


class Overloaded(Exception):
    """More requests wait for the database than can be served in time."""


class Batcher(Generic[Tool, Item, Result]):
    """Opens a tool, such as a connection, when there is work, and keeps it while there is more.

    `lanes` calls may be under way at once: one is written while the next one is encoded.
    """

    def __init__(
        self,
        open: Open[Tool],
        run: Run[Tool, Item, Result],
        *,
        at_once: int = 256,
        waiting: int = 4_096,
        lanes: int = 1,
    ) -> None:
        self._open = open
        self._run = run
        self._at_once = at_once
        self._limit = waiting
        self._lanes = lanes
        self._queue: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._working = 0
        self._workers: set[asyncio.Task[None]] = set()

    def __call__(self, item: Item) -> asyncio.Future[Result]:
        """The result to come. Who cancels it only stops to wait: the item is worked on."""
        if len(self._queue) >= self._limit:
            raise Overloaded(f"{self._limit} requests are waiting")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._queue.append((item, future))
        if self._working < self._lanes:
            self._working += 1
            worker = loop.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return future

    async def close(self) -> None:
        """Wait for what was taken on; refuse nothing that is already in the queue."""
        while self._workers:
            await asyncio.wait(self._workers)

    async def _work(self) -> None:
        while batch := self._take():
            try:
                async with self._open() as tool:
                    while batch:
                        _settle(batch, await self._run(tool, [item for item, _ in batch]))
                        await asyncio.sleep(0)  # whoever was answered may ask again at once
                        batch = self._take()
            except Exception as error:  # handed to every caller of this batch, whatever it is
                _settle(batch, [error] * len(batch))
        # At once, not when the task is done: what comes in between would find nobody.
        self._working -= 1

    def _take(self) -> list[tuple[Item, asyncio.Future[Result]]]:
        """At most a lane's share. Who is answered together asks again together: if one lane took
        all of them, the others would have nothing to do for ever."""
        share = max(TOGETHER, -(-len(self._queue) // self._lanes))
        return [self._queue.popleft() for _ in range(min(share, self._at_once, len(self._queue)))]


def _settle(
    batch: Sequence[tuple[Item, asyncio.Future[Result]]], results: Sequence[Result | Exception]
) -> None:
    for (_, future), result in zip(batch, results, strict=True):
        if future.done():  # its caller went away
            continue
        if isinstance(result, Exception):
            future.set_exception(result)
        else:
            future.set_result(result)
