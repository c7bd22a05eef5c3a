"""One process under supervision: started, watched, started again when it dies, and ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.runtime.program import Part, Program
from infra.runtime.refusals import CannotStart

READY_SECONDS = 180.0
PATIENCE_SECONDS = 15.0
PROBE_SECONDS = 0.03
LONG_ENOUGH_SECONDS = 20.0
"""Who lived this long before it died is started again at once."""
SLOWEST_RESTART_SECONDS = 10.0
LOG_BYTES = 16 * 1024 * 1024

Say = Callable[[str], None]


class NeverReady(CannotStart):
    def __init__(self, name: str, why: str, log: Path) -> None:
        lines = log.read_text(errors="replace").splitlines()[-12:]
        super().__init__(
            "\n".join([f"{name} {why}; the end of {log}:", *(f"    {x}" for x in lines)])
        )


class Supervised:
    """A part of the house, and the process that is it at the moment."""

    def __init__(self, part: Part, *, logs: Path, say: Say, changed: Callable[[], None]) -> None:
        self.part = part
        self.restarts = 0
        self.ready = False
        self._log = logs / f"{part.name}.log"
        self._say = say
        self._changed = changed
        self._program: Program | None = None
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if self._process and alive else None

    def shown(self) -> dict[str, Any]:
        """What `commonweal status` tells about it."""
        return {
            "name": self.part.name,
            "address": self.part.address,
            "pid": self.pid,
            "ready": self.ready,
            "restarts": self.restarts,
            "log": str(self._log),
        }

    async def start(self) -> None:
        """Start it and wait until it answers; from then on it is kept alive."""
        await self._spawn()
        await self._until_ready()
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.part.name}")

    async def stop(self, hurry: asyncio.Event) -> None:
        """End it in good order, or at once when there is a hurry; nothing of it stays."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._process is None or self._program is None:
            return
        if self.pid is not None and not hurry.is_set():
            self._process.send_signal(self._program.end)
            await self._ended_or(hurry)
        await self._mop_up()
        self.ready = False
        self._changed()

    async def _spawn(self) -> None:
        self._program = await asyncio.to_thread(self.part.program)
        if self._log.exists() and self._log.stat().st_size > LOG_BYTES:
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as output:
            self._process = await self._program.start(output)
        self._changed()

    async def _until_ready(self) -> None:
        began = time.monotonic()
        while not await self.part.answers():
            if self.pid is None:
                raise NeverReady(self.part.name, f"ended ({self._how_it_ended()})", self._log)
            if time.monotonic() - began > READY_SECONDS:
                raise NeverReady(
                    self.part.name, f"did not answer in {READY_SECONDS:.0f} s", self._log
                )
            await asyncio.sleep(PROBE_SECONDS)
        self.ready = True
        self._changed()

    async def _keep(self) -> None:
        """Whatever ends is started again, the later the more often it ended early."""
        early = 0
        while True:
            assert self._process is not None
            born = time.monotonic()
            await self._process.wait()
            self.ready = False
            self.restarts += 1
            lived = time.monotonic() - born
            early = 0 if lived > LONG_ENOUGH_SECONDS else early + 1
            wait = min(SLOWEST_RESTART_SECONDS, 0.1 * 2 ** (early - 1)) if early > 1 else 0.0
            self._say(
                f"{self.part.name} ended ({self._how_it_ended()}): started again in {wait:.1f} s"
            )
            await self._mop_up()
            self._changed()
            await asyncio.sleep(wait)
            await self._again()

    async def _again(self) -> None:
        try:
            await self._spawn()
            await self._until_ready()
        except (CannotStart, OSError) as failure:
            self._say(str(failure))
            await self._mop_up()
        else:
            self._say(f"{self.part.name} answers again at {self.part.address}")

    async def _ended_or(self, hurry: asyncio.Event) -> None:
        """Wait for its end; not for ever, and no longer once there is a hurry."""
        assert self._process is not None
        waits = [asyncio.create_task(self._process.wait()), asyncio.create_task(hurry.wait())]
        await asyncio.wait(waits, timeout=PATIENCE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)

    async def _mop_up(self) -> None:
        """Kill what is left of it: the process, and whatever it started in its session."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):  # the usual case: its last process is gone
            os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    def _how_it_ended(self) -> str:
        code = self._process.returncode if self._process else None
        if code is None:
            return "never started"
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"
