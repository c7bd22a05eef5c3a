"""All read models built anew, and each alone: of three lengths of history, and with what memory."""

from __future__ import annotations

import resource
from collections.abc import Sequence

import asyncpg

from bench import cpu, house, sizes
from bench.gateway import DATABASE
from bench.history import Told, fill
from bench.paired import Figure, at_least, at_most, keep, say
from gateway.cli.composition import GATEWAY, MIGRATIONS
from gateway.readmodels import MODELS, Model
from gateway.readmodels.rebuilding import rebuild

ALL_PER_SECOND, ALONE_PER_SECOND = 10_000, 30_000
LINEAR, PEAK_MIB = 0.8, 300


async def main() -> list[Figure]:
    figures: list[Figure] = []
    rates = []
    for events in (sizes.events() // 100, sizes.events() // 10, sizes.events()):
        async with (
            house.postgres() as server,
            house.database(server, DATABASE, MIGRATIONS[GATEWAY]),
        ):
            owner = f"{server}/{DATABASE}"
            database = await asyncpg.connect(owner, timeout=10, command_timeout=600)
            await fill(database, Told(events))
            rates.append(await rate(owner, MODELS))
            if events == sizes.events():
                figures = [
                    at_least(f"rebuild.{model.name}", await rate(owner, [model]), *ALONE)
                    for model in MODELS
                ]
            await database.close()
    peak = max(resource.getrusage(who).ru_maxrss for who in WHO) / 1024
    figures += [
        at_least("rebuild.all", rates[-1], ALL_PER_SECOND, "lines/s"),
        at_least("rebuild.linear", rates[-1] / rates[-2], LINEAR, "x"),
        at_most("rebuild.peak", peak, PEAK_MIB, "MiB"),
    ]
    keep("rebuild", figures)
    return figures


ALONE = (ALONE_PER_SECOND, "lines/s")
WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


async def rate(owner: str, models: Sequence[Model]) -> float:
    """From the first line to the last index, as `commonweal rebuild` says it; what was built is
    what was there, from the second time on."""
    before = cpu.spent()
    found = await rebuild(owner, models, switch=True)
    after = cpu.spent()
    assert all(one.same or not one.live.rows for one in found)
    lines = found[0].lines
    reached = lines / found[0].seconds
    say(f"  {lines:,} lines into {', '.join(m.name for m in models)}: {reached:,.0f}/s")
    say(f"    a thousand lines, compared too: {cpu.report(before, after, lines // 1000)}")
    return reached
