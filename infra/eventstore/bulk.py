"""Lines by binary COPY, fed while they are being built."""

from __future__ import annotations

import struct
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import UTC, datetime

from infra.eventstore.store import BULK_LINES
from infra.kernel.line import Draft
from infra.kernel.values import instant
from infra.postgres import Connection

HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack(">ii", 0, 0)
TRAILER = struct.pack(">h", -1)
ROW = struct.Struct(">hiqi16sii i16siqi")  # six fields, each after its length; the text follows
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
CHUNK = 256 * 1024
COLUMNS = ["sequence", "stream_id", "stream_version", "initiative_id", "recordedtime", "line"]


async def copy_lines(
    db: Connection, drafts: Iterable[Draft], *, after: int, recordedtime: datetime
) -> int:
    """Number the drafts from `after` + 1, write them, and say how many there were."""
    rows = copy_rows(at_most(BULK_LINES, drafts), after=after, recordedtime=recordedtime)

    async def pieces() -> AsyncIterator[bytes]:
        for piece in rows:
            yield piece

    done = await db.copy_to_table("events", source=pieces(), columns=COLUMNS, format="binary")
    return int(done.removeprefix("COPY "))


def copy_rows(drafts: Iterable[Draft], *, after: int, recordedtime: datetime) -> Iterator[bytes]:
    """The bytes of a binary COPY into `events`, in pieces."""
    stamp, micros = instant(recordedtime), _microseconds(recordedtime)
    pack, parts, size = ROW.pack, [HEADER], 0
    for sequence, draft in enumerate(drafts, start=after + 1):
        stream, version, initiative, head, middle, tail = draft
        text = f"{head}{stamp}{middle}{sequence:020d}{tail}".encode()
        size += len(text)
        ids = (16, stream.bytes, 4, version, 16, initiative.bytes)
        parts.append(pack(6, 8, sequence, *ids, 8, micros, len(text)))
        parts.append(text)
        if size > CHUNK:
            yield b"".join(parts)
            parts, size = [], 0
    yield b"".join([*parts, TRAILER])


def at_most(limit: int, drafts: Iterable[Draft]) -> Iterator[Draft]:
    """The drafts; a caller that has more of them makes a mistake."""
    for count, draft in enumerate(drafts):
        if count == limit:
            raise ValueError(f"a bulk append takes at most {limit} lines")
        yield draft


def _microseconds(when: datetime) -> int:
    """PostgreSQL counts from the year 2000."""
    span = when - EPOCH
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
