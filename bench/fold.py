"""Somebody's own projection over the replay, in the same process as pydantic alone on its lines."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from pydantic import BaseModel, ConfigDict, Field

from bench import house, sizes
from bench.gateway import DATABASE
from bench.history import Told, fill
from bench.paired import Figure, Slice, at_least, compare, keep, say
from bench.replay import gateway
from gateway.cli.composition import GATEWAY, MIGRATIONS
from gateway.replay import Event, Replay
from infra.runtime.ports import LOOPBACK

RATIO, PLAIN_PER_SECOND = 0.5, 100_000
SOME = 10
"""A tenth of the history is folded in each slice."""


def by_actor(counts: Counter[str], event: Event) -> Counter[str]:
    counts[event.data.provenance.actor] += 1
    return counts


def by_actor_plain(counts: Counter[str], event: dict[str, Any]) -> Counter[str]:
    counts[event["data"]["provenance"]["actor"]] += 1
    return counts


class Spent:
    """What goes through so many events took: the latest one by the clock, all by the processor."""

    def __init__(self, events: int) -> None:
        self._events, self._times, self._seconds = events, 0, 0.0
        self.slice = Slice(0.0)

    @contextmanager
    def measured(self) -> Iterator[None]:
        since, used = time.perf_counter(), time.process_time()
        yield
        self.slice = Slice(self._events / (time.perf_counter() - since))
        self._times += 1
        self._seconds += time.process_time() - used

    @property
    def micros(self) -> float:
        """Of this process's processor time, an event."""
        return 1e6 * self._seconds / self._times / self._events


class Validated(BaseModel):
    """The peer: a line as a pydantic model."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: UUID
    source: str
    type: str
    subject: str
    partitionkey: UUID
    sequence: int
    streamversion: int
    recordedtime: datetime
    time: datetime
    correlationid: str = ""
    causationid: str | None = None
    data: dict[str, Any] = Field(default_factory=dict)


async def main() -> list[Figure]:
    async with (
        house.postgres() as server,
        house.database(server, DATABASE, MIGRATIONS[GATEWAY]) as dsn,
    ):
        database = await asyncpg.connect(f"{server}/{DATABASE}", timeout=10, command_timeout=600)
        told = Told(sizes.events() // SOME)
        await fill(database, told)
        whole = sum(told.heads.values())
        async with gateway(dsn.rpartition("/")[0]) as ours:
            url = f"http://{LOOPBACK}:{ours.port}"
            lines = await asyncio.to_thread(lambda: list(Replay(url, ours.token).lines()))

            folding, validating = Spent(whole), Spent(whole)

            async def folded(_: float) -> Slice:
                replay = Replay(url, ours.token)
                with folding.measured():
                    counts = await asyncio.to_thread(replay.fold, by_actor, Counter())
                assert counts.total() == whole
                return folding.slice

            async def validated(_: float) -> Slice:
                with validating.measured():
                    for line in lines:
                        Validated.model_validate_json(line)
                return validating.slice

            figures = await compare("fold", folded, validated, goal=RATIO, unit="events/s")
            say(
                f"  processor time: {folding.micros:.1f} µs an event, alone {validating.micros:.1f}"
            )
            plain, since = Replay(url, ours.token), time.perf_counter()
            await asyncio.to_thread(lambda: plain.fold(by_actor_plain, Counter(), plain=True))
            rate = whole / (time.perf_counter() - since)
            figures.append(at_least("fold.plain", rate, PLAIN_PER_SECOND, "events/s"))
        await database.close()
    keep("fold", figures)
    return figures
