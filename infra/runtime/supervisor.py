"""Starts a house in order, keeps it standing, and ends it: `infra` is told what belongs to it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import TypeVar

from infra.runtime.folder import Folder
from infra.runtime.program import Part
from infra.runtime.supervised import Say, Supervised

Answer = TypeVar("Answer")


class Supervisor:
    """`async with Supervisor(folder, say) as house:` until a signal asks it to end.

    The first SIGINT or SIGTERM ends the block and then every process in good order, last started
    first; the second one hurries.
    """

    def __init__(self, folder: Folder, say: Say) -> None:
        self._folder = folder
        self._say = say
        self._stages: list[list[Supervised]] = []
        self._told = asyncio.Event()
        self._hurry = asyncio.Event()
        self._block: asyncio.Task[object] | None = None
        self._began = time.monotonic()
        self.url = ""
        """What a person opens first."""

    @property
    def parts(self) -> list[Supervised]:
        return [part for stage in self._stages for part in stage]

    async def __aenter__(self) -> Supervisor:
        self._block = asyncio.current_task()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._on_signal)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> bool:
        self._block = None
        await self._stop()
        return self._told.is_set() and kind is asyncio.CancelledError

    async def start(self, *parts: Part) -> None:
        """Start these side by side and wait until all answer."""
        began = time.monotonic()
        stage = [
            Supervised(part, logs=self._folder.logs, say=self._say, changed=self._note)
            for part in parts
        ]
        self._stages.append(stage)
        self._say(f"starting {', '.join(part.name for part in parts)}")
        await self._patiently(
            _start(stage),
            lambda: f"waiting for {', '.join(one.part.name for one in stage if not one.ready)}",
        )
        for part in parts:
            self._say(f"{part.name} answers at {part.address} ({self._since(began)})")

    async def step(self, what: str, work: Awaitable[Answer]) -> Answer:
        """Do a piece of work between two starts, and say so, at first every second."""
        began = time.monotonic()
        answer = await self._patiently(work, lambda: what)
        self._say(f"{what}: done ({self._since(began)})")
        return answer

    async def until_told(self) -> None:
        """Keep the house up until a signal asks it to end."""
        await self._told.wait()

    def table(self) -> str:
        """What runs where."""
        rows = [("process", "address", "pid", "log")]
        rows += [
            (name, address, str(pid), log)
            for name, address, pid, log in (
                (one["name"], one["address"], one["pid"], one["log"])
                for one in (part.shown() for part in self.parts)
            )
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        return "\n".join(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
            for row in rows
        )

    async def _patiently(self, work: Awaitable[Answer], what: Callable[[], str]) -> Answer:
        began, pause = time.monotonic(), 1.0
        task = asyncio.ensure_future(work)
        try:
            while not (await asyncio.wait([task], timeout=pause))[0]:
                self._say(f"{what()} ({self._since(began)})")
                pause = min(2 * pause, 10.0)
        finally:
            task.cancel()
            await asyncio.wait([task])
        return task.result()

    def _on_signal(self) -> None:
        if self._told.is_set():
            self._say("in a hurry: killing what is left")
            self._hurry.set()
            return
        self._told.set()
        if self._block is not None:
            self._block.cancel()

    async def _stop(self) -> None:
        if self.parts:
            self._say("ending; once more to hurry")
        began = time.monotonic()
        for stage in reversed(self._stages):
            await asyncio.gather(*(part.stop(self._hurry) for part in stage))
        self._note()
        self._say(f"everything has ended ({self._since(began)})")

    def _note(self) -> None:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._folder.note(
            {
                "pid": os.getpid(),
                "kind": str(self._folder.kind),
                "url": self.url,
                "noted": now,
                "processes": [part.shown() for part in self.parts],
            }
        )

    @staticmethod
    def _since(began: float) -> str:
        return f"{time.monotonic() - began:.1f} s"


async def _start(stage: Iterable[Supervised]) -> None:
    try:
        async with asyncio.TaskGroup() as starts:
            for supervised in stage:
                starts.create_task(supervised.start())
    except ExceptionGroup as failures:  # the first one says it; the others were cut off by it
        raise failures.exceptions[0] from None
