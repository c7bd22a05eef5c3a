"""One process among several that append to one log: `python -m tests.contract.appender DSN …`.

Its clock is off by the seconds given. Prints one JSON line per receipt: [stream, first, last].
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from infra.eventstore import Offer, PostgresEventStore
from infra.kernel import Conflict, uuid7
from infra.postgres import make_pool
from tests.contract.test_event_store import a_draft

SHARED = [uuid5(UUID(int=0), str(number)) for number in range(5)]
"""Streams that all processes write to."""


class SkewedClock:
    def __init__(self, seconds: float) -> None:
        self._skew = timedelta(seconds=seconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._skew


async def main(dsn: str, skew: float, each: int) -> None:
    async with make_pool(dsn, name="appender") as pool:
        store = PostgresEventStore(pool, SkewedClock(skew))

        async def write(writer: int) -> None:
            for number in range(each):
                stream = SHARED[(writer + number) % 5] if number % 3 == 0 else uuid7()
                version = 1 + len(await store.read(stream))
                lines = [a_draft(stream, version), a_draft(stream, version + 1)]
                try:
                    receipt = await store.append(Offer(lines[: 1 + number % 2]))
                except Conflict:
                    continue
                told = [str(stream), receipt.first_sequence, receipt.last_sequence]
                sys.stdout.write(json.dumps(told) + "\n")

        await asyncio.gather(*(write(writer) for writer in range(8)))
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3])))
