"""Writes the models' rows in the transaction of the journal's, and builds them anew from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gateway.readmodels.model import Model
from infra.kernel.line import Line
from infra.messaging.carried import Carried
from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)
BATCH = 2_000
LAST = 2**62


class Digest(NamedTuple):
    """What a model's table holds, whatever the order it was written in."""

    rows: int
    digest: str


class Projector:
    """Keeps a position for each model and source: a line is folded into each model exactly once."""

    def __init__(self, models: Sequence[Model]) -> None:
        self.models = tuple(models)

    async def project(self, db: Connection, source: str, lines: Sequence[Carried]) -> None:
        """Fold lines that were just written to the journal, without a gap among them.

        A model that is behind, because it is new, takes what it lacks from the journal first.
        """
        if not lines:
            return
        if any(at < lines[0].sequence - 1 for _, at in await self._positions(db, source)):
            while await self._advance(db, source, up_to=lines[0].sequence - 1):
                continue
        await self._write(db, source, lines)

    async def catch_up(
        self, pool: Pool, *, told: Callable[[str, int], None] = lambda *_: None
    ) -> None:
        """Bring every model to where the journal stands, one batch a transaction."""
        for source in dict.fromkeys(source for model in self.models for source in model.sources):
            while (reached := await self._batch(pool, source)) is not None:
                told(source, reached)

    async def rebuild(self, pool: Pool, name: str) -> Digest:
        """Throw one model's rows away and fold the whole journal into it again."""
        model = next(model for model in self.models if model.name == name)
        async with connection(pool) as db, db.transaction():
            await db.execute(SQL["forget_positions"], model.table)
            await db.execute(SQL["forget_rows"].format(table=model.table))
        await Projector([model]).catch_up(pool)
        return await self.digest(pool, name)

    async def digest(self, pool: Pool, name: str) -> Digest:
        """The number of rows of a model and a digest over their content."""
        model = next(model for model in self.models if model.name == name)
        async with connection(pool) as db:
            rows, digest = await db.fetchrow(SQL["digest"].format(table=model.table)) or (0, "")
        return Digest(rows, digest)

    async def complete(self, pool: Pool) -> bool:
        """Whether every model holds all that the journal holds."""
        async with connection(pool) as db:
            behind: int = await db.fetchval(
                SQL["behind"],
                *_columns([(m.table, source) for m in self.models for source in m.sources]),
            )
        return behind == 0

    async def _batch(self, pool: Pool, source: str) -> int | None:
        async with connection(pool) as db, db.transaction():
            return await self._advance(db, source, up_to=LAST)

    async def _advance(self, db: Connection, source: str, *, up_to: int) -> int | None:
        """Fold the next lines of the journal into the models that lack them."""
        positions = [position for _, position in await self._positions(db, source)]
        lines = await _journal(db, source, min(positions), up_to)
        if not lines:
            return None
        await self._write(db, source, lines)
        return lines[-1].sequence

    async def _write(self, db: Connection, source: str, lines: Sequence[Carried]) -> None:
        """Fold each line into the models that do not hold it yet."""
        for model, position in await self._positions(db, source):
            await write(db, model, source, [c for c in lines if c.sequence > position])
        await db.execute(SQL["advance"], source, self._tables(source), lines[-1].sequence)

    async def _positions(self, db: Connection, source: str) -> list[tuple[Model, int]]:
        """Where each model stands; locked until the transaction ends."""
        rows = await db.fetch(SQL["positions"], source, self._tables(source))
        found = {row["model"]: row["sequence"] for row in rows}
        return [(m, found[m.table]) for m in self.models if source in m.sources]

    def _tables(self, source: str) -> list[str]:
        return [model.table for model in self.models if source in model.sources]


async def write(db: Connection, model: Model, source: str, lines: Sequence[Carried]) -> None:
    """Copy the rows of these lines into the model's table."""
    rows = model.rows(source, lines)
    if rows:
        await db.copy_records_to_table(
            model.table, records=rows, columns=["source", "sequence", *model.columns]
        )


async def _journal(db: Connection, source: str, after: int, up_to: int) -> list[Carried]:
    rows = await db.fetch(SQL["journal_lines"], source, after, up_to, BATCH)
    return [Carried(Line.model_validate_json(row["line"]), row["line"]) for row in rows]


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)]
