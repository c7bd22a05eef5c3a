"""A real PostgreSQL 18 out of a wheel: durable, on loopback, with passwords, under root too."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import asyncpg

from infra.runtime.account import Account, for_postgres
from infra.runtime.ports import LOOPBACK
from infra.runtime.postgres_binaries import programs_for
from infra.runtime.program import Program
from infra.runtime.refusals import CannotStart

ELSEWHERE = Path("/var/lib/commonweal")
SUPERUSER = "postgres"
SECONDS_TO_END = 30.0

DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
ALWAYS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "log_timezone": "UTC",
    "timezone": "UTC",
    "dynamic_shared_memory_type": "posix",
}


class PostgresRefused(CannotStart):
    """PostgreSQL could not be set up; the text is its own."""


class EmbeddedPostgres:
    """One server and its data, which lie in `home`, or where `home` leads if it is out of reach."""

    name = "postgresql"

    def __init__(
        self, home: Path, *, port: int, password: str, settings: Mapping[str, str] = DURABLE
    ) -> None:
        self._account = for_postgres()
        self._port = port
        self._password = password
        self._settings = {**ALWAYS, **settings, "port": str(port)}
        self._home = home

    @property
    def place(self) -> Path:
        """Where the data really lie."""
        return self._home.resolve()

    @property
    def _data(self) -> Path:
        return self.place / "data"

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._port}"

    def dsn(self, user: str = SUPERUSER, password: str | None = None) -> str:
        """Where `user` connects; without a database."""
        secret = quote(self._password if password is None else password, safe="")
        return f"postgresql://{user}:{secret}@{self.address}"

    def program(self) -> Program:
        programs = programs_for(self._account)
        if not (self._data / "PG_VERSION").exists():
            self._initialise(programs / "initdb")
        self._end_left_over()
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        return Program(
            arguments=(str(programs / "postgres"), "-D", str(self._data), *options),
            folder=self.place,
            account=self._account,
            end=signal.SIGINT,  # ends sessions, writes a checkpoint
            orphaned=signal.SIGINT,
        )

    async def answers(self) -> bool:
        try:
            connection = await asyncpg.connect(f"{self.dsn()}/postgres", timeout=2)
        except (OSError, TimeoutError, asyncpg.CannotConnectNowError):
            return False
        await connection.close(timeout=2)
        return True

    def forget(self) -> None:
        """Remove the data for good. The server has ended."""
        shutil.rmtree(self.place, ignore_errors=not self.place.exists())
        if self._home.is_symlink():
            self._home.unlink()

    def _initialise(self, initdb: Path) -> None:
        """Make the data folder whole or not at all: a half-made one is begun anew."""
        _bring_within_reach(self._home, self._account)
        if self._account is not None:
            self._account.takes(self.place)
        else:
            self.place.mkdir(parents=True, exist_ok=True)
        beside = self.place / "data.new"
        shutil.rmtree(beside, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self.place) as password:
            password.write(self._password)
            password.flush()
            if self._account is not None:
                os.chown(password.name, self._account.uid, self._account.gid)
            made = subprocess.run(
                Program(
                    arguments=(
                        *(str(initdb), "-D", str(beside), "-U", SUPERUSER),
                        *("--pwfile", password.name, "--auth=scram-sha-256"),
                        *("--data-checksums", "--encoding=UTF8", "--locale=C"),
                        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
                    ),
                    account=self._account,
                ).command(),
                cwd=self.place,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        if made.returncode != 0:
            raise PostgresRefused(f"initdb: {made.stderr.strip() or made.stdout.strip()}")
        beside.rename(self._data)

    def _end_left_over(self) -> None:
        """After kill -9: end a server that still runs on this folder, forget one that does not."""
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split("\n", 1)[0])
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if not self._serves(pid):
                lock.unlink(missing_ok=True)
                return
            os.kill(pid, how)
            deadline = time.monotonic() + SECONDS_TO_END
            while self._serves(pid) and time.monotonic() < deadline:
                time.sleep(0.02)
        raise PostgresRefused(f"process {pid} serves {self._data} and does not end")

    def _serves(self, pid: int) -> bool:
        """Whether that process serves this folder: its number may be somebody else's now."""
        return f" -D {self._data} " in _command_line(pid)


def _bring_within_reach(home: Path, account: Account | None) -> None:
    """Where the server's user cannot walk to `home`, let that lead to a place where it can."""
    if home.exists() or account is None or account.reaches(home / "x"):
        return
    place = ELSEWHERE / secrets.token_hex(8)
    place.mkdir(parents=True)
    ELSEWHERE.chmod(0o711)
    home.symlink_to(place)


def _command_line(pid: int) -> str:
    """A process's program and arguments; nothing if there is no such process."""
    if Path("/proc/self/cmdline").exists():
        shown = Path(f"/proc/{pid}/cmdline")
        return shown.read_text(errors="replace").replace("\0", " ") if shown.exists() else ""
    ask = ["ps", "-ww", "-o", "args=", "-p", str(pid)]
    return subprocess.run(ask, capture_output=True, text=True, check=False).stdout


async def furnish(dsn: str, databases: Sequence[str], *, owner: str, app: str) -> None:
    """The two roles, with these passwords, and the databases: made where they are missing."""
    connection = await asyncpg.connect(f"{dsn}/postgres", timeout=5)
    try:
        await _make_role(connection, "commonweal_owner", owner)
        await _make_role(connection, "commonweal_app", app)
        there = await connection.fetch("SELECT datname FROM pg_database")
        for database in sorted(set(databases) - {row["datname"] for row in there}):
            await connection.execute(f'CREATE DATABASE "{database}" OWNER commonweal_owner')
    finally:
        await connection.close(timeout=5)


async def _make_role(
    connection: asyncpg.Connection[asyncpg.Record], role: str, password: str
) -> None:
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if known else "CREATE"
    quoted = await connection.fetchval("SELECT quote_literal($1)", password)
    await connection.execute(f"{verb} ROLE {role} LOGIN PASSWORD {quoted}")
