"""A durable PostgreSQL of the benchmark's own, with a migrated database."""

from __future__ import annotations

import asyncio
import contextlib
import os
import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import asyncpg

from infra.postgres import migrate
from infra.runtime import EmbeddedPostgres, furnish
from infra.runtime.ports import free_port

READY_SECONDS = 60.0


@contextlib.asynccontextmanager
async def postgres() -> AsyncIterator[str]:
    """A superuser's DSN without a database: COMMONWEAL_TEST_POSTGRES, else an embedded one."""
    configured = os.environ.get("COMMONWEAL_BENCH_POSTGRES")
    if configured:
        yield configured.rstrip("/")
        return
    with tempfile.TemporaryDirectory(prefix="commonweal-bench-") as folder:
        server = EmbeddedPostgres(Path(folder) / "postgresql", port=free_port(), password="bench")
        program = server.program()
        process = await asyncio.create_subprocess_exec(
            *program.command(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            cwd=program.folder,
            start_new_session=True,
        )
        try:
            async with asyncio.timeout(READY_SECONDS):
                while True:
                    if await server.answers():
                        break
                    await asyncio.sleep(0.05)
            yield server.dsn()
        finally:
            process.send_signal(program.end)
            await process.wait()
            server.forget()


@contextlib.asynccontextmanager
async def database(
    server: str, name: str, packages: Sequence[str] = ("infra.eventstore",)
) -> AsyncIterator[str]:
    """The app role's DSN of a fresh database, dropped afterwards."""
    await furnish(server, (), owner="owner", app="app")
    where = server.rsplit("@", 1)[1]
    await _do(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    await _do(server, f'CREATE DATABASE "{name}" OWNER commonweal_owner')
    try:
        await migrate(f"postgresql://commonweal_owner:owner@{where}/{name}", packages)
        yield f"postgresql://commonweal_app:app@{where}/{name}"
    finally:
        await _do(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


async def _do(server: str, statement: str) -> None:
    connection = await asyncpg.connect(f"{server}/postgres", timeout=10)
    try:
        await connection.execute(statement)
    finally:
        await connection.close(timeout=10)
