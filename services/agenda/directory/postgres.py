"""The directory in PostgreSQL: one table that may be changed and emptied."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from infra.postgres import Pool, connection, statements
from services.agenda.directory.people import Entry

SQL = statements(__package__)


class PostgresPeople:
    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, entry: Entry) -> bool:
        said = (entry.reference, entry.name, entry.contact, entry.put_at)
        async with connection(self._pool) as db:
            new: bool = await db.fetchval(SQL["put"], *said)
        return new

    async def find(self, references: Sequence[str]) -> Mapping[str, Entry]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["find"], references)
        return {row["reference"]: Entry(*row) for row in rows}

    async def delete(self, reference: str) -> bool:
        async with connection(self._pool) as db:
            return await db.fetchval(SQL["delete"], reference) is not None
