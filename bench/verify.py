"""A bundle of a million lines checked by the verifier, in a process of its own."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.paired import Figure, at_most, keep, say
from gateway.feeds import bundle
from tests.bundles import SIGNER, all_releases, kept, seal_of
from tests.feeding import BAYSIDE, GLEN_EIRA, KINGSTON, Log, define, first, measure, release

LINES = 1_000_000
"""Each of them readable, so each is parsed, hashed and held against its place."""
SECONDS, MIB = 30, 500
VERIFIER = Path(__file__).parents[1] / "docs" / "verify.py"


async def main() -> list[Figure]:
    lines = int(os.environ.get("COMMONWEAL_BENCH_LINES", LINES))
    with tempfile.TemporaryDirectory(prefix="commonweal-bench-") as folder:
        path = Path(folder) / "bundle.zip"
        # In another process: a child's peak of memory begins with what its parent had.
        command = [sys.executable, "-m", "bench.verify", str(path), str(lines)]
        await asyncio.to_thread(subprocess.run, command, check=True)
        say(f"verify: {lines} lines, {path.stat().st_size / 2**20:.0f} MiB packed")
        seconds, mib = await asyncio.to_thread(checked, path)
    figures = [
        at_most("verify.seconds", seconds, SECONDS, "s"),
        at_most("verify.peak", mib, MIB, "MiB"),
    ]
    keep("verify", figures)
    return figures


def packed(count: int) -> bytes:
    """A release behind so many lines that its reader may all read."""
    log = Log()
    define(log)
    inputs = measure(log, [(BAYSIDE, 3, 5), (GLEN_EIRA, 6, 10), (KINGSTON, 10, 16)])
    log.lines += more(log, count - len(log.lines) - 8)
    release(log, first(inputs))
    (published,) = all_releases(log)
    contents = bundle.Contents(published, [published], log.lines, kept(log))
    unsealed = bundle.unsealed(contents)
    return unsealed.sealed(seal_of(SIGNER, unsealed.digest))


def more(log: Log, count: int) -> Iterator[str]:
    """The log's last line again and again, each at its own place and with a salt of its own."""
    before, line = len(log.lines), log.lines[-1]
    at = re.search(r'"sequence":"(\d{20})"', line)
    salted = re.search(r'"salt":"([^"]{12})', line)
    assert at
    assert salted
    for sequence in range(before + 1, before + count + 1):
        told = line.replace(at[1], f"{sequence:020}", 1)
        yield told.replace(salted[1], f"{sequence:012x}", 1)


def checked(path: Path) -> tuple[float, float]:
    """Seconds and the peak of memory in MiB."""
    since = time.perf_counter()
    command = [sys.executable, str(VERIFIER), str(path), "--key", str(SIGNER.key)]
    child = os.posix_spawn(command[0], command, os.environ)
    _, status, used = os.wait4(child, 0)
    if status:
        raise SystemExit("the verifier refuses an honest bundle")
    return time.perf_counter() - since, used.ru_maxrss / 1024


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(packed(int(sys.argv[2])))
