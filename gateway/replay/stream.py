"""Streams lines out of the journal by COPY: whole chunks of bytes, never a line in Python."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from gateway.journal.vector import SOURCES, Vector
from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)
CHUNK = 128 * 1024
DAY_SECONDS = 86_400.0
EARLIEST = datetime(1, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 12, 31, tzinfo=UTC)

Send = Callable[[bytes], Awaitable[None]]


class Range(NamedTuple):
    """Which lines: behind one vector, up to another, of one source, initiative, type, time."""

    after: Vector
    up_to: Vector
    source: str | None = None
    initiative_id: UUID | None = None
    fact: str | None = None
    """A type without its version: `agenda.decision-made`."""
    since: datetime = EARLIEST
    until: datetime = LATEST
    """Both by `time`: when it was so in the world."""


class Chunks:
    """Gathers what the driver hands over, so that each chunk sent is worth its frame."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._parts: list[bytes] = []
        self._size = 0

    async def take(self, data: bytes) -> None:
        self._parts.append(data)
        self._size += len(data)
        if self._size >= CHUNK:
            await self.flush()

    async def flush(self) -> None:
        if self._parts:
            chunk, self._parts, self._size = b"".join(self._parts), [], 0
            await self._send(chunk)


async def copy_lines(pool: Pool, wanted: Range, send: Send, *, recorded: bool = False) -> None:
    """Send the lines as JSON Lines: by source and sequence, or merged by `recordedtime`.

    The connection waits while the receiver is slow, and is given back when the task is cancelled.
    """
    chunks = Chunks(send)
    async with connection(pool) as db:
        try:
            await db.execute(SQL["unlimited"])  # a long stream is no runaway statement
            await _copy_all(db, chunks, wanted, recorded=recorded)
        except BaseException:
            db.terminate()  # a COPY that stopped half-way leaves nothing to go on with
            raise
    await chunks.flush()


async def _copy_all(db: Connection, chunks: Chunks, wanted: Range, *, recorded: bool) -> None:
    if recorded:
        bounds = [b for s in SOURCES for b in (wanted.after[s], wanted.up_to[s])]
        await _copy(db, chunks, "by_recordedtime", *bounds, wanted)
        return
    for source in SOURCES:
        after, up_to = wanted.after[source], wanted.up_to[source]
        if wanted.source in (None, source) and after < up_to:
            await _copy(db, chunks, "by_sequence", source, after, up_to, wanted)


async def _copy(db: Connection, chunks: Chunks, statement: str, *bounds: int | str | Range) -> None:
    *given, wanted = bounds
    assert isinstance(wanted, Range)
    filters = [wanted.initiative_id, wanted.fact, wanted.since, wanted.until]
    if statement == "by_recordedtime":
        filters.append(wanted.source)
    await db.copy_from_query(
        SQL[statement],
        *given,
        *filters,
        output=chunks.take,
        format="csv",
        quote="\x01",
        delimiter="\x02",
        timeout=DAY_SECONDS,
    )
