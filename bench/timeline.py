"""From a command's answer to its place in the timeline, through a whole embedded house.

100 commands a second go in at the gateway's door. As each is answered, its fact is asked for at
once (`wait_for`), so what is measured holds the relay, the broker, the journal, the read models,
and the reading itself with its way through HTTP.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

from bench import cpu
from bench.lean import Answer, Client
from bench.paired import Figure, at_least, at_most, keep, percentile, say
from bench.standing import Standing, standing

PER_SECOND, SECONDS, WARMING_SECONDS = 100, 20, 5
MEDIAN_MS, P99_MS = 100, 500
LEAST_RATE = 0.95 * PER_SECOND
"""Of answers: a house that falls behind its askers proves nothing about its haste."""
PATIENCE_SECONDS = 30
AGAIN_SECONDS = 0.1
OVERLOADED = 4
"""Times as long as the commands should take, and it is given up: the machine is somebody else's."""
PLACE = {"scheme": "asgs-sa3", "edition": "3", "code": "20801"}


async def main() -> list[Figure]:
    for attempt in ("first", "second"):
        say(f"timeline: {attempt} run, {PER_SECOND} commands a second for {SECONDS} s")
        figures: list[Figure] = []
        async with standing() as house:
            figures = await measured(house)
        if not figures:  # the supervisor was told to end, and did
            sys.exit("ended before it was measured")
        if all(figure.ok for figure in figures):
            break
    keep("timeline", figures)
    return figures


async def measured(house: Standing) -> list[Figure]:
    async with Client(house.house.url, house.signed) as client:
        partner = Partner(client, await an_initiative(client))
        await partner.note()  # when it is seen, the whole way is open
        await partner.note_for(WARMING_SECONDS)
        partner.seconds.clear()
        before = cpu.spent()
        rate = await partner.note_for(SECONDS)
        after = cpu.spent()
    lags = [1000 * one for one in partner.seconds]
    say(
        f"  {len(lags)} facts, {rate:.1f} answers/s, in their place after {min(lags):.0f} to"
        f" {max(lags):.0f} ms; load {os.getloadavg()[0]:.1f}"
    )
    say(f"  {cpu.report(before, after, len(lags))}")
    return [
        at_least("timeline.rate", rate, LEAST_RATE, "answers/s"),
        at_most("timeline.median", percentile(lags, 0.5), MEDIAN_MS, "ms"),
        at_most("timeline.p99", percentile(lags, 0.99), P99_MS, "ms"),
    ]


async def an_initiative(client: Client) -> str:
    """One that all services know of."""
    body = {"name": "Bench", "places": [PLACE]}
    answer = await client.post("/v1/initiatives", body, **{"Idempotency-Key": str(uuid4())})
    id: str = answer.expect(201).json()["id"]
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await note(client, id)).status == HTTPStatus.CONFLICT:  # noqa: ASYNC110
            await asyncio.sleep(0.05)  # another process has not heard of it yet
    return id


async def note(client: Client, initiative: str) -> Answer:
    """Repeated with its key where the house is too busy, as it asks for (503)."""
    key = str(uuid4())
    body = {"note": f"Families were called within ten days of {key}."}
    path = f"/v1/initiatives/{initiative}/learning-notes"
    answer = await client.post(path, body, **{"Idempotency-Key": key})
    while answer.status == HTTPStatus.SERVICE_UNAVAILABLE:
        await asyncio.sleep(AGAIN_SECONDS)
        answer = await client.post(path, body, **{"Idempotency-Key": key})
    return answer


@dataclass
class Partner:
    """Somebody whose system writes at a steady pace, whether it was answered or not."""

    client: Client
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
        answer = (await note(self.client, self.initiative)).expect(201)
        answered = time.perf_counter()
        position = answer.headers["commonweal-position"]
        seen = await self._seen(position, answer.json()["id"])
        self.seconds.append(time.perf_counter() - answered)
        found = [fact["position"] for fact in seen.expect(200).json()["facts"]]
        assert found == [position], (position, found)

    async def _seen(self, position: str, id: str) -> Answer:
        """The timeline's answer, asked again where it says that it has not got so far (503)."""
        path = f"/v1/initiatives/{self.initiative}/timeline"
        seen = await self.client.get(path, wait_for=position, about=id)
        while seen.status == HTTPStatus.SERVICE_UNAVAILABLE:
            await asyncio.sleep(AGAIN_SECONDS)
            seen = await self.client.get(path, wait_for=position, about=id)
        return seen
