"""Upkeep of the tree behind the append: it keeps up with it, and takes little of its rate."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

from bench import house
from bench.append import WRITERS
from bench.ours import Ours
from bench.paired import Figure, Slice, at_most, compare, keep
from infra.audit.kept import KeptLog
from infra.audit.keys import KeyFolder
from infra.audit.log import Keeper
from infra.eventstore import PostgresEventStore
from infra.kernel import SystemClock
from infra.messaging.leader import leading
from infra.postgres import make_pool

PACKAGES = ("infra.eventstore", "infra.messaging", "infra.audit")
GOAL_RATIO, GOAL_SECONDS = 0.9, 2.0
"""A checkpoint is signed each second, so lines stand under one within two."""


async def main() -> list[Figure]:
    async with (
        house.postgres() as server,
        house.database(server, "commonweal_tree", PACKAGES) as dsn,
        make_pool(dsn, name="bench") as pool,
    ):
        ours = Ours(PostgresEventStore(pool, SystemClock()), writers=WRITERS)
        log, behind = KeptLog(pool), [0.0]
        with tempfile.TemporaryDirectory(prefix="commonweal-bench-") as folder:
            keeper = Keeper(KeyFolder(Path(folder), "bench", "bench"), partial(leading, dsn, "log"))

            async def kept(seconds: float) -> Slice:
                async with keeping(keeper, log):
                    done = await ours.run(seconds)
                    behind.append((await log.figures()).behind / done.rate)
                return done

            figures = await compare("tree", kept, ours.run, goal=GOAL_RATIO, unit="appends/s")
    figures.append(at_most("tree.behind", max(behind), GOAL_SECONDS, "s"))
    keep("tree.behind", figures[-1:])
    return figures


@contextlib.asynccontextmanager
async def keeping(keeper: Keeper, log: KeptLog) -> AsyncIterator[None]:
    """The keeper beside, in this very process; what was appended without it is signed first."""
    task = asyncio.create_task(keeper.run())
    try:
        while (await log.figures()).behind:  # noqa: ASYNC110 (another task signs)
            await asyncio.sleep(0.05)
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
