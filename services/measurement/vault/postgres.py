"""Shares in PostgreSQL: one table that may be emptied."""

from __future__ import annotations

from uuid import UUID

from infra.postgres import Pool, connection, statements

SQL = statements(__package__)


class PostgresShares:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, story_id: UUID, share: bytes) -> None:
        async with connection(self._pool) as db:
            await db.execute(SQL["put"], story_id, share)

    async def get(self, story_id: UUID) -> bytes | None:
        async with connection(self._pool) as db:
            share: bytes | None = await db.fetchval(SQL["get"], story_id)
        return share

    async def destroy(self, story_id: UUID) -> None:
        async with connection(self._pool) as db:
            await db.execute(SQL["destroy"], story_id)
