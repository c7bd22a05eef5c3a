"""kill -9 of each process while partners write and read: nothing answered is lost, nothing is
doubled, and whoever reads is answered, or told when to ask again."""

from __future__ import annotations

import asyncio
import os
import re
import signal
from collections import defaultdict
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from tests.e2e.standing import Standing, children

WRITERS = 4
KEY = re.compile(r"note ([0-9a-f-]{36})")
SECONDS_BEFORE, SECONDS_AFTER = 0.5, 1.5


class Ledger:
    """What each writer asked for, and what it was told: kept before it goes on."""

    def __init__(self) -> None:
        self.answered: dict[str, str] = {}
        self.unknown: set[str] = set()


class Writer:
    """One partner's system: it repeats what was not answered, with the same key."""

    def __init__(self, client: httpx.AsyncClient, path: str, ledger: Ledger) -> None:
        self._client, self._path, self._ledger = client, path, ledger

    async def write_until(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            key = str(uuid4())
            self._ledger.unknown.add(key)
            await self.settle(key)

    async def settle(self, key: str) -> None:
        """Ask until it is answered."""
        deadline = asyncio.get_running_loop().time() + 60
        while asyncio.get_running_loop().time() < deadline:
            try:
                answer = await self._client.post(
                    self._path, json={"note": f"note {key}"}, headers={"Idempotency-Key": key}
                )
            except httpx.TransportError:
                await asyncio.sleep(0.05)
                continue
            if answer.status_code == 201:
                self._ledger.answered[key] = answer.headers["commonweal-position"]
                self._ledger.unknown.discard(key)
                return
            assert answer.status_code in (409, 502, 503), answer.text
            await asyncio.sleep(0.05)
        raise AssertionError(f"{key} was not answered within a minute")


async def read_until(stop: asyncio.Event, client: httpx.AsyncClient, path: str) -> None:
    """Somebody who looks all the while, and gets a page, or is told to ask again."""
    while not stop.is_set():
        try:
            answer = await client.get(path)
        except httpx.TransportError:  # the door itself is gone for a moment
            await asyncio.sleep(0.05)
            continue
        if answer.status_code == 503:
            assert answer.headers["retry-after"], answer.text
            assert answer.headers["content-type"] == "application/problem+json"
        else:
            assert answer.status_code == 200, answer.text
        await asyncio.sleep(0.05)


PAGES = ("timeline", "progress", "overview")
VICTIMS = (
    "activities",
    "activities' child",
    "gateway",
    "gateway's child",
    "broker",
    "postgresql",
)


@pytest.mark.parametrize("victim", VICTIMS)
async def test_kill_9_loses_no_answered_command_and_doubles_none(
    standing: Standing, victim: str
) -> None:
    if victim == "broker" and "broker" not in standing.processes():
        victim = "agenda's child"  # the configured broker is not ours to kill
    house, initiative = standing.house, standing.story["initiative"]
    signed = house.token(
        person=f"p-{victim[:5]}", roles=("partner-representative",), organisation=UUID(int=8)
    )
    headers = {"Authorization": f"Bearer {signed}"}
    ledger, stop = Ledger(), asyncio.Event()
    async with httpx.AsyncClient(base_url=house.url, headers=headers, timeout=15) as client:
        path = f"/v1/initiatives/{initiative}/learning-notes"
        writers = [Writer(client, path, ledger) for _ in range(WRITERS)]
        work = [asyncio.create_task(writer.write_until(stop)) for writer in writers]
        pages = [f"/v1/initiatives/{initiative}/{page}" for page in PAGES]
        reading = [asyncio.create_task(read_until(stop, client, page)) for page in pages]
        await asyncio.sleep(SECONDS_BEFORE)
        os.kill(_pid(standing, victim), signal.SIGKILL)
        await asyncio.sleep(SECONDS_AFTER)
        stop.set()
        await asyncio.gather(*work)
        await asyncio.gather(*reading)
        assert ledger.answered
        assert not ledger.unknown
        await asyncio.to_thread(standing.until_well)
        last = max(ledger.answered.values(), key=lambda place: int(place.partition(":")[2]))
        told = await _notes(client, initiative, last)
    for key, position in ledger.answered.items():
        assert told[key] == [position]


def _pid(standing: Standing, victim: str) -> int:
    name, _, child = victim.partition("'")
    pid = int(standing.processes()[name]["pid"])
    return children(pid)[0] if child else pid


async def _notes(client: httpx.AsyncClient, initiative: str, position: str) -> dict[str, list[str]]:
    """Where each note of a key stands in the timeline, once the last one is there."""
    found: dict[str, list[str]] = defaultdict(list)
    query: dict[str, str] = {"limit": "500", "type": "activities.learning-noted"}
    page = await _patiently(client, initiative, query | {"wait_for": position})
    while True:
        for fact in page["facts"]:
            for key in KEY.findall(fact["sentence"]):
                found[key].append(fact["position"])
        if not page.get("next"):
            return found
        page = await _patiently(client, initiative, query | {"cursor": page["next"]})


async def _patiently(
    client: httpx.AsyncClient, initiative: str, query: dict[str, str]
) -> dict[str, Any]:
    """A read that may be told to come again while things are starting."""
    for _ in range(120):
        answer = await client.get(f"/v1/initiatives/{initiative}/timeline", params=query)
        if answer.status_code == 200:
            page: dict[str, Any] = answer.json()
            return page
        assert answer.status_code in (502, 503), answer.text
        await asyncio.sleep(0.25)
    raise AssertionError(answer.text)
