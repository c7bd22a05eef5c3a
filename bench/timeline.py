"""From a command's answer to its place in the timeline, through a whole embedded house.

100 commands a second go in at the gateway's door. As each is answered, its fact is asked for at
once (`wait_for`), so what is measured holds the relay, the broker, the journal, the read models,
and the reading itself with its way through HTTP.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Awaitable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from bench.paired import Figure, at_least, at_most, keep, percentile, say
from gateway.cli.composition import Composition
from infra.runtime import Folder, House, Kind, Supervisor

PER_SECOND, SECONDS, WARMING_SECONDS = 100, 20, 5
MEDIAN_MS, P99_MS = 100, 500
LEAST_RATE = 0.95 * PER_SECOND
"""Of answers: a house that falls behind its askers proves nothing about its haste."""
PATIENCE_SECONDS = 30
OVERLOADED = 4
"""Times as long as the commands should take, and it is given up: the machine is somebody else's."""
PLACE = {"scheme": "asgs-sa3", "edition": "3", "code": "20801"}


async def main() -> list[Figure]:
    for attempt in ("first", "second"):
        say(f"timeline: {attempt} run, {PER_SECOND} commands a second for {SECONDS} s")
        figures = await measured()
        if all(figure.ok for figure in figures):
            break
    keep("timeline", figures)
    return figures


async def measured() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="commonweal-bench-") as name:
        folder = Folder(Path(name) / "live", Kind.LIVE)
        composition = Composition.of(folder, port=0)
        figures: list[Figure] = []
        try:
            async with Supervisor(folder, say) as supervisor:
                figures = await ask(await composition.stand_up(supervisor, say))
        finally:
            composition.forget()
        if not figures:  # the supervisor was told to end, and did
            sys.exit("ended before it was measured")
        return figures


async def ask(house: House) -> list[Figure]:
    signed = house.token(
        person="bench", roles=("backbone-coordinator",), organisation=UUID(int=8), client="bench"
    )
    async with httpx.AsyncClient(
        base_url=house.url,
        headers={"Authorization": f"Bearer {signed}"},
        timeout=PATIENCE_SECONDS,
        trust_env=False,
    ) as client:
        partner = Partner(client, await an_initiative(client))
        await partner.note()  # when it is seen, the whole way is open
        await partner.note_for(WARMING_SECONDS)
        partner.seconds.clear()
        rate = await partner.note_for(SECONDS)
    lags = [1000 * one for one in partner.seconds]
    say(
        f"  {len(lags)} facts, {rate:.1f} answers/s, in their place after {min(lags):.0f} to"
        f" {max(lags):.0f} ms; load {os.getloadavg()[0]:.1f}"
    )
    return [
        at_least("timeline.rate", rate, LEAST_RATE, "answers/s"),
        at_most("timeline.median", percentile(lags, 0.5), MEDIAN_MS, "ms"),
        at_most("timeline.p99", percentile(lags, 0.99), P99_MS, "ms"),
    ]


async def an_initiative(client: httpx.AsyncClient) -> str:
    """One that all services know of."""
    answer = await post(client, "/v1/initiatives", {"name": "Bench", "places": [PLACE]})
    answer.raise_for_status()
    id: str = answer.json()["id"]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await note(client, id)).status_code == httpx.codes.CONFLICT:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # another process has not heard of it yet
    return id


async def note(client: httpx.AsyncClient, initiative: str) -> httpx.Response:
    text = f"Families were called within ten days of {uuid4()}."
    return await post(client, f"/v1/initiatives/{initiative}/learning-notes", {"note": text})


def post(
    client: httpx.AsyncClient, path: str, body: dict[str, object]
) -> Awaitable[httpx.Response]:
    return client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})


@dataclass
class Partner:
    """Somebody whose system writes at a steady pace, whether it was answered or not."""

    client: httpx.AsyncClient
    initiative: str
    seconds: list[float] = field(default_factory=list)
    """From each answer to its fact's place."""

    async def note_for(self, seconds: float) -> float:
        """So many answers came a second."""
        since = time.perf_counter()
        async with asyncio.timeout(OVERLOADED * seconds), asyncio.TaskGroup() as notes:
            for number in range(int(seconds * PER_SECOND)):
                await asyncio.sleep(since + number / PER_SECOND - time.perf_counter())
                notes.create_task(self.note())
        return seconds * PER_SECOND / (time.perf_counter() - since)

    async def note(self) -> None:
        answer = await note(self.client, self.initiative)
        answered = time.perf_counter()
        answer.raise_for_status()
        position = answer.headers["commonweal-position"]
        seen = await self._seen(position, answer.json()["id"])
        self.seconds.append(time.perf_counter() - answered)
        seen.raise_for_status()
        found = [fact["position"] for fact in seen.json()["facts"]]
        assert found == [position], (position, found)

    async def _seen(self, position: str, id: str) -> httpx.Response:
        """The timeline's answer, asked again where it says that it has not got so far (503)."""
        path = f"/v1/initiatives/{self.initiative}/timeline"
        asked = {"wait_for": position, "about": id}
        seen = await self.client.get(path, params=asked)
        while seen.status_code == httpx.codes.SERVICE_UNAVAILABLE:
            seen = await self.client.get(path, params=asked)
        return seen
