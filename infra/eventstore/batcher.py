"""What many requests ask at the same moment is asked of the database once.

While calls are under way the next items gather, so the batch grows with the load and a lone
request waits for nobody: this is the group commit, and the same for reads.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Run = Callable[[list[Item]], Awaitable[Sequence[Result | Exception]]]


class Overloaded(Exception):
    """More requests wait for the database than can be served in time."""


class Batcher(Generic[Item, Result]):
    """`lanes` calls may be under way at once: one is written while the next one is encoded."""

    def __init__(
        self, run: Run[Item, Result], *, at_once: int = 256, waiting: int = 4_096, lanes: int = 1
    ) -> None:
        self._run = run
        self._at_once = at_once
        self._limit = waiting
        self._queue: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._lanes = lanes
        self._workers: set[asyncio.Task[None]] = set()

    def __call__(self, item: Item) -> asyncio.Future[Result]:
        """The result to come. Who cancels it only stops to wait: the item is worked on."""
        if len(self._queue) >= self._limit:
            raise Overloaded(f"{self._limit} requests are waiting")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._queue.append((item, future))
        if len(self._workers) < self._lanes:
            worker = loop.create_task(self._work())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return future

    async def close(self) -> None:
        """Wait for what was taken on; refuse nothing that is already in the queue."""
        while self._workers:
            await asyncio.wait(self._workers)

    async def _work(self) -> None:
        while self._queue:
            batch = [self._queue.popleft() for _ in range(min(self._at_once, len(self._queue)))]
            try:
                results = await self._run([item for item, _ in batch])
            except Exception as error:  # handed to every caller of this batch, whatever it is
                results = [error] * len(batch)
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():  # its caller went away
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)
            await asyncio.sleep(0)  # whoever was just answered may ask again in the next batch
