"""Writes the models' rows in the transaction of the journal's, and builds them anew from it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from gateway.readmodels.model import Model
from infra.messaging.carried import Carried
from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)
BATCH = 2_000
FEW = 8
"""Rows. So many are inserted one by one, in one round trip; more are copied, which takes several,
and less of the database's time: 130 to 170 µs a line, where with 50 it was 200 to 320."""
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
        stood = await self._move(db, source, to=lines[-1].sequence)
        behind, before = min(at for _, at in stood), lines[0].sequence - 1
        while behind < before and (page := await _journal(db, source, behind, before)):
            await _fold(db, source, stood, page)
            behind = page[-1].sequence
        await _fold(db, source, stood, lines)

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

    async def digest(
        self, pool: Pool, name: str, up_to: Sequence[int] = (LAST, LAST, LAST)
    ) -> Digest:
        """The number of rows of a model and a digest over their content, up to a cut."""
        model = next(model for model in self.models if model.name == name)
        async with connection(pool) as db:
            statement = SQL["digest"].format(table=model.table)
            rows, digest = await db.fetchrow(statement, *up_to) or (0, "")
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
        stood = await self._move(db, source, to=0)
        lines = await _journal(db, source, min(at for _, at in stood), up_to)
        if not lines:
            return None
        await _fold(db, source, stood, lines)
        await self._move(db, source, to=lines[-1].sequence)
        return lines[-1].sequence

    async def _move(self, db: Connection, source: str, *, to: int) -> list[tuple[Model, int]]:
        """Where each model stood until now; each stands still then until the transaction ends."""
        models = [model for model in self.models if source in model.sources]
        rows = await db.fetch(SQL["move"], source, [model.table for model in models], to)
        found = {row["model"]: row["stood"] for row in rows}
        return [(model, found[model.table]) for model in models]


async def _fold(
    db: Connection, source: str, stood: Sequence[tuple[Model, int]], lines: Sequence[Carried]
) -> None:
    """Fold each line into the models that do not hold it yet."""
    for model, position in stood:
        await write(db, model, source, [c for c in lines if c.sequence > position])


async def write(db: Connection, model: Model, source: str, lines: Sequence[Carried]) -> None:
    """Put the rows of these lines into the model's table."""
    rows = model.rows(source, lines)
    columns = ["source", "sequence", *model.columns]
    if len(rows) > FEW:
        await db.copy_records_to_table(model.table, records=rows, columns=columns)
    elif rows:
        places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
        insert = SQL["insert"].format(table=model.table, columns=", ".join(columns), places=places)
        await db.executemany(insert, rows)


async def _journal(db: Connection, source: str, after: int, up_to: int) -> list[Carried]:
    rows = await db.fetch(SQL["journal_lines"], source, after, up_to, BATCH)
    return [Carried.read(row["line"]) for row in rows]


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    return [list(column) for column in zip(*rows, strict=True)]
