"""Asking the journal: how far it has come, waiting until it has come far enough, and its lines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import NamedTuple

import orjson

from gateway.journal.vector import SOURCES, Vector
from infra.messaging import figures as carrying_figures
from infra.messaging.notifications import Notifications
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
CHANNEL = "journal"
NEVER = datetime.min.replace(tzinfo=UTC)
UNHEARD_SECONDS = 0.05
"""How often a waiting reader asks the database while no notification can reach this process."""


class Standing(NamedTuple):
    """Up to `vector` nothing is missing; no further line bears a time before `known_through`."""

    vector: Vector
    known_through: Mapping[str, datetime]

    def certain_at(self, instant: datetime) -> bool:
        """Whether nothing can still be recorded at or before this instant."""
        return all(self.known_through[source] > instant for source in SOURCES)


class JournalLine(NamedTuple):
    sequence: int
    line: str


class Journal:
    """For the gateway's web process. Inside `async with` it hears what the child has written."""

    def __init__(self, pool: Pool, dsn: str) -> None:
        self._pool = pool
        self._heard = Notifications(dsn, CHANNEL, self._take)
        self._standing: Standing | None = None
        self._moved = asyncio.Event()

    async def __aenter__(self) -> Journal:
        await self._heard.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        await self._heard.stop()

    async def standing(self) -> Standing:
        """How far the journal has come: as last announced, or as the database says."""
        if self._heard.connected and self._standing is not None:
            return self._standing
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["standing"])
        return _standing({source: (sequence, known) for source, sequence, known in rows})

    async def watermarks(self) -> Vector:
        """The journal's present vector: up to there nothing is missing."""
        return (await self.standing()).vector

    async def known_through(self) -> Mapping[str, datetime]:
        """By source: no further line will bear a `recordedtime` before this instant."""
        return (await self.standing()).known_through

    async def wait_for(self, vector: Vector, seconds: float = 2.0) -> bool:
        """Whether the journal has, or comes to have within the time, all that the vector names."""
        return await self._wait(lambda now: now.vector.covers(vector), seconds)

    async def wait_beyond(self, vector: Vector, seconds: float) -> bool:
        """Whether the journal has, or comes to have within the time, more than the vector names."""
        return await self._wait(lambda now: not vector.covers(now.vector), seconds)

    async def wait_through(self, instant: datetime, seconds: float = 2.0) -> bool:
        """Whether it is, or becomes, certain what was recorded up to and at the instant."""
        return await self._wait(lambda now: now.certain_at(instant), seconds)

    async def cut(self, instant: datetime) -> Vector:
        """What had been recorded by an instant, as a vector of all sources."""
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["cut"], instant)
        return Vector({source: sequence for source, sequence in rows}).whole()

    async def line(self, source: str, sequence: int) -> str | None:
        """One line by its place."""
        async with connection(self._pool) as db:
            found: str | None = await db.fetchval(SQL["line"], source, sequence)
        return found

    async def lines(
        self, source: str, *, after: int, up_to: int, limit: int = 500
    ) -> Sequence[JournalLine]:
        """A page of one source's lines in the order of recording."""
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["lines"], source, after, up_to, limit)
        return [JournalLine(sequence, line) for sequence, line in rows]

    async def figures(self) -> carrying_figures.Carrying:
        """How the reading goes: what is missing, what could not be read."""
        return await carrying_figures.carrying(self._pool, relays=False)

    async def refresh_figures(self) -> None:
        """Bring the gauges up to date before a scrape."""
        await carrying_figures.refresh(self._pool, relays=False)

    async def _wait(self, reached: Callable[[Standing], bool], seconds: float) -> bool:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + seconds
        while True:
            moved = self._moved
            if reached(await self.standing()):
                return True
            left = deadline - loop.time()
            if left <= 0:
                return False
            await _within(moved, left if self._heard.connected else min(left, UNHEARD_SECONDS))

    def _take(self, payload: str | None) -> None:
        """An announcement, or None: the connection is new or lost, so what was heard is old."""
        if payload is None:
            self._standing = None
        else:
            told = orjson.loads(payload)
            self._standing = _standing(
                {source: (sequence, _instant(known)) for source, (sequence, known) in told.items()}
            )
        self._moved.set()
        self._moved = asyncio.Event()


async def _within(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return  # the caller looks again, and sees that its time is up


def _standing(told: Mapping[str, tuple[int, datetime | None]]) -> Standing:
    here = {source: told.get(source, (0, None)) for source in SOURCES}
    return Standing(
        Vector({source: sequence for source, (sequence, _) in here.items()}),
        {source: known or NEVER for source, (_, known) in here.items()},
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
