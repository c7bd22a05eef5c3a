"""The one clock port. `recordedtime` and every timer read it; tokens and time-outs do not."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

from infra.kernel.values import instant, moment


class Clock(Protocol):
    def now(self) -> datetime:
        """The present instant in UTC. Never earlier than the answer before, in one process."""
        ...


class SystemClock:
    """Real time, held still while the machine's clock is set back."""

    def __init__(self) -> None:
        self._latest = datetime.min.replace(tzinfo=UTC)

    def now(self) -> datetime:
        self._latest = max(self._latest, datetime.now(UTC))
        return self._latest


class ManualClock:
    """For specifications: time passes when the test says so."""

    def __init__(self, start: datetime) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def forward_to(self, instant: datetime) -> None:
        assert instant >= self._now, "time does not run backwards"
        self._now = instant

    def forward(self, **span: float) -> None:
        self.forward_to(self._now + timedelta(**span))


class ScenarioClock:
    """The demonstration's clock: a file that every process of one house reads.

    It holds one instant, or nothing once the scenario has caught up with real time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._system = SystemClock()
        self._latest = datetime.min.replace(tzinfo=UTC)

    @property
    def is_scenario(self) -> bool:
        """Whether it still shows the scenario's time, not the world's."""
        return bool(self._text())

    def now(self) -> datetime:
        text = self._text()
        self._latest = max(self._latest, moment(text) if text else self._system.now())
        return self._latest

    def forward_to(self, when: datetime) -> None:
        """Move every process of the house to `when`, which is not before the present."""
        if when < self.now():
            raise ValueError(f"time does not run backwards: it is {self.now()} already")
        self._write(instant(when))

    def release(self) -> None:
        """From now on this clock shows real time."""
        self._write("")

    def _text(self) -> str:
        return self._path.read_text(encoding="ascii").strip()

    def _write(self, text: str) -> None:
        beside = self._path.with_suffix(".new")
        beside.write_text(text, encoding="ascii")
        os.replace(beside, self._path)


def clock_at(path: str) -> Clock:
    """The clock that the settings name: a scenario's file, or real time for none."""
    return ScenarioClock(Path(path)) if path else SystemClock()
