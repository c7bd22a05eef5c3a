"""Looking at the messages that could not be read, and deciding what becomes of them.

A decision is only written down here. The reader itself acts on it within a second, in the
transaction that moves its watermark. Nothing is ever deleted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from infra.messaging.references import SQL
from infra.postgres import Pool, connection


class LetterUnknown(Exception):
    """No message that could not be read has this number here."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class LetterSettled(Exception):
    """This message was settled already; nothing waits for it."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class DeadLetter(NamedTuple):
    """A message, why it could not be read, and what became of it."""

    id: int
    reader: str
    source: str
    origin: str
    partition: int
    position: int
    sequence: int | None
    reason: str
    state: str
    settled: str
    received_at: datetime
    settled_at: datetime | None
    size: int


async def dead_letters(
    pool: Pool, *, settled: bool = False, after: int = 0, limit: int = 500
) -> Sequence[DeadLetter]:
    """Those that wait for somebody; with `settled`, all there ever were. Oldest first."""
    async with connection(pool) as db:
        rows = await db.fetch(SQL["letters_list"], after, settled, limit)
    return [DeadLetter(*row) for row in rows]


async def dead_letter(pool: Pool, id: int) -> tuple[DeadLetter, bytes]:
    """One of them with its raw bytes."""
    async with connection(pool) as db:
        row = await db.fetchrow(SQL["letter_show"], id)
    if row is None:
        raise LetterUnknown
    return DeadLetter(*row[:-1]), row[-1]


async def retry(pool: Pool, id: int) -> None:
    """Have the reader try it again, because the reader was mended."""
    await _decide(pool, id, "retry", "to be tried again")


async def skip(pool: Pool, id: int, *, reason: str, by: str) -> None:
    """Let the log go on without it, on somebody's word."""
    if not reason.strip():
        raise ValueError("a skip is signed with a reason")
    await _decide(pool, id, "skip", f"skipped by {by}: {reason.strip()}")


async def _decide(pool: Pool, id: int, state: str, how: str) -> None:
    async with connection(pool) as db:
        if await db.fetchval(SQL["letter_decide"], id, state, how) is not None:
            return
        if await db.fetchval(SQL["letter_show"], id) is None:
            raise LetterUnknown
    raise LetterSettled
