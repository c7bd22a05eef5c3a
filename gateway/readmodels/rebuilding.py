"""Building read models anew beside the living ones, which serve meanwhile.

The journal is read once for all of them, into tables that only this connection sees. Then, in one
transaction that the projector waits for, what has come since is added, both are compared, and if it
is wished the rows are exchanged: a question sees either all of the old rows or all of the new ones.
Nothing but rows is written, so no policy ever fires.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple, TypeAlias

import asyncpg

from gateway.readmodels.model import Model
from gateway.readmodels.projector import BATCH, LAST, Digest
from infra.kernel.line import Line
from infra.messaging.carried import Carried
from infra.postgres import reaching, statements

SQL = statements(__package__)
Owned: TypeAlias = "asyncpg.Connection[asyncpg.Record]"
Told = Callable[[int, int], None]
"""How many lines were folded, of how many."""


class Rebuilt(NamedTuple):
    """One model, as it lives and as it was built anew."""

    model: str
    live: Digest
    built: Digest
    missing: int
    """Rows that the living table lacks."""
    surplus: int
    """Rows that it has and should not."""
    lines: int
    seconds: float

    @property
    def same(self) -> bool:
        return self.live == self.built


async def rebuild(
    dsn: str, models: Sequence[Model], *, switch: bool, told: Told = lambda *_: None
) -> list[Rebuilt]:
    """Build these models from the whole journal, and put the new rows in place of the old."""
    began = time.monotonic()
    async with _own(dsn) as db:
        for model in models:
            await db.execute(SQL["build_beside"].format(table=model.table))
        beside = Beside(db, models, told)
        await beside.read()
        async with db.transaction():
            for model in models:
                for source in model.sources:
                    await db.fetch(SQL["move"], source, [model.table], 0)  # they stand still
            await beside.read()
            found = [
                await _compared(db, model, beside.lines, time.monotonic() - began)
                for model in models
            ]
            if switch:
                await beside.take_over()
    return found


@asynccontextmanager
async def _own(dsn: str) -> AsyncIterator[Owned]:
    """A connection of its own without a bound on its statements: a rebuild takes what it takes."""
    with reaching("the gateway's database"):
        db = await asyncpg.connect(
            dsn,
            server_settings={"application_name": "commonweal rebuild", "statement_timeout": "0"},
        )
        try:
            yield db
        finally:
            await db.close()


class Beside:
    """The tables that are filled, and how far the journal was read for them."""

    def __init__(self, db: Owned, models: Sequence[Model], told: Told) -> None:
        self._db, self._models, self._told = db, models, told
        self._reached = {source: 0 for model in models for source in model.sources}

    @property
    def lines(self) -> int:
        return sum(self._reached.values())

    async def read(self) -> None:
        """Fold what the journal has beyond what was read: batches, so memory stays as it is."""
        rows = await self._db.fetch(SQL["heads"], list(self._reached))
        whole = sum(row["sequence"] for row in rows)
        for source in self._reached:
            while await self._batch(source):
                self._told(self.lines, whole)

    async def _batch(self, source: str) -> bool:
        after = self._reached[source]
        rows = await self._db.fetch(SQL["journal_lines"], source, after, LAST, BATCH)
        lines = [Carried(Line.model_validate_json(row["line"]), row["line"]) for row in rows]
        for model in self._models:
            if source in model.sources and (folded := model.rows(source, lines)):
                columns = ["source", "sequence", *model.columns]
                await self._db.copy_records_to_table(
                    f"built_{model.table}", records=folded, columns=columns
                )
        if lines:
            self._reached[source] = lines[-1].sequence
        return bool(lines)

    async def take_over(self) -> None:
        """Exchange the rows; the models stand where the journal was read to."""
        for model in self._models:
            await self._db.execute(SQL["forget_rows"].format(table=model.table))
            await self._db.execute(SQL["take_over"].format(table=model.table))
            for source in model.sources:
                reached = self._reached[source]
                await self._db.execute(SQL["move"], source, [model.table], reached)


async def _compared(db: Owned, model: Model, lines: int, seconds: float) -> Rebuilt:
    live = await _digest(db, model.table)
    built = await _digest(db, f"built_{model.table}")
    missing = surplus = 0
    if live != built:
        rows: Any = await db.fetchrow(SQL["differences"].format(table=model.table))
        missing, surplus = rows["missing"], rows["surplus"]
    return Rebuilt(model.name, live, built, missing, surplus, lines, seconds)


async def _digest(db: Owned, table: str) -> Digest:
    rows, digest = await db.fetchrow(SQL["digest"].format(table=table)) or (0, "")
    return Digest(rows, digest)
