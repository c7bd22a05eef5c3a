"""Runs the named benchmarks, or all of them; ends with 1 where a figure misses its goal."""

from __future__ import annotations

import argparse
import importlib
import sys

import uvloop

BENCHES = (
    *("append", "bulk", "decision", "disclosure", "fold", "http", "imports"),
    *("policies", "projector", "proof", "rebuild", "relay", "release", "replay", "rules"),
    *("timeline", "tree", "verify", "views"),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], metavar="NAME")
    names = parser.parse_args().names or BENCHES
    figures = [
        figure
        for name in names
        for figure in uvloop.run(importlib.import_module(f"bench.{name}").main())
    ]
    for figure in figures:
        print(figure.line)
    sys.exit(0 if all(figure.ok for figure in figures) else 1)


main()
