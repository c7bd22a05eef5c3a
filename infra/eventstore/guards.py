"""Who is still at work: a lock that ends with its holder, whatever becomes of the process.

Work of several appends (a bulk import) holds one, so that another process can tell what was
abandoned from what is under way.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from typing import Protocol
from uuid import UUID

from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
LOCK = 7305803


class Guards(Protocol):
    def holding(self, id: UUID) -> AbstractAsyncContextManager[bool]:
        """Hold the lock of `id` within the block; False where somebody else holds it."""
        ...


class MemoryGuards:
    """The twin of one process."""

    def __init__(self) -> None:
        self._held: set[UUID] = set()

    @contextlib.asynccontextmanager
    async def holding(self, id: UUID) -> AsyncIterator[bool]:
        if id in self._held:
            yield False
            return
        self._held.add(id)
        try:
            yield True
        finally:
            self._held.discard(id)


class PostgresGuards:
    """Session advisory locks: the server gives them back when the connection ends."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @contextlib.asynccontextmanager
    async def holding(self, id: UUID) -> AsyncIterator[bool]:
        async with connection(self._pool) as db:
            number = _number(id)
            taken = bool(await db.fetchval(SQL["guard"], LOCK, number))
            try:
                yield taken
            finally:
                # Where the connection is gone, so is the lock.
                if taken and not db.is_closed():
                    await db.execute(SQL["unguard"], LOCK, number)


def _number(id: UUID) -> int:
    """A signed 32-bit number for the lock of that id: its last, random bits."""
    return (id.int & 0xFFFFFFFF) - 2**31
