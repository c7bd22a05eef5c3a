"""What a reader keeps in its database, and the one transaction that moves it on."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import NamedTuple

from infra.messaging.carried import Sink
from infra.messaging.following import Following, Step
from infra.messaging.letters import Letter, Open, Settled
from infra.messaging.references import SQL
from infra.messaging.topics import Topic
from infra.postgres import Connection

log = logging.getLogger(__name__)


class Overtaken(Exception):
    """Another reader has moved the watermark: this one no longer leads."""


class Decision(NamedTuple):
    """What somebody wants done with a dead letter."""

    open: Open
    state: str
    how: str
    key: bytes | None
    message: bytes


class ReaderState:
    """Of one reader, on the connection that holds its lock."""

    def __init__(self, db: Connection, sink: Sink) -> None:
        self._db = db
        self._sink = sink
        self._reader = sink.reader
        self._topics: dict[str, Topic] = {}
        self.offsets: dict[tuple[str, int], int] = {}

    async def load(self, topics: Sequence[Topic]) -> dict[str, Following]:
        """Where each source stands. What was read from another broker than this counts no more."""
        self._topics = {topic.source: topic for topic in topics}
        await self._db.execute(
            SQL["reader_begin"],
            self._reader,
            list(self._topics),
            self._sink.listening,
            [topic.name for topic in topics],
            [topic.incarnation for topic in topics],
        )
        rows = await self._db.fetch(SQL["reader_offsets"], self._reader)
        self.offsets = {(topic, partition): offset for topic, partition, offset in rows}
        rows = await self._db.fetch(SQL["reader_watermarks"], self._reader)
        watermarks: dict[str, int] = {source: sequence for source, sequence in rows}
        waiting = [Open(*row) for row in await self._db.fetch(SQL["letters_open"], self._reader)]
        return {
            source: Following(
                source,
                incarnation=topic.incarnation,
                watermark=watermarks[source],
                waiting=[letter for letter in waiting if letter.source == source],
                keeps=self._sink.keeps,
            )
            for source, topic in self._topics.items()
        }

    async def write(self, steps: Sequence[Step | None]) -> None:
        """All that came of one batch: all of it, or nothing and the reader begins anew."""
        written = [step for step in steps if step is not None]
        if not written:
            return
        async with self._db.transaction():
            await self._move(written)
            for step in written:
                if step.lines:
                    await self._sink.take(self._db, step.source, step.lines)
            await self._lay_aside([letter for step in written for letter in step.letters])
            await self._settle([settled for step in written for settled in step.settled])
            await self._sink.moved(self._db)

    async def decisions(self) -> list[Decision]:
        """Dead letters that somebody wants tried again, or skipped."""
        rows = await self._db.fetch(SQL["letters_decided"], self._reader)
        return [Decision(Open(*row[:5]), *row[5:]) for row in rows]

    async def forget_offsets(self) -> None:
        """Read every topic from its beginning again; the watermarks stay."""
        await self._db.execute(SQL["reader_rewind"], self._reader)

    async def _move(self, steps: Sequence[Step]) -> None:
        rows = await self._db.fetch(
            SQL["reader_move"],
            self._reader,
            [step.source for step in steps],
            [step.before for step in steps],
            [step.watermark for step in steps],
            [step.known_through for step in steps],
            [step.heard_of for step in steps],
            [step.repaired for step in steps],
        )
        if len(rows) < len(steps):
            raise Overtaken(f"{self._reader} was overtaken")
        offsets = [
            (topic.name, partition, topic.incarnation, offset)
            for step in steps
            for topic in (self._topics[step.source],)
            for partition, offset in step.offsets.items()
        ]
        await self._db.execute(SQL["reader_offsets_move"], self._reader, *_columns(offsets, 4))

    async def _lay_aside(self, letters: Sequence[Letter]) -> None:
        if letters:
            rows = [(*letter.open, letter.reason, letter.key, letter.message) for letter in letters]
            await self._db.execute(SQL["letters_keep"], self._reader, *_columns(rows, 8))
            first = letters[0]
            log.error(
                "%d messages cannot be read, the first one of %s: %s",
                len(letters),
                first.open.source,
                first.reason,
            )

    async def _settle(self, settled: Sequence[Settled]) -> None:
        if settled:
            rows = [(*one.open[:4], one.state, one.how) for one in settled]
            await self._db.execute(SQL["letters_settle"], self._reader, *_columns(rows, 6))


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]
