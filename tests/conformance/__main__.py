"""Runs the foreign checkers, or those named: each must pass what the house gives out, and refuse it
with one thing changed. Ends with a table, and with 1 where one fails or cannot be run."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.conformance import house, material
from tests.conformance.damage import Damage
from tests.conformance.environments import HERE, KEPT, Command, NotMade, made, run
from tests.conformance.roster import CHECKERS, Checker


class Outcome(NamedTuple):
    passed: bool
    refused: int
    why: str = ""

    def good(self, checker: Checker) -> bool:
        return self.passed and self.refused == len(checker.refuses)


def judged(checker: Checker, folder: Path) -> Outcome:
    try:
        command = made(checker.name)
    except NotMade as why:
        return Outcome(False, 0, f"not run: {why}")
    said = asked(command, folder)
    print(f"\n== {checker.name}\n{said.stdout}{said.stderr}", end="", flush=True)
    if said.returncode:
        return Outcome(False, 0, (said.stderr or said.stdout).strip().splitlines()[-1][:300])
    passed = [each.what for each in checker.refuses if not refuses(command, folder, each)]
    why = f"passes, though changed: {', '.join(passed)}" if passed else ""
    return Outcome(True, len(checker.refuses) - len(passed), why)


def refuses(command: Command, folder: Path, each: Damage) -> bool:
    with tempfile.TemporaryDirectory() as other:
        copy = Path(shutil.copytree(folder, Path(other) / "material"))
        each.do(copy)
        return asked(command, copy).returncode != 0


def asked(command: Command, folder: Path) -> subprocess.CompletedProcess[str]:
    return run([*command, "."], cwd=folder, env={**os.environ, "PYTHONPATH": str(HERE)})


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    known = [checker.name for checker in CHECKERS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(known))
    parser.add_argument("--house", metavar="URL", help="a running house, whose logs are read too")
    chosen = parser.parse_args()
    if odd := set(chosen.names) - set(known):
        parser.error(f"there is no checker {', '.join(sorted(odd))}")
    folder = KEPT / "material"
    shutil.rmtree(folder, ignore_errors=True)
    material.write(folder)
    if chosen.house:
        house.read(chosen.house, os.environ.get("COMMONWEAL_TOKEN", ""), folder)
    wanted = [each for each in CHECKERS if not chosen.names or each.name in chosen.names]
    found = [(each, judged(each, folder)) for each in wanted]
    print(f"\n   {'checker':14}{'what it read':36}refuses")
    for each, outcome in found:
        mark = "+" if outcome.good(each) else "X"
        told = f"{outcome.refused} of {len(each.refuses)} changes  {outcome.why}"
        print(f" {mark} {each.name:14}{each.reads:36}{told.rstrip()}")
    return 0 if all(outcome.good(each) for each, outcome in found) else 1


sys.exit(main())
