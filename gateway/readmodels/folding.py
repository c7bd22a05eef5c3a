"""Folding a stretch of the journal into tables that are built: here, or by other processes.

A row depends on its line alone, so stretches may be folded in any order, and side by side.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

from gateway.readmodels.beside import SCHEMA, SQL, Owned
from gateway.readmodels.model import Model
from infra.kernel.line import Line
from infra.messaging.carried import Carried
from infra.postgres import reaching

BATCH = 2_000
STRETCH = 20_000
"""Lines. So many are one piece of work: what there is no more of is folded where it is."""
PROCESSES = 2


class Stretch(NamedTuple):
    """Lines of one source: behind one sequence, up to another."""

    source: str
    after: int
    up_to: int

    @property
    def lines(self) -> int:
        return self.up_to - self.after


Told = Callable[[int], None]
"""How many more lines were folded."""


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[Owned]:
    """A connection of its own without a bound on its statements: a rebuild takes what it takes."""
    settings = {
        "application_name": "commonweal rebuild",
        "statement_timeout": "0",
        "timezone": "UTC",
        "synchronous_commit": "off",
    }
    with reaching("the gateway's database"):
        db = await asyncpg.connect(dsn, server_settings=settings)
        try:
            yield db
        finally:
            await db.close()


def stretches(reached: Mapping[str, int], heads: Mapping[str, int]) -> Iterator[Stretch]:
    """All that lies between, in pieces."""
    for source, head in heads.items():
        for after in range(reached[source], head, STRETCH):
            yield Stretch(source, after, min(after + STRETCH, head))


async def fold_all(
    dsn: str, models: Sequence[Model], pieces: Sequence[Stretch], told: Told
) -> None:
    """Fold the pieces: a single one here, many in two processes."""
    if len(pieces) <= 1:
        async with opened(dsn) as db:
            for piece in pieces:
                await fold(db, models, piece)
                told(piece.lines)
        return
    spawned = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawned) as others:
        loop = asyncio.get_running_loop()
        under_way = [loop.run_in_executor(others, _fold_there, dsn, models, p) for p in pieces]
        try:
            for done in asyncio.as_completed(under_way):
                told(await done)
        except BaseException:
            others.shutdown(cancel_futures=True)
            raise


def _fold_there(dsn: str, models: Sequence[Model], piece: Stretch) -> int:
    async def folded() -> None:
        async with opened(dsn) as db:
            await fold(db, models, piece)

    asyncio.run(folded())
    return piece.lines


async def fold(db: Owned, models: Sequence[Model], piece: Stretch) -> None:
    """Batches, so memory stays as it is."""
    source, after, up_to = piece
    reading = [model for model in models if source in model.sources]
    while after < up_to:
        rows = await db.fetch(SQL["journal_lines"], source, after, up_to, BATCH)
        lines = [Carried(Line.model_validate_json(row["line"]), row["line"]) for row in rows]
        for model in reading:
            if folded := model.rows(source, lines):
                columns = ["source", "sequence", *model.columns]
                await db.copy_records_to_table(
                    model.table, records=folded, columns=columns, schema_name=SCHEMA
                )
        after = lines[-1].sequence if lines else up_to
