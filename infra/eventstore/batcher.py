"""What many requests ask at the same moment is asked of the database once.

While one call is under way the next ones gather, so the batch grows with the load and a lone
request waits for nobody: this is the group commit, and the same for reads.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

Run = Callable[[list[Item]], Awaitable[Sequence[Result | Exception]]]


class Overloaded(Exception):
    """More requests wait for the database than can be served in time."""


class Batcher(Generic[Item, Result]):
    def __init__(self, run: Run[Item, Result], *, at_once: int = 256, waiting: int = 4_096) -> None:
        self._run = run
        self._at_once = at_once
        self._limit = waiting
        self._queue: deque[tuple[Item, asyncio.Future[Result]]] = deque()
        self._worker: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        if len(self._queue) >= self._limit:
            raise Overloaded(f"{self._limit} requests are waiting")
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._queue.append((item, future))
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await future

    async def close(self) -> None:
        """Wait for what was taken on; refuse nothing that is already in the queue."""
        if self._worker is not None:
            with contextlib.suppress(asyncio.CancelledError):
                await self._worker

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
