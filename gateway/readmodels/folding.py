"""Folding a stretch of the journal into tables that are built: here, and by another process.

A row depends on its line alone, so stretches may be folded in any order, and side by side.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from gateway.readmodels.beside import LANES, SCHEMA, SQL, Owned, in_lanes
from gateway.readmodels.model import Model
from infra.messaging.carried import Carried

BATCH = 2_000
STRETCH = 10_000
"""Lines. So many are one piece of work."""
ALONE_SECONDS = 1.0
"""After this it is seen whether another process pays, which takes about as long to start."""
PAYS = 2
"""It does where more than so many times as much is left as was begun until then."""


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


def stretches(reached: Mapping[str, int], heads: Mapping[str, int]) -> Iterator[Stretch]:
    """All that lies between, in pieces."""
    for source, head in heads.items():
        for after in range(reached[source], head, STRETCH):
            yield Stretch(source, after, min(after + STRETCH, head))


async def fold_all(
    dsn: str, models: Sequence[Model], pieces: Sequence[Stretch], told: Told
) -> None:
    """Fold the pieces: here, and where much is left in another process as well."""
    left = deque(pieces)
    here = asyncio.create_task(_fold_here(dsn, models, left, told))
    try:
        await asyncio.wait({here}, timeout=ALONE_SECONDS)
        if len(left) > PAYS * (len(pieces) - len(left)):
            await _fold_beside(here, dsn, models, left, told)
        await here
    finally:
        here.cancel()


async def _fold_here(dsn: str, models: Sequence[Model], left: deque[Stretch], told: Told) -> None:
    async def work(db: Owned, piece: Stretch) -> None:
        await fold(db, models, piece)
        told(piece.lines)

    with uncollected():
        await in_lanes(dsn, left, work)


@contextmanager
def uncollected() -> Iterator[None]:
    """Lines hold no circles: looking for some among so many objects takes as long as folding."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


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
            pieces = deque(left.popleft() for _ in range(min(LANES, len(left))))
            lines = sum(piece.lines for piece in pieces)
            await loop.run_in_executor(other, _fold_there, dsn, models, pieces)
            told(lines)


def _fold_there(dsn: str, models: Sequence[Model], pieces: deque[Stretch]) -> None:
    asyncio.run(_fold_here(dsn, models, pieces, lambda _: None))


async def fold(db: Owned, models: Sequence[Model], piece: Stretch) -> None:
    """Batches, so memory stays as it is."""
    source, after, up_to = piece
    reading = [model for model in models if source in model.sources]
    types = [f"commonweal.{fact}.v" for fact in sorted({f for m in reading for f in m.hears})]
    for begin in range(after, up_to, BATCH):
        end = min(begin + BATCH, up_to)
        rows = await db.fetch(SQL["heard_lines"], source, begin, end, types)
        lines = [Carried.read(row["line"]) for row in rows]
        for model in reading:
            if folded := model.rows(source, lines):
                columns = ["source", "sequence", *model.columns]
                await db.copy_records_to_table(
                    model.table, records=folded, columns=columns, schema_name=SCHEMA
                )
