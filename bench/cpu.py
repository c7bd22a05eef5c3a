"""Processor time by process, from /proc: what a piece of work costs on any machine."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

PROC = Path("/proc")
TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")
CHILDREN, OURS = (13, 14), (11, 12)
"""Where a stat line, behind the name, has user and system time: the own, and of ended children."""


def spent() -> Mapping[str, float]:
    """Seconds of processor time so far, of this process and all that descend from it, by name.

    Empty where there is no /proc. Of a server that starts a process for each connection the ended
    ones count too.
    """
    seconds: dict[str, float] = defaultdict(float)
    for pid, fields in _family().items():
        seconds[_name(pid)] += TICK_SECONDS * sum(int(fields[at]) for at in OURS)
        if _name(pid) == "postgres":
            seconds["postgres"] += TICK_SECONDS * sum(int(fields[at]) for at in CHILDREN)
    return seconds


def report(before: Mapping[str, float], after: Mapping[str, float], count: int) -> str:
    """Milliseconds for each of so many pieces of work, the dearest process first."""
    each = {name: 1000 * (after[name] - before.get(name, 0.0)) / count for name in after}
    dearest = sorted(each.items(), key=lambda pair: -pair[1])
    told = ", ".join(f"{name} {ms:.1f}" for name, ms in dearest if ms >= 0.05)
    return f"processor time {sum(each.values()):.1f} ms each: {told}"


def _family() -> dict[int, list[str]]:
    """The stat lines of this process and its descendants."""
    stats = {pid: fields for pid in _pids() if (fields := _stat(pid))}
    children = defaultdict(list)
    for pid, fields in stats.items():
        children[int(fields[1])].append(pid)
    found, left = {}, [os.getpid()]
    while left:
        pid = left.pop()
        if pid in stats:
            found[pid] = stats[pid]
            left += children[pid]
    return found


def _pids() -> list[int]:
    return [int(one.name) for one in PROC.iterdir() if one.name.isdigit()] if PROC.exists() else []


def _stat(pid: int) -> list[str]:
    """Behind the name, which may hold anything; empty where the process has just ended."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _name(pid: int) -> str:
    """`gateway carry`, `postgres`, `tansu`; this process is `bench`."""
    if pid == os.getpid():
        return "bench"
    try:
        words = (PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return "ended"
    if "-m" in words:
        module = words[words.index("-m") + 1].removeprefix("services.")
        return f"{module} {words[words.index('-m') + 2]}"
    return Path(words[0].split(" ")[0].rstrip(":")).name or "kernel"
