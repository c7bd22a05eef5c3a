"""A house stands up in order, stands again after any kill, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.runtime.embedded_postgres import EmbeddedPostgres
from tests.integration.test_runtime_processes import ROOT, is_gone, note, until

PARTS = ("postgresql", "broker", "one", "two")


class House:
    """A supervisor in a process of its own, and what it noted."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[str] | None = None

    @property
    def process(self) -> subprocess.Popen[str]:
        assert self._process is not None
        return self._process

    def start(self, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.tiny_house", str(self.folder)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start_and_wait(self) -> str:
        self.start()
        assert self.process.stdout is not None
        told = []
        for line in self.process.stdout:
            told.append(line)
            if line == "up\n":
                return "".join(told)
        raise AssertionError("".join(told))

    def shown(self, name: str) -> dict[str, Any]:
        state = json.loads((self.folder / "house.json").read_text())
        found: dict[str, Any] = next(one for one in state["processes"] if one["name"] == name)
        return found

    def pids(self) -> list[int]:
        carrying = [int(note(self.folder / name, "carrying")) for name in ("one", "two")]
        return [*(self.shown(name)["pid"] for name in PARTS), *carrying]

    def is_carrying(self) -> bool:
        return all(note(self.folder / name, "carrying") for name in ("one", "two"))

    def end(self) -> str:
        """Wait for its end; gives what it said."""
        said, _ = self.process.communicate(timeout=60)
        return said


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path / "data")
    yield house
    if house._process is not None and house.process.poll() is None:
        house.process.terminate()
        house.process.wait(timeout=60)
    if house._process is not None and house.process.stdout is not None:
        house.process.stdout.close()
    EmbeddedPostgres(house.folder / "postgresql", port=1, password="").forget()


def test_it_says_what_runs_where_and_ends_whole(house: House):
    told = house.start_and_wait()
    assert all(house.shown(name)["address"] in told for name in PARTS)
    until(house.is_carrying)
    pids = house.pids()
    house.process.send_signal(signal.SIGTERM)
    assert "everything has ended" in house.end()
    assert house.process.returncode == 0
    assert all(is_gone(pid) for pid in pids)


def test_a_second_one_on_the_same_folder_is_refused(house: House):
    house.start_and_wait()
    second = House(house.folder)
    second.start()
    assert "is up already" in second.end()
    assert second.process.returncode == 1


def test_addresses_and_data_stay_over_a_restart(house: House):
    house.start_and_wait()
    before = [house.shown(name)["address"] for name in PARTS]
    house.process.send_signal(signal.SIGINT)
    house.end()
    house.start_and_wait()
    assert [house.shown(name)["address"] for name in PARTS] == before


def test_whatever_is_killed_is_started_again(house: House):
    house.start_and_wait()
    for name in PARTS:
        killed = house.shown(name)["pid"]
        os.kill(killed, signal.SIGKILL)

        def stands_again(name: str = name, killed: int = killed) -> bool:
            shown = house.shown(name)
            return bool(shown["ready"] and shown["restarts"] and shown["pid"] != killed)

        until(stands_again)


def test_a_killed_supervisor_leaves_nothing_behind(house: House):
    house.start_and_wait()
    until(house.is_carrying)
    pids = house.pids()
    house.process.kill()
    house.process.wait()
    until(lambda: all(is_gone(pid) for pid in pids))
    house.end()
    house.start_and_wait()


def test_a_second_signal_hurries(house: House):
    house.start_and_wait()
    os.kill(house.shown("one")["pid"], signal.SIGSTOP)  # it will not end by itself
    house.process.send_signal(signal.SIGTERM)
    until(lambda: not house.shown("two")["ready"])
    house.process.send_signal(signal.SIGTERM)
    assert "in a hurry" in house.end()
    assert house.process.returncode == 0


def test_what_does_not_start_says_why_and_ends_the_rest(house: House):
    house.start(TINY_BREAKS="two")
    said = house.end()
    assert "two ended (exit code 1); the end of" in said
    assert "RuntimeError: broken on purpose" in said
    assert "Group" not in said
    assert house.process.returncode == 1
    assert [house.shown(name)["pid"] for name in PARTS] == [None] * len(PARTS)
