"""Folding a stretch of the journal into tables that are built: here, and by another process.

A row depends on its line alone, so stretches may be folded in any order, and side by side.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg

from gateway.readmodels.beside import SCHEMA, SQL, Owned
from gateway.readmodels.model import Model
from infra.messaging.carried import Carried
from infra.postgres import reaching

BATCH = 2_000
STRETCH = 20_000
"""Lines. So many are one piece of work."""
ALONE_SECONDS = 1.0
"""What takes no longer needs no other process, which takes about as long to start."""


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
    """Fold the pieces: here, and where that takes long in another process as well."""
    left = deque(pieces)
    here = asyncio.create_task(_fold_here(dsn, models, left, told))
    try:
        await asyncio.wait({here}, timeout=ALONE_SECONDS)
        if not here.done() and left:
            await _fold_beside(here, dsn, models, left, told)
        await here
    finally:
        here.cancel()


async def _fold_here(dsn: str, models: Sequence[Model], left: deque[Stretch], told: Told) -> None:
    async with opened(dsn) as db:
        while left:
            piece = left.popleft()
            await fold(db, models, piece)
            told(piece.lines)


async def _fold_beside(
    here: asyncio.Task[None],
    dsn: str,
    models: Sequence[Model],
    left: deque[Stretch],
    told: Told,
) -> None:
    """Pieces of what is left, unless what is done here fails."""
    loop, spawned = asyncio.get_running_loop(), multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawned) as other:
        await loop.run_in_executor(other, os.getpid)
        while left and not here.done():
            piece = left.popleft()
            told(await loop.run_in_executor(other, _fold_there, dsn, models, piece))


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
    types = [f"commonweal.{fact}.v" for fact in sorted({f for m in reading for f in m.hears})]
    while after < up_to:
        rows = await db.fetch(SQL["heard_lines"], source, after, up_to, BATCH, types)
        lines = [Carried.read(row["line"]) for row in rows]
        for model in reading:
            if folded := model.rows(source, lines):
                columns = ["source", "sequence", *model.columns]
                await db.copy_records_to_table(
                    model.table, records=folded, columns=columns, schema_name=SCHEMA
                )
        after = lines[-1].sequence if len(lines) == BATCH else up_to
