"""What is started, and what is asked of whatever the supervisor looks after."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol

from infra.runtime.account import Account

LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Program:
    """A command, as whom it runs, and with which signal it ends."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    account: Account | None = None
    end: signal.Signals = signal.SIGTERM
    """Asks it to end in good order."""
    orphaned: signal.Signals = signal.SIGKILL
    """What the kernel sends it when we are gone."""

    def command(self) -> list[str]:
        """The whole command line: the launcher ties the program to this process."""
        account = self.account or Account(-1, -1)
        numbers = (os.getpid(), int(self.orphaned), account.uid, account.gid)
        return [sys.executable, "-I", "-S", str(LAUNCHER), *map(str, numbers), *self.arguments]

    async def start(self, output: IO[bytes]) -> asyncio.subprocess.Process:
        """Run it in a session of its own, so that Ctrl-C reaches it only through us."""
        return await asyncio.create_subprocess_exec(
            *self.command(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=self.folder,
            env={**os.environ, **self.environment},
            start_new_session=True,
        )


class Part(Protocol):
    """One thing that runs in the house."""

    @property
    def name(self) -> str: ...

    @property
    def address(self) -> str:
        """Where it answers, for people."""
        ...

    def program(self) -> Program:
        """What to start; first puts in order what an earlier end left behind. May take seconds."""
        ...

    async def answers(self) -> bool:
        """Whether it does its work now."""
        ...
