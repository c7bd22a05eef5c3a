"""The whole history out of a gateway process, beside COPY TO STDOUT of the same column."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx

from bench import house
from bench.gateway import DATABASE
from bench.ours import INITIATIVE, a_draft
from bench.paired import Figure, Slice, at_most, compare, keep
from gateway.cli.composition import GATEWAY, MIGRATIONS
from infra.kernel import uuid7
from infra.runtime.ports import LOOPBACK, free_port
from infra.web import tokens

LINES = {"agenda": 200_000, "measurement": 700_000, "activities": 100_000}
GOAL_RATIO, GOAL_MIB = 0.6, 200
LINE_END = b'"}\n'
"""Every line ends so, and nothing else in the stream does."""
COLUMNS = ["source", "sequence", "recordedtime", "time", "initiative_id", "subject", "type", "line"]
WATERMARK = "INSERT INTO watermarks (reader, source, sequence) VALUES ('journal', $1, $2)"


async def main() -> list[Figure]:
    async with (
        house.postgres() as server,
        house.database(server, DATABASE, MIGRATIONS[GATEWAY]) as dsn,
    ):
        database = await asyncpg.connect(f"{server}/{DATABASE}", timeout=10, command_timeout=600)
        await fill(database)
        async with gateway(dsn.rpartition("/")[0]) as ours:

            async def copy(_: float) -> Slice:
                counted, since = Counted(), time.perf_counter()
                await database.copy_from_table("journal", columns=["line"], output=counted.take)
                return counted.slice(since)

            figures = await compare("replay", ours.run, copy, goal=GOAL_RATIO, unit="lines/s")
            peak = at_most("replay.peak", ours.peak_mib(), GOAL_MIB, "MiB")
        await database.close()
    keep("replay.peak", [peak])
    return [*figures, peak]


async def fill(database: asyncpg.Connection[asyncpg.Record]) -> None:
    for source, count in LINES.items():
        await database.copy_records_to_table(
            "journal", records=records(source, count), columns=COLUMNS
        )
        await database.execute(WATERMARK, source, count)
    await database.execute("VACUUM (ANALYZE, FREEZE) journal")
    await database.execute("CHECKPOINT")


def records(source: str, count: int) -> Iterator[tuple[object, ...]]:
    """Lines of some 1,100 bytes, with 600 bytes of what a fact itself says."""
    stream, now, kind = uuid7(), datetime.now(UTC), f"commonweal.{source}.something-happened.v1"
    subject = f"initiative/{INITIATIVE}/thing/{stream}"
    for sequence in range(1, count + 1):
        line = a_draft(stream, sequence).line(recordedtime=now, sequence=sequence)
        yield source, sequence, now, now, INITIATIVE, subject, kind, line


class Counted:
    """Counts the lines in a stream of bytes, wherever it is cut."""

    def __init__(self) -> None:
        self.lines = 0
        self._rest = b""

    def count(self, data: bytes) -> None:
        edge = len(LINE_END) - 1
        self.lines += data.count(LINE_END) + (self._rest + data[:edge]).count(LINE_END)
        self._rest = (self._rest + data[-edge:])[-edge:]

    async def take(self, data: bytes) -> None:
        self.count(data)

    def slice(self, since: float) -> Slice:
        assert self.lines == sum(LINES.values()), self.lines
        return Slice(self.lines / (time.perf_counter() - since))


class Reading(asyncio.Protocol):
    """An answer, to its end."""

    def __init__(self, counted: Counted) -> None:
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._counted = counted

    def data_received(self, data: bytes) -> None:
        self._counted.count(data)

    def connection_lost(self, error: Exception | None) -> None:
        self.ended.set_result(None)


@dataclass
class Gateway:
    process: asyncio.subprocess.Process
    port: int
    token: str

    async def run(self, _: float) -> Slice:
        """As bare as the peer: what comes is counted, not parsed."""
        counted, since = Counted(), time.perf_counter()
        loop = asyncio.get_running_loop()
        transport, reading = await loop.create_connection(
            lambda: Reading(counted), LOOPBACK, self.port
        )
        transport.write(
            f"GET /v1/events HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {self.token}\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        await reading.ended
        return counted.slice(since)

    def peak_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@contextlib.asynccontextmanager
async def gateway(postgres: str) -> AsyncIterator[Gateway]:
    """A process of its own, and somebody who may read the log."""
    with tempfile.TemporaryDirectory() as folder:
        keys, port, nobody = Path(folder), free_port(), f"http://{LOOPBACK}:9"
        tokens.make_keys(keys)
        told = {
            "COMMONWEAL_POSTGRES": postgres,
            "COMMONWEAL_TOKEN_KEYS": str(keys / "jwks.json"),
            "COMMONWEAL_TOKEN_ISSUER": "bench",
            "COMMONWEAL_SERVICE_KEYS": folder,
            **{f"COMMONWEAL_{source.upper()}_URL": nobody for source in LINES},
        }
        token = tokens.issue(
            keys,
            issuer="bench",
            person="bench",
            roles=["auditor"],
            organisation=UUID(int=2),
            client="bench",
        )
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.gateway", str(port)), env={**os.environ, **told}
        )
        try:
            async with asyncio.timeout(30):
                while not await answers(port):  # noqa: ASYNC110 (another process)
                    await asyncio.sleep(0.05)
            yield Gateway(process, port, token)
        finally:
            process.terminate()
            await process.wait()


async def answers(port: int) -> bool:
    with contextlib.suppress(httpx.TransportError):
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(f"http://{LOOPBACK}:{port}/health/ready")).is_success
    return False
