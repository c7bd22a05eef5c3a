"""One at a time: a session advisory lock on a connection of its own, outside every pool.

The lock saves work, it is not what makes carrying right: a process that was stopped for a while
still believes that it leads. So the position of each line decides what is taken, and a cursor
moves only from where its mover believed it to be.
"""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections.abc import AsyncIterator

import asyncpg

from infra.postgres import Connection, reaching

LOCK = 7305802
ANSWER_SECONDS = 4.0
TRY_AGAIN_SECONDS = 0.5
ALIVE = {
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "6000",
}
"""After a cut the client knows in 4 s and the lock is free in 7; by default it takes hours."""


@contextlib.asynccontextmanager
async def leading(dsn: str, name: str) -> AsyncIterator[Connection]:
    """Wait until nobody else leads, then hold the lock and its connection for the block."""
    with reaching("PostgreSQL"):
        db = await asyncpg.connect(
            dsn,
            timeout=ANSWER_SECONDS,
            command_timeout=ANSWER_SECONDS,
            server_settings={
                "application_name": f"commonweal {name}",
                "jit": "off",
                "timezone": "UTC",
                "idle_in_transaction_session_timeout": "30000",
                **ALIVE,
            },
        )
        try:
            await _lock(db, name)
            yield db
        finally:
            db.terminate()  # at once, also when the server no longer answers; the lock goes with it


async def _lock(db: Connection, name: str) -> None:
    take = "SELECT pg_try_advisory_lock($1, $2)"
    while not await db.fetchval(take, LOCK, _number(name)):  # noqa: ASYNC110 (another process)
        await asyncio.sleep(TRY_AGAIN_SECONDS)


def _number(name: str) -> int:
    """A signed 32-bit number for the lock of that name."""
    return zlib.crc32(name.encode()) - 2**31
