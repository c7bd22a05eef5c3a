"""Connections with a bound on every wait, migrations, and the SQL files beside their callers."""

from __future__ import annotations

import contextlib
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from importlib import resources
from typing import Any, TypeAlias

import asyncpg

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = (
    "asyncpg.Connection[asyncpg.Record] | asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
)

log = logging.getLogger(__name__)

ACQUIRE_SECONDS = 2.0
COMMAND_SECONDS = 10.0
MIGRATION_LOCK = 7305800

AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.exceptions.InternalClientError,
)
"""What a driver says when the server is down, full, restarting or too busy."""


class Unavailable(Exception):
    """The database does not answer now; the request may be repeated with the same key."""


@contextlib.contextmanager
def reaching(what: str) -> Iterator[None]:
    """Name what could not be reached: everybody above knows `Unavailable` only."""
    try:
        yield
    except AWAY as error:
        raise Unavailable(f"{what}: {type(error).__name__}: {error}") from error


async def _leave(connection: Connection) -> None:
    """Nobody leaves anything in a session of the pool (no SET, no session lock), so giving one back
    costs no round trip; asyncpg itself has ended its transaction by now."""


def make_pool(
    dsn: str,
    *,
    name: str,
    size: int = 10,
    check: Callable[[Connection], Coroutine[Any, Any, None]] | None = None,
) -> Pool:
    """A pool to be opened by `async with`; it connects when it is first asked, so a process starts
    while the server is down. `check` may refuse each connection as it is made."""
    return asyncpg.create_pool(
        dsn,
        init=check,
        min_size=0,
        max_size=size,
        reset=_leave,
        timeout=ACQUIRE_SECONDS,
        command_timeout=COMMAND_SECONDS,
        max_inactive_connection_lifetime=300,
        server_settings={
            "application_name": f"commonweal {name}",
            "jit": "off",
            "timezone": "UTC",
            "statement_timeout": str(int(COMMAND_SECONDS * 1000)),
            "idle_in_transaction_session_timeout": "30000",
            "tcp_keepalives_idle": "3",
            "tcp_keepalives_interval": "1",
            "tcp_keepalives_count": "3",
        },
    )


@contextlib.asynccontextmanager
async def connection(pool: Pool) -> AsyncIterator[Connection]:
    """One of the pool's connections, waited for within a bound."""
    with reaching("PostgreSQL"):
        async with pool.acquire(timeout=ACQUIRE_SECONDS) as taken:
            yield taken


def statements(package: str | None, folder: str = "sql") -> dict[str, str]:
    """The statements in a package's folder, by file name without its ending, in name order."""
    assert package
    files = resources.files(package) / folder
    return {
        file.name.removesuffix(".sql"): file.read_text(encoding="utf-8")
        for file in sorted(files.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".sql")
    }


class MigrationChanged(Exception):
    """A migration that was applied here no longer reads as it did then."""


async def migrate(dsn: str, packages: Sequence[str]) -> list[str]:
    """Apply the numbered migrations of these packages that the database has not seen yet.

    Safe to run from several processes at once: the first one works, the others wait and find
    nothing to do. Each package's migrations are one transaction.
    """
    database = await asyncpg.connect(dsn, timeout=ACQUIRE_SECONDS, command_timeout=300)
    try:
        await database.execute("SELECT pg_advisory_lock($1)", MIGRATION_LOCK)
        await database.execute(
            "CREATE TABLE IF NOT EXISTS migrations ("
            " package text, name text, sha256 text NOT NULL,"
            " applied timestamptz NOT NULL DEFAULT now(), PRIMARY KEY (package, name))"
        )
        applied = [line for package in packages for line in await _apply(database, package)]
    finally:
        await database.close(timeout=ACQUIRE_SECONDS)
    return applied


async def _apply(database: asyncpg.Connection[asyncpg.Record], package: str) -> list[str]:
    rows = await database.fetch("SELECT name, sha256 FROM migrations WHERE package = $1", package)
    seen = {row["name"]: row["sha256"] for row in rows}
    applied = []
    async with database.transaction():
        for name, text in statements(package, "migrations").items():
            digest = hashlib.sha256(text.encode()).hexdigest()
            if seen.get(name, digest) != digest:
                raise MigrationChanged(f"{package} {name}: add a new migration instead")
            if name not in seen:
                await database.execute(text)
                await database.execute(
                    "INSERT INTO migrations (package, name, sha256) VALUES ($1, $2, $3)",
                    package,
                    name,
                    digest,
                )
                applied.append(f"{package} {name}")
    return applied
