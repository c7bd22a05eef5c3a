"""Every view of one initiative, now and as known at any instant, out of a gateway process.

A history of a million lines lies in the journal. Requests are sent at a steady pace whether earlier
ones were answered or not, each for a view and an initiative drawn by lot. Before that every view is
asked once, which tells what an answer costs that is not remembered.
"""

from __future__ import annotations

import asyncio
import math
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

import asyncpg

from bench import cpu, house, sizes
from bench.asked import View, views
from bench.gateway import DATABASE
from bench.history import BEGIN, END, Told, fill
from bench.lean import Client
from bench.paired import Figure, at_least, at_most, keep, percentile, say
from bench.replay import gateway
from gateway.cli.composition import GATEWAY, MIGRATIONS
from gateway.readmodels import MODELS
from gateway.readmodels.rebuilding import rebuild
from infra.runtime.ports import LOOPBACK

PER_SECOND, SECONDS = 200, 20
MEDIAN_MS, P99_MS, PAST_MEDIAN_MS = 10, 50, 50
PAST_PER_SECOND = 20
BUSY = 503
SEED = 7


async def main() -> list[Figure]:
    async with (
        house.postgres() as server,
        house.database(server, DATABASE, MIGRATIONS[GATEWAY]) as dsn,
    ):
        database = await asyncpg.connect(f"{server}/{DATABASE}", timeout=10, command_timeout=600)
        await fill(database, Told(sizes.events()))
        await rebuild(f"{server}/{DATABASE}", MODELS, switch=True)
        await database.execute("VACUUM (ANALYZE)")
        async with gateway(dsn.rpartition("/")[0]) as ours:
            headers = {"Authorization": f"Bearer {ours.token}"}
            async with Client(f"http://{LOOPBACK}:{ours.port}", headers) as client:
                figures = await measured(client, await views(database))
        await database.close()
    keep("views", figures)
    return figures


async def measured(client: Client, found: Sequence[Sequence[View]]) -> list[Figure]:
    asker = Asker(client, found)
    await asker.ask_each_once()
    first = asker.told()
    asker.spans.clear()
    before = cpu.spent()
    rate = await asker.ask(SECONDS, PER_SECOND)
    say(f"  {cpu.report(before, cpu.spent(), SECONDS * PER_SECOND)}")
    now = asker.told()
    asker.spans.clear()
    await asker.ask(SECONDS, PAST_PER_SECOND, past=True)
    past = asker.told()
    return [
        at_most("views.first.median", percentile(first, 0.5), PAST_MEDIAN_MS, "ms"),
        at_least("views.rate", rate, 0.95 * PER_SECOND, "answers/s"),
        at_most("views.now.median", percentile(now, 0.5), MEDIAN_MS, "ms"),
        at_most("views.now.p99", percentile(now, 0.99), P99_MS, "ms"),
        at_most("views.past.median", percentile(past, 0.5), PAST_MEDIAN_MS, "ms"),
    ]


@dataclass
class Asker:
    client: Client
    found: Sequence[Sequence[View]]
    spans: dict[str, list[float]] = field(default_factory=dict)
    """Milliseconds by view."""
    lot: random.Random = field(default_factory=lambda: random.Random(SEED))

    async def ask_each_once(self) -> None:
        """Nothing is remembered yet: one after another, so that nobody waits for anybody."""
        for of_one in self.found:
            for view in of_one:
                await self._one(view)

    async def ask(self, seconds: float, per_second: int, *, past: bool = False) -> float:
        """So many answers came a second."""
        since = time.perf_counter()
        async with asyncio.TaskGroup() as asked:
            for number in range(int(seconds * per_second)):
                await asyncio.sleep(max(0, since + number / per_second - time.perf_counter()))
                view = self.lot.choice(self.lot.choice(self.found))
                asked.create_task(self._one(view, past=past))
        return seconds * per_second / (time.perf_counter() - since)

    async def _one(self, view: View, *, past: bool = False) -> None:
        path = view.path
        if past:
            instant = BEGIN + (END - BEGIN) * self.lot.random() + timedelta(microseconds=1)
            path += ("&" if "?" in path else "?") + f"as_known_at={quote(instant.isoformat())}"
        began = time.perf_counter()
        try:
            answer = await self.client.get(path)
        except (ConnectionError, asyncio.IncompleteReadError):
            status = BUSY
        else:
            status = answer.expect(200, BUSY, *([404] if past else [])).status
        # whoever is sent away, or whose connection is closed, waits for ever
        took = math.inf if status == BUSY else 1000 * (time.perf_counter() - began)
        self.spans.setdefault(view.name, []).append(took)

    def told(self) -> list[float]:
        """All spans together; and by view, the slowest first."""
        slowest = sorted(self.spans.items(), key=lambda each: -percentile(each[1], 0.5))
        for name, spans in slowest:
            median, p99 = percentile(spans, 0.5), percentile(spans, 0.99)
            say(f"  {name:20} {len(spans):5} answers, median {median:6.1f} ms, p99 {p99:6.1f} ms")
        return [one for spans in self.spans.values() for one in spans]


if __name__ == "__main__":
    sys.exit("python -m bench views")
