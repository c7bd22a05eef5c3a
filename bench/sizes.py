"""How long the histories are: COMMONWEAL_BENCH_EVENTS makes them shorter, for trying."""

from __future__ import annotations

import os

EVENTS = 1_000_000


def events() -> int:
    return int(os.environ.get("COMMONWEAL_BENCH_EVENTS") or EVENTS)
