"""`commonweal up`, `status` and `down`: the house as a person has it, with an empty folder."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.runtime import Folder, Kind
from infra.runtime.ports import free_port
from tests.integration.test_runtime_processes import ROOT, is_gone, until

PARTS = {"postgresql", "broker", "agenda", "measurement", "activities", "gateway"}


class Command:
    """`commonweal` on a data folder of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.told = ""
        """What it said until it stood, the last time."""
        self._up: subprocess.Popen[str] | None = None

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*self._commonweal(arguments[0]), *arguments[1:]],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def up(self) -> None:
        """Start the house and wait until it stands."""
        command = [*self._commonweal("up"), "--port", str(self.port)]
        self._up = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        assert self._up.stdout is not None
        told = []
        for line in self._up.stdout:
            told.append(line)
            if line.startswith("The house stands"):
                self.told = "".join(told)
                return
        raise AssertionError("".join(told))

    def interrupt(self) -> str:
        """Ctrl-C; gives what it said from then on."""
        assert self._up is not None
        self._up.send_signal(signal.SIGINT)
        said, _ = self._up.communicate(timeout=60)
        return said

    def ended(self) -> int | None:
        assert self._up is not None
        return self._up.poll()

    def _commonweal(self, command: str) -> list[str]:
        return [sys.executable, "-m", "gateway.cli", command, "--data", str(self.data)]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command]:
    commonweal = Command(tmp_path_factory.mktemp("commonweal") / "data")
    commonweal.up()
    yield commonweal
    commonweal.run("down")  # where a test did not end it
    assert commonweal._up is not None
    commonweal._up.communicate(timeout=60)
    commonweal.run("fresh", "--yes")
    assert not (commonweal.data / "live").exists()


def processes(commonweal: Command) -> dict[str, int]:
    folder = Folder(commonweal.data / "live", Kind.LIVE)
    return {one["name"]: one["pid"] for one in folder.noted()["processes"] if one["ready"]}


def addresses(commonweal: Command) -> dict[str, str]:
    noted = Folder(commonweal.data / "live", Kind.LIVE).noted()
    return {one["name"]: one["address"] for one in noted["processes"]}


def test_status_shows_what_runs_where(standing: Command) -> None:
    shown = standing.run("status")
    assert shown.returncode == 0
    assert set(re.findall(r"^  (\w+) +answers", shown.stdout, re.MULTILINE)) == PARTS
    assert f"http://127.0.0.1:{standing.port}" in shown.stdout


def test_every_process_says_that_it_is_well(standing: Command) -> None:
    folder = Folder(standing.data / "live", Kind.LIVE)
    for one in folder.noted()["processes"]:
        if one["address"].startswith("http"):
            assert httpx.get(f"{one['address']}/health/live", trust_env=False).status_code == 200


@pytest.mark.parametrize("name", sorted(PARTS))
def test_whatever_is_killed_answers_again(name: str, standing: Command) -> None:
    killed = processes(standing)[name]
    os.kill(killed, signal.SIGKILL)
    until(lambda: processes(standing).get(name, killed) != killed)
    until(lambda: standing.run("status").returncode == 0)


def test_ctrl_c_ends_all_and_a_second_start_finds_the_same_house(standing: Command) -> None:
    assert f"http://127.0.0.1:{standing.port}" in standing.told
    assert "(live)" in standing.told
    before, where = processes(standing).values(), addresses(standing)
    assert "everything has ended" in standing.interrupt()
    assert standing.ended() == 0
    assert all(is_gone(pid) for pid in before)
    assert standing.run("status").returncode == 1
    standing.up()
    assert addresses(standing) == where
    assert standing.run("down").returncode == 0
    assert "everything has ended" in standing.interrupt()
    assert standing.run("status").returncode == 1
