"""Paired measuring for machines that are shared, where rates move between one second and the next.

Ours and the peer take turns in short slices, in an order that flips each round, so that both meet
the same weather. What is judged is the median of the rounds' ratios; a miss is run once more.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
ROUNDS = 10
SECONDS = 1.5


@dataclass(frozen=True)
class Slice:
    """What one side did in one slice."""

    rate: float
    latencies: Sequence[float] = field(default=(), repr=False)
    """Seconds, one an operation, where the benchmark judges them."""


Run = Callable[[float], Awaitable[Slice]]
"""(seconds) -> what was done in them. Sets up outside the measured time."""


@dataclass(frozen=True)
class Figure:
    """One number against its goal."""

    name: str
    value: float
    unit: str
    peer: float | None
    ratio: float
    goal: float
    ok: bool
    ratios: Sequence[float] = ()
    note: str = ""

    @property
    def line(self) -> str:
        peer = "none" if self.peer is None else f"{self.peer:.4g}"
        return (
            f"BENCH name={self.name} value={self.value:.4g} unit={self.unit} peer={peer}"
            f" ratio={self.ratio:.3g} goal={self.goal:g} ok={'true' if self.ok else 'false'}"
        )


async def compare(
    name: str,
    ours: Run,
    peer: Run,
    *,
    goal: float,
    unit: str,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
    tail: bool = False,
) -> list[Figure]:
    """At least `goal` times the peer's rate; with `tail` also a 99th percentile no worse."""
    for attempt in ("first", "second"):
        say(f"{name}: {attempt} run, {rounds} rounds of 2 x {seconds} s")
        figures = await _rounds(
            name, ours, peer, goal=goal, unit=unit, rounds=rounds, seconds=seconds, tail=tail
        )
        if all(figure.ok for figure in figures):
            break
    keep(name, figures)
    return figures


async def _rounds(
    name: str,
    ours: Run,
    peer: Run,
    *,
    goal: float,
    unit: str,
    rounds: int,
    seconds: float,
    tail: bool,
) -> list[Figure]:
    pairs: list[tuple[Slice, Slice]] = []
    await ours(seconds / 2)  # connections, statements and files are warm before it counts
    await peer(seconds / 2)
    for number in range(rounds):
        if number % 2:
            theirs = await peer(seconds)
            pairs.append((await ours(seconds), theirs))
        else:
            mine = await ours(seconds)
            pairs.append((mine, await peer(seconds)))
        mine, theirs = pairs[-1]
        say(f"  {mine.rate:10.1f} {theirs.rate:10.1f} {unit}  x {mine.rate / theirs.rate:.2f}")
    ratios = [mine.rate / theirs.rate for mine, theirs in pairs]
    figures = [
        _figure(name, [m.rate for m, _ in pairs], [t.rate for _, t in pairs], ratios, unit, goal)
    ]
    if tail:
        figures.append(_tail(name, pairs))
    return figures


def _figure(
    name: str,
    ours: Sequence[float],
    peer: Sequence[float],
    ratios: Sequence[float],
    unit: str,
    goal: float,
) -> Figure:
    ratio = statistics.median(ratios)
    say(f"  {name}: ratio {min(ratios):.2f} to {max(ratios):.2f}, median {ratio:.2f}, goal {goal}")
    value, peers = statistics.median(ours), statistics.median(peer)
    return Figure(name, value, unit, peers, ratio, goal, ratio >= goal, ratios)


def _tail(name: str, pairs: Sequence[tuple[Slice, Slice]]) -> Figure:
    """How many times the peer's 99th percentile ours is; 1 or less is no worse."""
    ours = [1000 * percentile(mine.latencies, 0.99) for mine, _ in pairs]
    peer = [1000 * percentile(theirs.latencies, 0.99) for _, theirs in pairs]
    ratios = [mine / theirs for mine, theirs in zip(ours, peer, strict=True)]
    ratio = statistics.median(ratios)
    say(f"  {name}.p99: ratio {min(ratios):.2f} to {max(ratios):.2f}, median {ratio:.2f}")
    value, peers = statistics.median(ours), statistics.median(peer)
    return Figure(f"{name}.p99", value, "ms", peers, ratio, 1.0, ratio <= 1.0, ratios)


def at_most(name: str, value: float, goal: float, unit: str) -> Figure:
    """A figure with a bound instead of a peer."""
    return Figure(name, value, unit, None, value / goal, goal, value <= goal)


def at_least(name: str, value: float, goal: float, unit: str) -> Figure:
    return Figure(name, value, unit, None, value / goal, goal, value >= goal)


def percentile(values: Sequence[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def keep(name: str, figures: Sequence[Figure]) -> None:
    """The figures as JSON, one file a benchmark and day time."""
    RESULTS.mkdir(exist_ok=True)
    when = datetime.now(UTC)
    document = {
        "name": name,
        "when": when.isoformat(),
        "machine": {"cpus": os.cpu_count(), "python": sys.version, "system": platform.platform()},
        "figures": [asdict(figure) for figure in figures],
    }
    path = RESULTS / f"{name}-{when:%Y%m%dT%H%M%S}.json"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")


def say(text: str) -> None:
    print(text, flush=True)
