"""A progress bar on standard error."""

from __future__ import annotations

import sys
import time

from gateway.journal import SOURCES, Vector

SAID_EVERY_SECONDS = 0.5
WIDTH = 30


class Bar:
    """How much of a replay has come, and how fast."""

    def __init__(self) -> None:
        self._lines, self._whole = 0, 0
        self._began = self._told = time.monotonic()

    def expect(self, end: Vector) -> None:
        self._whole = sum(end[source] for source in SOURCES)

    def take(self, block: bytes, reached: Vector) -> None:
        self._lines += block.count(b"\n")
        if time.monotonic() - self._told > SAID_EVERY_SECONDS:
            self._say(sum(reached[source] for source in SOURCES))

    def done(self) -> None:
        self._say(self._whole)
        sys.stderr.write("\n")

    def _say(self, stands: int) -> None:
        self._told = time.monotonic()
        rate = self._lines / max(self._told - self._began, 0.001)
        part = min(stands / self._whole, 1.0) if self._whole else 1.0
        bar = "█" * round(WIDTH * part)
        sys.stderr.write(f"\r{bar:<{WIDTH}} {part:4.0%} {self._lines:,} events, {rate:,.0f}/s")
        sys.stderr.flush()
