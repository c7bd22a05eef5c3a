"""Somebody's own projection over the replay, in the same process as pydantic alone on its lines."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

import asyncpg

from bench import house, sizes
from bench.gateway import DATABASE
from bench.history import Told, fill
from bench.paired import Figure, Slice, at_least, compare, keep
from bench.replay import gateway
from gateway.cli.composition import GATEWAY, MIGRATIONS
from gateway.replay import Event, Replay
from infra.kernel.line import Line
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

            async def folded(_: float) -> Slice:
                replay, since = Replay(url, ours.token), time.perf_counter()
                counts = await asyncio.to_thread(replay.fold, by_actor, Counter())
                assert counts.total() == whole
                return Slice(whole / (time.perf_counter() - since))

            async def validated(_: float) -> Slice:
                since = time.perf_counter()
                for line in lines:
                    Line.model_validate_json(line)
                return Slice(whole / (time.perf_counter() - since))

            figures = await compare("fold", folded, validated, goal=RATIO, unit="events/s")
            plain, since = Replay(url, ours.token), time.perf_counter()
            await asyncio.to_thread(lambda: plain.fold(by_actor_plain, Counter(), plain=True))
            rate = whole / (time.perf_counter() - since)
            figures.append(at_least("fold.plain", rate, PLAIN_PER_SECOND, "events/s"))
        await database.close()
    keep("fold", figures)
    return figures
