"""Streams lines out of the journal by COPY: blocks of many lines, never a line in Python."""

from __future__ import annotations

import struct
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from gateway.journal.vector import SOURCES, Vector
from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)
CHUNK = 128 * 1024
DAY_SECONDS = 86_400.0
SIGNATURE = b"PGCOPY\n\xff\r\n\0"
HEADER = len(SIGNATURE) + 8
FIELD = struct.Struct("!hi")
"""How each row of one field begins in COPY's binary format: the number of fields, and a length."""
NULL = -1

Send = Callable[[bytes], Awaitable[None]]


class Range(NamedTuple):
    """Which lines: behind one vector, up to another, of one source, initiative, type, time."""

    after: Vector
    up_to: Vector
    source: str | None = None
    initiative_id: UUID | None = None
    fact: str | None = None
    """A type without its version: `agenda.decision-made`."""
    since: datetime | None = None
    until: datetime | None = None
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

    async def take_blocks(self, data: bytes) -> None:
        """Rows in COPY's binary format, each a block of lines; the driver never cuts one."""
        for block in blocks(data):
            await self.take(block)

    async def flush(self) -> None:
        if self._parts:
            chunk, self._parts, self._size = b"".join(self._parts), [], 0
            await self._send(chunk)


def blocks(data: bytes) -> Iterator[bytes]:
    """What stands in the rows: one field each, and nothing in those that no line was found for."""
    at = HEADER if data.startswith(SIGNATURE) else 0
    while at + FIELD.size <= len(data):
        _, size = FIELD.unpack_from(data, at)
        at += FIELD.size
        if size != NULL:
            yield data[at : at + size]
            at += size


async def copy_lines(pool: Pool, wanted: Range, send: Send, *, recorded: bool = False) -> None:
    """Send the lines as JSON Lines: by source and sequence, or merged by `recordedtime`.

    The connection waits while the receiver is slow, and is given back when the task is cancelled.
    """
    chunks = Chunks(send)
    async with connection(pool) as db:
        transaction = db.transaction()
        try:
            await transaction.start()
            await db.execute(SQL["unlimited"])  # a long stream is no runaway statement
            await _copy_all(db, chunks, wanted, recorded=recorded)
            await transaction.commit()
        except BaseException:
            db.terminate()  # a COPY that stopped half-way leaves nothing to go on with
            raise
    await chunks.flush()


async def _copy_all(db: Connection, chunks: Chunks, wanted: Range, *, recorded: bool) -> None:
    filters = [wanted.initiative_id, wanted.fact, wanted.since, wanted.until]
    if recorded:
        bounds = [b for s in SOURCES for b in (wanted.after[s], wanted.up_to[s])]
        await db.copy_from_query(
            SQL["by_recordedtime"],
            *bounds,
            *filters,
            wanted.source,
            output=chunks.take,
            format="csv",
            quote="\x01",
            delimiter="\x02",
            timeout=DAY_SECONDS,
        )
        return
    for source in SOURCES:
        after, up_to = wanted.after[source], wanted.up_to[source]
        if wanted.source in (None, source) and after < up_to:
            await db.copy_from_query(
                SQL["by_sequence"],
                *(source, after, up_to, *filters),
                output=chunks.take_blocks,
                format="binary",
                timeout=DAY_SECONDS,
            )
