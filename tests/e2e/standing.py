"""A whole house as its owner has it: `commonweal up` in a process of its own, played or empty."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import uuid4

from infra.runtime import Folder, House, Kind

ROOT = Path(__file__).parents[2]
UP_SECONDS = 240
TAKEN = "COMMONWEAL_TEST_KAFKA"


class Standing:
    """Starts, ends and looks into one house; its broker is the tests' where one is configured.

    There it has topics of its own, as another house's, of this run or before, may be there as well.
    """

    def __init__(self, data: Path, kind: Kind = Kind.DEMONSTRATION, **settings: str) -> None:
        self.data, self.kind = data, kind
        self._settings = {"COMMONWEAL_KAFKA_PREFIX": f"house-{uuid4().hex}.", **settings}
        self._process: subprocess.Popen[str] | None = None

    def up(self) -> str:
        """Start it; gives all it said until it stood."""
        self._process = subprocess.Popen(
            [sys.executable, "-m", "gateway.cli", "up", *self._played, "--data", str(self.data)],
            cwd=ROOT,
            env=environment() | self._settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        said = []
        for line in self._process.stdout:
            said.append(line)
            if line.startswith("The house stands"):
                return "".join(said)
        raise AssertionError("".join(said))

    @property
    def _played(self) -> list[str]:
        return ["--demo"] if self.kind is Kind.DEMONSTRATION else []

    def down(self) -> None:
        assert self._process is not None
        self._process.terminate()
        self._process.communicate(timeout=90)

    @property
    def folder(self) -> Folder:
        return Folder(self.data / self.kind, self.kind)

    @property
    def house(self) -> House:
        noted = self.folder.noted()
        path = self.folder.path
        return House(noted["url"], path / "keys", "commonweal-embedded", path)

    @property
    def story(self) -> dict[str, str]:
        told: dict[str, str] = json.loads((self.folder.path / "story.json").read_text())
        return told

    def processes(self) -> dict[str, dict[str, Any]]:
        """What runs now, by name, as `commonweal status` has it."""
        return {one["name"]: one for one in self.folder.noted()["processes"]}

    def until_well(self, seconds: float = 60) -> None:
        """Wait until every part of the house answers again."""
        deadline = time.monotonic() + seconds
        while not all(one["ready"] for one in self.processes().values()):
            assert time.monotonic() < deadline, self.processes()
            time.sleep(0.1)


def environment() -> dict[str, str]:
    """Any free port for the gateway, and the broker that the tests were given, if any."""
    told = {**os.environ, "COMMONWEAL_GATEWAY_PORT": "any"}
    broker = os.environ.get(TAKEN, "")
    if broker and broker != "embedded":
        told["COMMONWEAL_KAFKA"] = broker
    return told


def children(pid: int) -> list[int]:
    """The processes that this one started."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended while we looked
            continue
        if int(fields[1]) == pid:
            found.append(int(stat.parent.name))
    return found
