"""From a service's log to its topic: every line, in order, as it was written.

The cursor in PostgreSQL is the truth. It moves after the broker's acknowledgement, so a relay that
is killed carries its last page again, and readers drop what they have. The broker is only asked
whether it still is the one that it was and still holds what it acknowledged.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

import asyncpg
import orjson

from infra.eventstore import Head
from infra.kernel import Clock
from infra.kernel.values import instant
from infra.messaging.broker import Broker
from infra.messaging.leader import leading
from infra.messaging.producing import Producing, Sent
from infra.messaging.references import SQL
from infra.messaging.topics import BrokerLost
from infra.postgres import Connection

log = logging.getLogger(__name__)

PAGE_LINES = 5_000
PAGE_BYTES = 8 * 1024 * 1024
POLL_SECONDS = 0.05
MARK_SECONDS = 1.0
COMPANY_SECONDS, LONGEST_COMPANY_SECONDS = 0.03, 0.1
"""After a line the next ones gather for so long: what comes alone does not wait. Where carrying
takes longer they gather as long as that took, so that a busy machine carries more at once."""


class TopicTaken(Exception):
    """{} holds the lines of another log, as after the database was made anew: remove that topic, or
    set COMMONWEAL_KAFKA_PREFIX to a name of this house's own."""

    def __init__(self, topic: str) -> None:
        super().__init__(" ".join((self.__doc__ or "{}").format(topic).split()))


class Overtaken(Exception):
    """Another relay has moved the cursor: this one no longer leads."""


class Relay:
    """The relay of one service. `hint` is set after an append; without it the log is polled."""

    def __init__(
        self, source: str, *, dsn: str, broker: Broker, clock: Clock, hint: asyncio.Event
    ) -> None:
        self._source = source
        self._dsn = dsn
        self._broker = broker
        self._clock = clock
        self._hint = hint

    async def run(self) -> None:
        """Lead, or wait to lead, until cancelled. Any error ends it; it may be run again."""
        async with leading(self._dsn, f"relay of {self._source}") as db:
            producing = await self._broker.producing(self._source)
            try:
                await Shift(self._source, db, producing, self._clock, self._hint).work()
            finally:
                await producing.close()


class Shift:
    """One relay with one connection and one producer, from their opening to their first error."""

    def __init__(
        self,
        source: str,
        db: Connection,
        producing: Producing,
        clock: Clock,
        hint: asyncio.Event,
    ) -> None:
        self._source = source
        self._db = db
        self._producing = producing
        self._clock = clock
        self._hint = hint
        self._cursor = 0
        self._acknowledged: dict[int, int] = {}

    async def work(self) -> None:
        await self.begin()
        loop = asyncio.get_running_loop()
        mark_due, head = loop.time(), None
        while True:
            self._hint.clear()
            begun = loop.time()
            carried = await self.carry(until=mark_due)
            if loop.time() >= mark_due:
                mark_due = loop.time() + MARK_SECONDS
                head = head or await self._head()
            if head is not None and head.sequence <= self._cursor:
                await self._mark(head)
                head = None
            elif carried:
                took = loop.time() - begun
                await asyncio.sleep(min(max(took, COMPANY_SECONDS), LONGEST_COMPANY_SECONDS))
            else:
                await self._rest(min(POLL_SECONDS, mark_due - loop.time()))

    async def begin(self) -> None:
        """Go on where the cursor is, or from 1 where this is not the broker that it tells of."""
        row = await self._db.fetchrow(SQL["relay_cursor"])
        assert row is not None
        self._cursor, incarnation = row
        rows = await self._db.fetch(SQL["relay_acknowledged"])
        self._acknowledged = {partition: offset for partition, offset in rows}
        topic = self._producing.topic
        held = await self._producing.highwater(self._acknowledged)
        if incarnation == topic.incarnation and _holds(held, self._acknowledged):
            return
        if not incarnation and any(held.values()):
            raise TopicTaken(topic.name)
        if incarnation:
            log.warning("%s is another one or has lost lines: carrying again from 1", topic.name)
        await self._db.execute(SQL["relay_restart"], topic.incarnation)
        self._cursor, self._acknowledged = 0, {}

    async def carry(self, *, until: float) -> int:
        """Carry what the log holds: reading, sending and waiting for the broker overlap."""
        first, loop = self._cursor, asyncio.get_running_loop()
        page, under_way = await self._page(after=first), None
        while page:
            last = page[-1][0]
            lines = [(initiative, line) for _, initiative, line in page]
            following: list[asyncpg.Record] = []
            if len(page) == PAGE_LINES:
                sent, following = await asyncio.gather(
                    self._producing.send(lines), self._page(after=last)
                )
            else:
                sent = await self._producing.send(lines)
            if under_way is not None:
                await self._move(*under_way, hurry=False)
            under_way = last, sent
            page = following if loop.time() < until else []
        if under_way is not None:
            await self._move(*under_way, hurry=True)
        return self._cursor - first

    async def _page(self, *, after: int) -> list[asyncpg.Record]:
        return await self._db.fetch(SQL["relay_page"], after, PAGE_LINES, PAGE_BYTES)

    async def _move(self, sequence: int, sent: Sent, *, hurry: bool) -> None:
        """The cursor goes where the broker has acknowledged everything."""
        reached = await self._producing.settle(sent, hurry=hurry)
        self._compare(reached)
        moved = await self._db.fetchval(
            SQL["relay_move"],
            self._cursor,
            sequence,
            self._producing.topic.incarnation,
            list(reached),
            list(reached.values()),
        )
        if moved is None:
            raise Overtaken(f"the relay of {self._source} was overtaken at {self._cursor}")
        self._cursor = sequence

    async def _head(self) -> Head:
        row = await self._db.fetchrow(SQL["relay_mark"], self._clock.now())
        assert row is not None
        return Head(*row)

    async def _mark(self, head: Head) -> None:
        """Say through when all is known: every line that this speaks of has been carried."""
        mark = {
            "knownthrough": instant(head.known_through),
            "mark": f"/{self._source}",
            "sequence": head.sequence,
        }
        self._compare(await self._producing.send_everywhere(orjson.dumps(mark)))

    def _compare(self, reached: Mapping[int, int]) -> None:
        """An offset that was given before: the broker forgot, and began again, unnoticed."""
        if not _holds({**self._acknowledged, **reached}, self._acknowledged):
            raise BrokerLost(f"{self._producing.topic.name} went back to {dict(reached)}")
        self._acknowledged.update(reached)

    async def _rest(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._hint.wait()
        except TimeoutError:
            return  # nobody gave a hint: look all the same


def _holds(held: Mapping[int, int], acknowledged: Mapping[int, int]) -> bool:
    return all(held.get(partition, 0) >= offset for partition, offset in acknowledged.items())
