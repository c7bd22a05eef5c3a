"""A runner of the agenda's timers in a process of its own, which stops where a test can kill it.

    python -m tests.integration.timer_runner DSN CLOCK before|after|never

It says `there` on stdout when it has come to that place: before or after the effect was written.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from infra.eventstore import Offer, PostgresEventStore, Receipt, Repository
from infra.kernel import Clock
from infra.kernel.clock import ScenarioClock
from infra.messaging import Timers
from infra.postgres import Pool, make_pool
from services.agenda.policies.timers import TIMERS


class Stopping(PostgresEventStore):
    """Stands still for ever at a place in its first append."""

    def __init__(self, pool: Pool, clock: Clock, place: str) -> None:
        super().__init__(pool, clock)
        self._place = place

    async def append(self, offer: Offer) -> Receipt:
        if self._place == "before":
            await self._stand_still()
        receipt = await super().append(offer)
        if self._place == "after":
            await self._stand_still()
        return receipt

    async def _stand_still(self) -> None:
        sys.stdout.write("there\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


async def main(dsn: str, clock_file: str, place: str) -> None:
    clock = ScenarioClock(Path(clock_file))
    async with make_pool(dsn, name="timer runner", size=4) as pool:
        repository = Repository(Stopping(pool, clock, place), clock)
        timers = Timers("agenda", pool=pool, clock=clock, policy=TIMERS, repository=repository)
        await timers.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
