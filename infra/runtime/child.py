"""The child process that carries what its parent appended, and the pipe between the two.

The pipe is the child's standard input. A byte on it is a hint that there is something to carry;
its end means that the parent is gone, and so must the child go.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import sys
import time
from types import TracebackType

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 8.0
LONG_ENOUGH_SECONDS = 20.0
SLOWEST_RESTART_SECONDS = 10.0


class Child:
    """Keeps one child process running for as long as the block lasts."""

    def __init__(self, *command: str) -> None:
        self._command = command
        self._process: asyncio.subprocess.Process | None = None
        self._pipe: int | None = None
        self._keeper: asyncio.Task[None] | None = None
        self.restarts = 0

    @property
    def pid(self) -> int | None:
        """Its process, while it runs."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process and alive else None

    def poke(self) -> None:
        """Hint that something was appended. Never waits; hints may melt into one."""
        if self._pipe is not None:
            # A full pipe holds hints enough, and a broken one belongs to a child that has ended:
            # the next child looks before it waits.
            with contextlib.suppress(BlockingIOError, BrokenPipeError):
                os.write(self._pipe, b".")

    async def __aenter__(self) -> Child:
        await self._spawn()
        self._keeper = asyncio.create_task(self._keep(), name="keep the carrying child")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        assert self._keeper is not None
        assert self._process is not None
        self._keeper.cancel()
        await asyncio.gather(self._keeper, return_exceptions=True)
        self._hang_up()
        try:
            await asyncio.wait_for(self._process.wait(), PATIENCE_SECONDS)
        except TimeoutError:
            log.warning("the carrying child took more than %.0f s to end", PATIENCE_SECONDS)
            self._process.kill()
            await self._process.wait()

    async def _spawn(self) -> None:
        theirs, ours = os.pipe()
        os.set_blocking(ours, False)
        try:
            self._process = await asyncio.create_subprocess_exec(*self._command, stdin=theirs)
        finally:
            os.close(theirs)
        self._pipe = ours

    async def _keep(self) -> None:
        early = 0
        while True:
            assert self._process is not None
            born = time.monotonic()
            code = await self._process.wait()
            self._hang_up()
            self.restarts += 1
            early = 0 if time.monotonic() - born > LONG_ENOUGH_SECONDS else early + 1
            wait = min(SLOWEST_RESTART_SECONDS, 0.1 * 2 ** (early - 1)) if early > 1 else 0.0
            log.error("the carrying child ended (%d): started again in %.1f s", code, wait)
            await asyncio.sleep(wait)
            await self._spawn()

    def _hang_up(self) -> None:
        if self._pipe is not None:
            os.close(self._pipe)
            self._pipe = None


async def listen(hint: asyncio.Event, stop: asyncio.Event) -> None:
    """In the child: set `hint` for each byte, and `stop` at the end of standard input."""
    loop = asyncio.get_running_loop()
    source = sys.stdin.fileno()

    def read() -> None:
        if os.read(source, 65_536):
            hint.set()
        else:
            loop.remove_reader(source)
            stop.set()

    loop.add_reader(source, read)
    try:
        await stop.wait()
    finally:
        loop.remove_reader(source)
