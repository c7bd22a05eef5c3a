"""Building read models anew beside the living ones, which serve meanwhile.

The journal is read once for all of them, by two processes where it is long, into tables of a schema
of their own.
What has come since is added in one transaction, for which the projector waits, and in which the
tables change places: a question sees either all of the old rows or all of the new ones. Nothing but
rows is written, so no policy ever fires.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from gateway.journal.vector import SOURCES
from gateway.readmodels import beside
from gateway.readmodels.beside import SCHEMA, SQL, Owned, opened
from gateway.readmodels.folding import fold, fold_all, stretches
from gateway.readmodels.model import Model
from gateway.readmodels.projector import LAST, Digest

ONE_AT_A_TIME = 7305801
Told = Callable[[int, int], None]
"""How many lines were folded, of how many."""


class AlreadyRebuilding(Exception):
    """Another rebuild of this house is under way; wait for its end."""

    def __str__(self) -> str:
        return self.__doc__ or ""


class Rebuilt(NamedTuple):
    """One model, as it lived and as it was built anew."""

    model: str
    live: Digest
    built: Digest
    missing: int
    """Rows that the living table lacked."""
    surplus: int
    """Rows that it had and should not."""
    lines: int
    seconds: float
    """From the first line to the last index; comparing comes after."""

    @property
    def same(self) -> bool:
        return self.live == self.built


async def rebuild(
    dsn: str, models: Sequence[Model], *, switch: bool, told: Told = lambda *_: None
) -> list[Rebuilt]:
    """Build these models from the whole journal, compare, and put the new in place of the old.

    `dsn` is that of the role that owns the tables.
    """
    began = time.monotonic()
    async with opened(dsn) as db, _alone(db):
        building = Building(dsn, db, models, told)
        await building.read()
        await beside.index(dsn, models)
        seconds = time.monotonic() - began
        found = [await building.compared(model, seconds) for model in models]
        if switch:
            await building.take_over()
    return found


async def digests_of(dsn: str, models: Sequence[Model]) -> dict[str, Digest]:
    """What each of these models holds now, however long that takes to tell."""
    async with opened(dsn) as db:
        return {model.name: await _digest(db, model.table, (LAST, LAST, LAST)) for model in models}


async def _digest(db: Owned, table: str, cut: Sequence[int]) -> Digest:
    if not await db.fetchval(SQL["there"], table):
        return Digest(0, "no table")
    found: Any = await db.fetchrow(SQL["digest"].format(table=table), *cut)
    return Digest(found["rows"], found["digest"])


@asynccontextmanager
async def _alone(db: Owned) -> AsyncIterator[None]:
    """The schema is made for this rebuild, and is gone after it."""
    if not await db.fetchval("SELECT pg_try_advisory_lock($1)", ONE_AT_A_TIME):
        raise AlreadyRebuilding
    await beside.make(db)
    try:
        yield
    finally:
        await beside.clear(db)


class Building:
    """How far the journal was read for the tables that are built."""

    def __init__(self, dsn: str, db: Owned, models: Sequence[Model], told: Told) -> None:
        self._dsn, self._db, self._models, self._told = dsn, db, models, told
        self._reached = {source: 0 for model in models for source in model.sources}
        self._lines = 0

    async def read(self) -> None:
        """Fold what the journal has by now."""
        heads = await self._heads()
        whole = sum(heads.values())

        def count(lines: int) -> None:
            self._lines += lines
            self._told(self._lines, whole)

        await fold_all(self._dsn, self._models, list(stretches(self._reached, heads)), count)
        self._reached = heads

    async def compared(self, model: Model, seconds: float) -> Rebuilt:
        """Both as far as the journal was read: the living table may have come further."""
        live = await _digest(self._db, model.table, self._cut)
        built = await _digest(self._db, f"{SCHEMA}.{model.table}", self._cut)
        missing, surplus = (0, 0) if live == built else await self._differing(model.table, built)
        return Rebuilt(model.name, live, built, missing, surplus, self._lines, seconds)

    async def take_over(self) -> None:
        """Add what has come since while the models stand still, and exchange the tables."""
        async with self._db.transaction():
            for model in self._models:
                for source in model.sources:
                    await self._db.fetch(SQL["move"], source, [model.table], 0)
            heads = await self._heads()
            for piece in stretches(self._reached, heads):
                await fold(self._db, self._models, piece)
            for model in self._models:
                for source in model.sources:
                    await self._db.fetch(SQL["move"], source, [model.table], heads[source])
            await beside.exchange(self._db, self._models)

    async def _heads(self) -> dict[str, int]:
        rows = await self._db.fetch(SQL["heads"], list(self._reached))
        return {row["source"]: row["sequence"] for row in rows}

    @property
    def _cut(self) -> list[int]:
        return [self._reached.get(source, LAST) for source in SOURCES]

    async def _differing(self, table: str, built: Digest) -> tuple[int, int]:
        if not await self._db.fetchval(SQL["there"], table):
            return built.rows, 0
        rows: Any = await self._db.fetchrow(SQL["differences"].format(table=table), *self._cut)
        return rows["missing"], rows["surplus"]
