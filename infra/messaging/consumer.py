"""Reading topics into a database: each line once, in order, with nothing missing.

Offsets, watermarks, dead letters and what the sink writes are one transaction. So a reader that is
killed goes on exactly where it was, and one that was stopped too long finds the watermark moved.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection

from infra.messaging.broker import Broker
from infra.messaging.carried import Sink
from infra.messaging.consuming import Consuming
from infra.messaging.following import Following
from infra.messaging.leader import leading
from infra.messaging.owners import Owners
from infra.messaging.pulling import Pulling
from infra.messaging.reader_state import ReaderState
from infra.messaging.topics import BrokerLost

log = logging.getLogger(__name__)

POLL_MS = 200
SILENCE_SECONDS = 3.0
"""Every topic bears a mark each second; one that is silent may be another topic by now."""
DECISIONS_SECONDS = 1.0


class Reader:
    """The one active reader of this name. It keeps its state in the database of its sink."""

    def __init__(
        self, sink: Sink, *, sources: Collection[str], dsn: str, broker: Broker, owners: Owners
    ) -> None:
        self._sink = sink
        self._sources = sources
        self._dsn = dsn
        self._broker = broker
        self._owners = owners

    async def run(self) -> None:
        """Read, or wait to read, until cancelled. Any error ends it; it may be run again."""
        async with leading(self._dsn, f"reader {self._sink.reader}") as db, self._owners:
            consuming = await self._broker.consuming(self._sources)
            try:
                state = ReaderState(db, self._sink)
                followings = await state.load(consuming.topics)
                await consuming.start(state.offsets)
                session = _Session(
                    state, consuming, followings, Pulling(self._owners), self._sink.patience
                )
                await session.work()
            finally:
                await consuming.close()


class _Session:
    """A reader from its opening to its first error."""

    def __init__(
        self,
        state: ReaderState,
        consuming: Consuming,
        followings: dict[str, Following],
        pulling: Pulling,
        patience: float,
    ) -> None:
        self._state = state
        self._consuming = consuming
        self._followings = followings
        self._pulling = pulling
        self._patience = patience
        self._written = 0.0
        self._took = 0.0
        self._heard = dict.fromkeys(followings, time.monotonic())
        self._decisions_due = 0.0

    async def work(self) -> None:
        polling = asyncio.ensure_future(self._consuming.poll(POLL_MS))
        try:
            while True:
                await asyncio.wait({polling, *self._pulling.tasks}, return_when="FIRST_COMPLETED")
                if polling.done():
                    messages = polling.result()
                    polling = asyncio.ensure_future(self._consuming.poll(POLL_MS, self._took))
                    for source, partition, offset, key, value in messages:
                        self._heard[source] = time.monotonic()
                        self._followings[source].message(partition, offset, key, value)
                self._pulling.turn(self._followings.values())
                await self._decide()
                await self._write()
                await self._listen()
        finally:
            self._pulling.cancel()
            polling.cancel()

    async def _write(self) -> None:
        """At once where something is to be kept; else how far it has come, now and then."""
        now, followings = time.monotonic(), self._followings.values()
        if now - self._written < self._patience and not any(f.pressing for f in followings):
            return
        self._written = now
        await self._state.write([following.step() for following in followings])
        self._took = time.monotonic() - now

    async def _decide(self) -> None:
        """What people decided about dead letters in the meantime."""
        if time.monotonic() < self._decisions_due:
            return
        self._decisions_due = time.monotonic() + DECISIONS_SECONDS
        for decision in await self._state.decisions():
            following = self._followings.get(decision.open.source)
            if following is None:
                continue
            if decision.state == "retry":
                following.retry(decision.open, decision.key, decision.message)
            else:
                following.skip(decision.open, decision.how)

    async def _listen(self) -> None:
        """Where a topic is silent: ask whether it still is the one that we know."""
        now = time.monotonic()
        silent = [source for source, at in self._heard.items() if now - at > SILENCE_SECONDS]
        if not silent:
            return
        if not await self._consuming.same():
            await self._state.forget_offsets()
            raise BrokerLost(f"the topic of {', '.join(silent)} is another one, or shorter now")
        self._heard.update(dict.fromkeys(silent, now))
