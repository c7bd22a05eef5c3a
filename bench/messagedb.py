"""The peer that stands in PostgreSQL alone: message-db's `write_message`, from its own SQL."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from uuid import uuid4

import asyncpg
import orjson

from bench.ours import PAYLOAD, Ours
from bench.paired import Figure, Slice, compare

WRITE = "SELECT message_store.write_message($1, $2, $3, $4::jsonb)"
WRITERS = 32


class MessageDb:
    """32 tasks, each on a connection of its own, writing to streams of one category each."""

    def __init__(self, connections: list[asyncpg.Connection[asyncpg.Record]]) -> None:
        self._connections = connections

    @classmethod
    async def compared(cls, dsn: str, sql: Path, ours: Ours) -> list[Figure]:
        await install(dsn, sql)
        where = {"search_path": "message_store,public"}  # its functions name one another bare
        connections = [await asyncpg.connect(dsn, server_settings=where) for _ in range(WRITERS)]
        try:
            peer = cls(connections)
            return await compare("append.messagedb", ours.run, peer.run, goal=5.0, unit="appends/s")
        finally:
            for connection in connections:
                await connection.close()

    async def run(self, seconds: float) -> Slice:
        since = time.perf_counter()
        until = since + seconds
        payload = orjson.dumps(PAYLOAD).decode()

        async def write(connection: asyncpg.Connection[asyncpg.Record]) -> int:
            count = 0
            while time.perf_counter() < until:
                stream = f"initiative-{uuid4()}"
                await connection.fetchval(WRITE, str(uuid4()), stream, "Happened", payload)
                count += 1
            return count

        counts = await asyncio.gather(*map(write, self._connections))
        return Slice(sum(counts) / (time.perf_counter() - since))


async def install(dsn: str, sql: Path) -> None:
    """In the order of message-db's own install script."""
    connection = await asyncpg.connect(dsn)
    try:
        # Not "extensions": pgcrypto is asked for a function that PostgreSQL has had since 13.
        folders = ("schema", "types", "tables", "functions", "indexes")
        for folder in folders:
            for path in sorted((sql / folder).glob("*.sql"), key=_order):
                await connection.execute(path.read_text())
    finally:
        await connection.close()


def _order(path: Path) -> tuple[bool, str]:
    """Functions that others are made of come first."""
    basic = ("message-store-version", "hash-64", "acquire-lock", "category", "is-category", "id",
             "cardinal-id", "stream-version", "write-message")  # fmt: skip
    name = path.stem
    return (name not in basic, f"{basic.index(name):02}" if name in basic else name)
