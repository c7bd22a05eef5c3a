"""Playing the demonstration: once in the life of its folder, and then what there is to see."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol, cast
from uuid import UUID

import httpx

from gateway.cli.composition import Composition, Say
from infra.kernel.clock import ScenarioClock
from infra.runtime import House

READ_SECONDS = 30.0
NOBODY_IN_PARTICULAR = UUID(int=0)


class Demonstration(Protocol):
    """What `gateway.demonstration` offers; imported only when it is asked for."""

    play: Callable[..., Awaitable[None]]
    check: Callable[[House], Awaitable[list[str]]]
    tour: Callable[[House], Awaitable[str]]


def _demonstration() -> Demonstration:
    return cast(Demonstration, importlib.import_module("gateway.demonstration"))


async def play_once_only(composition: Composition, house: House, say: Say) -> None:
    """Play the scenario on its own clock, then let real time in; never a second time.

    What was cut off is played again from the beginning: its idempotency keys are the same, so
    what was done is answered, not done twice.
    """
    played = house.notes / "played"
    if played.exists():
        say("the demonstration was played before: its data are as they were")
        return
    clock: ScenarioClock = composition.clock()
    say("playing the demonstration")
    await _demonstration().play(house, clock=clock)
    clock.release()
    played.touch()
    say("the demonstration is played; the clock shows real time from now on")


async def report(house: House, *, check: bool, lines: Path | None) -> list[str]:
    """Print what there is to look at; keep the lines and check the answers where asked."""
    if lines is not None:
        await _keep_lines(house, lines)
    if not check:
        print(await _demonstration().tour(house), flush=True)
        return []
    failures = await _demonstration().check(house)
    print("\n".join(f"WRONG: {failure}" for failure in failures) or "every answer is right")
    return failures


async def _keep_lines(house: House, path: Path) -> None:
    """Every line that the run produced, as the replay streams it."""
    token = house.token(person="evaluator", roles=("evaluator",), organisation=NOBODY_IN_PARTICULAR)
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/jsonl"}
    client: Any = httpx.AsyncClient(trust_env=False, timeout=READ_SECONDS, headers=headers)
    async with client, client.stream("GET", f"{house.url}/v1/events") as answer:
        answer.raise_for_status()
        with path.open("wb") as file:
            async for chunk in answer.aiter_bytes():
                file.write(chunk)
