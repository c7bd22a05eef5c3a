"""Large work, one piece of a kind at a time in a process, so that others are served meanwhile.

It stays in this process: to hand the cells of a release to another one, and to take them back,
takes as long here as to work them out (1.8 s for 10,000 cells, whose disclosure control takes 2.2).
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from infra.eventstore.batcher import Overloaded

SECONDS = 30.0
"""So long a piece of work waits for its turn."""
GIVES_WAY_SECONDS = 0.001
"""So long a thread that computes holds the interpreter while somebody waits for it; five times as
long in Python by itself, which every request would wait at each of its steps."""
USUAL_SECONDS = sys.getswitchinterval()


class Turns:
    """Of one kind of work."""

    def __init__(self, work: str) -> None:
        self._work = work
        self._one = asyncio.Semaphore(1)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Until it is done no cycles are looked for: to walk over all its rows, none of which is
        in one, would stop everybody else for half a second, again and again. What is there at the
        end goes straight to the oldest generation, for the same reason."""
        try:
            async with asyncio.timeout(SECONDS):
                await self._one.acquire()
        except TimeoutError as error:
            raise Overloaded(f"other {self._work} are under way") from error
        _begin()
        try:
            yield
        finally:
            _end()
            self._one.release()


_under_way = 0


def _begin() -> None:
    global _under_way
    _under_way += 1
    gc.disable()
    sys.setswitchinterval(GIVES_WAY_SECONDS)


def _end() -> None:
    global _under_way
    _under_way -= 1
    if not _under_way:
        gc.freeze()
        gc.unfreeze()
        gc.enable()
        sys.setswitchinterval(USUAL_SECONDS)
