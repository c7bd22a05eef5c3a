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
        last = lines[-1].sequence
        for model, position in await self._positions(db, source):
            if position < lines[0].sequence - 1:
                await self._catch_up(db, model, source, after=position, up_to=last)
            else:
                fresh = [carried for carried in lines if carried.sequence > position]
                await write(db, model, source, fresh)
        await db.execute(SQL["advance"], source, self._tables(source), last)

    async def catch_up(
        self, pool: Pool, *, told: Callable[[str, str, int], None] = lambda *_: None
    ) -> None:
        """Bring every model to where the journal stands, one batch a transaction."""
        for model in self.models:
            for source in model.sources:
                while (reached := await self._batch(pool, model, source)) is not None:
                    told(model.table, source, reached)

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

    async def _batch(self, pool: Pool, model: Model, source: str) -> int | None:
        async with connection(pool) as db, db.transaction():
            held = await db.fetch(SQL["positions"], source, [model.table])
            lines = await _journal(db, source, held[0]["sequence"], 2**62)
            if not lines:
                return None
            await write(db, model, source, lines)
            await db.execute(SQL["advance"], source, [model.table], lines[-1].sequence)
            return lines[-1].sequence

    async def _catch_up(
        self, db: Connection, model: Model, source: str, *, after: int, up_to: int
    ) -> None:
        while lines := await _journal(db, source, after, up_to):
            await write(db, model, source, lines)
            after = lines[-1].sequence

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
