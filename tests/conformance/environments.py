"""The checkers' environments under `.conformance/`: a venv, an npm prefix or a Go build each."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

HERE = Path(__file__).parent / "checkers"
HOUSE = Path(__file__).parents[2]
KEPT = HOUSE / ".conformance"
SECONDS = 600

Command = list[str]


class NotMade(Exception):
    """An environment that cannot be made here, and why."""


def made(name: str) -> Command:
    """How a checker is called; its environment is made first where it is not there as pinned."""
    source, place = HERE / name, KEPT / "environments" / name
    for mark, make in KINDS.items():
        if (source / mark).exists():
            return _kept(source, place, make)
    raise NotMade(f"{source} names nothing to be installed")


def _kept(source: Path, place: Path, make: Callable[[Path, Path], Command]) -> Command:
    pinned = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(source.iterdir())))
    stamp = place / ".as-pinned"
    told = f"{pinned.hexdigest()} {sys.version}"
    if not stamp.exists() or stamp.read_text("utf-8") != told:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        make(source, place)
        stamp.write_text(told, "utf-8")
    return COMMANDS[make](source, place)


def run(command: Command, **about: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, capture_output=True, text=True, timeout=SECONDS, check=False, **about
    )


def _must(command: Command, cwd: Path, environment: Mapping[str, str] | None = None) -> None:
    if shutil.which(command[0]) is None:
        raise NotMade(f"{command[0]} is not installed")
    done = run(command, cwd=cwd, env={**os.environ, **(environment or {})})
    if done.returncode:
        raise NotMade(f"{' '.join(command)}: {done.stderr[-600:]}")


# Python: what aics-tlog says of the Python that it wants is passed over; it runs on 3.11 too.


def _venv(source: Path, place: Path) -> None:
    _must([sys.executable, "-m", "venv", str(place)], source)
    pip = [
        str(place / "bin/pip"),
        "--disable-pip-version-check",
        "--no-input",
        "install",
        "--quiet",
    ]
    told = ["--ignore-requires-python", "--no-deps", "--require-hashes", "--requirement"]
    _must([*pip, *told, str(source / "requirements.txt")], source)


def _in_venv(source: Path, place: Path) -> Command:
    return [str(place / "bin/python"), str(source / "check.py")]


# Node: a checker finds its packages beside itself, so it is copied to them.


def _prefix(source: Path, place: Path) -> None:
    for path in source.iterdir():
        shutil.copy(path, place)
    _must(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], place)


def _in_prefix(_: Path, place: Path) -> Command:
    return ["node", str(place / "check.mjs")]


# Go


def _build(source: Path, place: Path) -> None:
    go = {
        "GOMODCACHE": str(KEPT / "go/modules"),
        "GOCACHE": str(KEPT / "go/builds"),
        "GOFLAGS": "-mod=readonly -modcacherw",
        "GOTOOLCHAIN": "local",
    }
    _must(["go", "build", "-o", str(place / "check"), "."], source, go)


def _built(_: Path, place: Path) -> Command:
    return [str(place / "check")]


KINDS = {"requirements.txt": _venv, "package.json": _prefix, "go.mod": _build}
COMMANDS = {_venv: _in_venv, _prefix: _in_prefix, _build: _built}
