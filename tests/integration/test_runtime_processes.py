"""A web process and its carrying child live and die together."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from infra.runtime import App
from infra.runtime.ports import free_port
from tests.servers import Running, running

ROOT = Path(__file__).parents[2]


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Running]:
    part = App(
        name="tiny",
        module="tests.integration.tiny",
        port=free_port(),
        environment={"TINY_NOTES": str(tmp_path)},
    )
    with running(part, tmp_path) as server:
        until(lambda: note(tmp_path, "carrying") != "")
        yield server


def note(folder: Path, name: str) -> str:
    path = folder / name
    return path.read_text() if path.exists() else ""


def until(holds: Callable[[], object], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def poke(web: Running, times: int = 1) -> None:
    async def all_at_once() -> None:
        async with httpx.AsyncClient(base_url=web.part.address, trust_env=False) as client:
            await asyncio.gather(*(client.post("/poke") for _ in range(times)))

    asyncio.run(all_at_once())


def test_a_poke_reaches_the_child_and_many_melt_together(web: Running, tmp_path: Path):
    poke(web)
    until(lambda: note(tmp_path, "hints") == "hint\n")
    poke(web, times=50)
    until(lambda: note(tmp_path, "hints").count("hint") > 1)
    assert note(tmp_path, "hints").count("hint") <= 51


def test_a_killed_child_is_started_again_and_hears_pokes(web: Running, tmp_path: Path):
    first = note(tmp_path, "carrying")
    os.kill(int(first), signal.SIGKILL)
    until(lambda: note(tmp_path, "carrying") not in ("", first))

    def hinted() -> bool:
        poke(web)
        return note(tmp_path, "hints") != ""

    until(hinted)


def test_both_end_in_good_order(web: Running, tmp_path: Path):
    child = int(note(tmp_path, "carrying"))
    web.end(signal.SIGTERM)
    assert web._process is not None
    assert web._process.returncode in (0, -signal.SIGTERM)
    assert note(tmp_path, "ended") == "in good order"
    assert is_gone(child)


def test_the_child_does_not_outlive_a_killed_parent(web: Running, tmp_path: Path):
    child = int(note(tmp_path, "carrying"))
    web.kill()
    until(lambda: is_gone(child))
    assert note(tmp_path, "ended") == "in good order"
