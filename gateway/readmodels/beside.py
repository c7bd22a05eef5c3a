"""The schema in which read models are built anew: what a table is, its migrations say.

So a model can be built whether its table is there, is spoilt, or is gone. Indexes are made when the
rows are in, which is many times faster, and then the tables change places.
"""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias, TypeVar

import asyncpg

from gateway.readmodels.model import Model
from infra.postgres import reaching, statements

SCHEMA = "beside"
SQL = statements(__package__)
MIGRATIONS = statements(__package__, "migrations")
INDEX = re.compile(r"CREATE INDEX (\w+)\s+ON (\w+)")
LANES = 2
"""Connections of a process: it works on the lines of one while the database works for the other."""
Piece = TypeVar("Piece")
Owned: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@asynccontextmanager
async def opened(dsn: str) -> AsyncIterator[Owned]:
    """A connection of its own without a bound on its statements: a rebuild takes what it takes."""
    settings = {
        "application_name": "commonweal rebuild",
        "statement_timeout": "0",
        "timezone": "UTC",
        "synchronous_commit": "off",
        "plan_cache_mode": "force_custom_plan",
    }
    with reaching("the gateway's database"):
        db = await asyncpg.connect(dsn, server_settings=settings)
        try:
            yield db
        finally:
            await db.close()


async def in_lanes(
    dsn: str, left: deque[Piece], work: Callable[[Owned, Piece], Awaitable[None]]
) -> None:
    """Work on each piece, some side by side. The first failure is raised as it is, once all have
    come to their end: nothing goes on behind it."""

    async def lane() -> None:
        async with opened(dsn) as db:
            try:
                while left:
                    await work(db, left.popleft())
            finally:
                left.clear()

    ended = await asyncio.gather(*(lane() for _ in range(LANES)), return_exceptions=True)
    for failure in ended:
        if failure is not None:
            raise failure


async def make(db: Owned) -> None:
    """Every table of the read models, empty and without its indexes; only keys are there.

    Who is asked to do this may be a superuser: what is made belongs to whom the tables belong.
    """
    await db.execute(SQL["as_their_owner"])
    await db.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await db.execute(f"CREATE SCHEMA {SCHEMA}")
    await db.execute(f"GRANT USAGE ON SCHEMA {SCHEMA} TO commonweal_app")
    for statement in _statements():
        if not INDEX.match(statement):
            await _there(db, statement)


async def index(dsn: str, models: Sequence[Model]) -> None:
    """Their indexes, two at a time; and what the planner has to know of them."""
    tables = {model.table for model in models}
    indexes = [each for each in _statements() if (of := INDEX.match(each)) and of[2] in tables]
    left = deque(indexes + [f"ANALYZE {table}" for table in sorted(tables)])

    async def build(db: Owned, statement: str) -> None:
        await db.execute(SQL["as_their_owner"])
        await _there(db, statement)

    await in_lanes(dsn, left, build)


async def exchange(db: Owned, models: Sequence[Model]) -> None:
    """Put the tables that were built in place of those that serve; a question sees one or the
    other. It belongs into a transaction."""
    home: str = await db.fetchval("SELECT current_schema()")
    for model in models:
        parts = await db.fetch(SQL["parts"], f"{SCHEMA}.{model.table}")
        await db.execute(f"DROP TABLE IF EXISTS {home}.{model.table}")
        for table in (model.table, *(row["name"] for row in parts)):
            await db.execute(f"ALTER TABLE {SCHEMA}.{table} SET SCHEMA {home}")


async def clear(db: Owned) -> None:
    """Leave nothing behind."""
    await db.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


def _statements() -> Iterable[str]:
    """What the migrations do, one by one, without their comments."""
    for text in MIGRATIONS.values():
        plain = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
        yield from (each.strip() for each in plain.split(";\n") if each.strip())


async def _there(db: Owned, statement: str) -> None:
    async with db.transaction():
        await db.execute(f"SET LOCAL search_path = {SCHEMA}")
        await db.execute(statement)
