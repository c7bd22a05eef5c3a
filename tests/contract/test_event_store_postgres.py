"""What only a database can promise: several processes, grants and triggers, migrations, bounds."""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
import orjson
import pytest

from infra.eventstore import Offer, PostgresEventStore, Recorded
from infra.eventstore.postgres import FORGOTTEN_AT_ONCE
from infra.eventstore.safety import DURABLE, Unsafe, refuse_unsafe, safe_to_start
from infra.kernel import SystemClock, uuid7
from infra.kernel.line import Draft
from infra.postgres import MigrationChanged, Unavailable, make_pool, migrate
from tests.conftest import Database
from tests.contract.test_event_store import a_draft, in_postgres
from tests.servers import PostgresServer

ROOT = Path(__file__).parents[2]
CHANGES = {
    "update": "UPDATE events SET line = line",
    "update of one": "UPDATE events SET stream_version = 9 WHERE sequence = 1",
    "delete": "DELETE FROM events",
    "truncate": "TRUNCATE events",
}


async def start(*arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def output(process: asyncio.subprocess.Process) -> str:
    out, errors = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0, errors.decode()
    return out.decode()


async def test_several_processes_share_one_log_without_a_gap(database: Database) -> None:
    """Three processes append at once, with clocks that differ by a minute; a reader follows."""
    dsn = await database()
    appender = ("-m", "tests.contract.appender", dsn)
    processes = [await start(*appender, skew, "40") for skew in ("-30", "0", "30")]
    async with in_postgres(dsn, SystemClock()) as store:
        told = asyncio.gather(*map(output, processes))
        followed: list[Recorded] = []
        while not told.done() or await store.replay(after=len(followed), limit=1):
            followed += await store.replay(after=len(followed), limit=1_000)
        receipts = [json.loads(line) for text in await told for line in text.splitlines()]
        log = [orjson.loads(recorded.line) for recorded in followed]
    assert [recorded.sequence for recorded in followed] == list(range(1, len(followed) + 1))
    assert [int(line["sequence"]) for line in log] == list(range(1, len(log) + 1))
    times = [line["recordedtime"] for line in log]
    assert times == sorted(times)
    acked = [s for _, first, last in receipts for s in range(first, last + 1)]
    assert sorted(acked) == list(range(1, len(log) + 1))
    for stream, first, last in receipts:
        assert all(log[n - 1]["subject"].endswith(stream) for n in range(first, last + 1))
    versions: dict[str, list[int]] = {}
    for line in log:
        versions.setdefault(line["subject"], []).append(line["streamversion"])
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_the_app_may_not_change_the_log(database: Database, change: str) -> None:
    dsn = await database()
    async with in_postgres(dsn, SystemClock()) as store:
        await store.append(Offer([a_draft(uuid7())]))
    connection = await asyncpg.connect(dsn)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute(change)
    await connection.close()


@pytest.mark.parametrize("role", ["origin", "replica"])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_superuser_is_refused_too(
    database: Database, postgres_server: PostgresServer, change: str, role: str
) -> None:
    """Also with the setting that switches ordinary triggers off."""
    dsn = await database()
    async with in_postgres(dsn, SystemClock()) as store:
        stream = uuid7()
        await store.append(Offer([a_draft(stream)]))
        name = dsn.rpartition("/")[2]
        connection = await asyncpg.connect(f"{postgres_server.dsn}/{name}")
        await connection.execute(f"SET session_replication_role = {role}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute(change)
        await connection.close()
        assert len(await store.read(stream)) == 1


async def test_a_line_over_60_kib_is_refused_by_the_table_too(database: Database) -> None:
    long = Draft(uuid7(), 1, uuid7(), "x" * 61_441, "", "")
    async with in_postgres(await database(), SystemClock()) as store:
        with pytest.raises(asyncpg.CheckViolationError):
            await store.append(Offer([long]))
        with pytest.raises(asyncpg.CheckViolationError):
            await store.append_bulk([long])
        assert (await store.append(Offer([a_draft(uuid7())]))).first_sequence == 1


MANY_OLD_KEYS = """
INSERT INTO idempotency
SELECT 'c', 'old ' || number, 'x', 1, 1, 200, '[]', '{}', now() - interval '31 days'
FROM generate_series(1, $1::integer) AS number
"""


async def test_old_keys_are_forgotten_and_young_ones_kept(
    database: Database, postgres_server: PostgresServer
) -> None:
    dsn = await database()
    connection = await asyncpg.connect(f"{postgres_server.dsn}/{dsn.rpartition('/')[2]}")
    for key, age in (("old", "31 days"), ("young", "29 days")):
        await connection.execute(
            "INSERT INTO idempotency VALUES "
            f"('c', $1, 'x', 1, 1, 200, '[]', '{{}}', now() - interval '{age}')",
            key,
        )
    await connection.execute(MANY_OLD_KEYS, 2 * FORGOTTEN_AT_ONCE)
    async with make_pool(dsn, name="contract") as pool:
        store = PostgresEventStore(pool, SystemClock())
        await store.forget_old_keys()
        assert await connection.fetchval("SELECT count(*) FROM idempotency") == 1
        await connection.close()
        assert await store.remembered("c", "old") is None
        assert await store.remembered("c", "young") is not None


MIGRATING = """
import asyncio, sys
from infra.postgres import migrate
print(len(asyncio.run(migrate(sys.argv[1], ["infra.eventstore"]))))
"""


@pytest.fixture
async def bare(postgres_server: PostgresServer):  # type: ignore[no-untyped-def]
    """The owner's DSN of a database that nobody migrated yet."""
    name = f"commonweal_bare_{uuid7().hex}"
    admin = await asyncpg.connect(f"{postgres_server.dsn}/postgres")
    await admin.execute(f"CREATE DATABASE {name} OWNER commonweal_owner")
    yield f"{postgres_server.owner_dsn}/{name}"
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


async def test_several_processes_may_migrate_at_once(bare: str) -> None:
    processes = [await start("-c", MIGRATING, bare) for _ in range(4)]
    applied = sorted(int(told) for told in await asyncio.gather(*map(output, processes)))
    assert applied[:3] == [0, 0, 0]
    assert applied[3] >= 2
    assert await migrate(bare, ["infra.eventstore"]) == []


async def test_an_applied_migration_may_not_change(bare: str) -> None:
    await migrate(bare, ["infra.eventstore"])
    connection = await asyncpg.connect(bare)
    await connection.execute("UPDATE migrations SET sha256 = 'other'")
    await connection.close()
    with pytest.raises(MigrationChanged, match="add a new migration"):
        await migrate(bare, ["infra.eventstore"])


async def test_a_safe_database_is_taken(database: Database) -> None:
    async with make_pool(await database(), name="contract", check=refuse_unsafe) as pool:
        await safe_to_start(pool)
        assert await pool.fetchval("SELECT 1") == 1


async def test_an_unsafe_one_is_refused_at_each_connection(
    database: Database, postgres_server: PostgresServer
) -> None:
    name = (await database()).rpartition("/")[2]
    superuser = f"{postgres_server.dsn}/{name}"
    async with make_pool(superuser, name="contract", check=refuse_unsafe) as pool:
        with pytest.raises(Unsafe, match="superuser"):
            await safe_to_start(pool)
        with pytest.raises(Unsafe, match="superuser"):
            await PostgresEventStore(pool, SystemClock()).append(Offer([a_draft(uuid7())]))


async def test_a_server_that_is_away_is_checked_when_it_comes() -> None:
    nowhere = "postgresql://a:b@127.0.0.1:1/none"
    async with make_pool(nowhere, name="contract", check=refuse_unsafe) as pool:
        await safe_to_start(pool)
        with pytest.raises(Unavailable):
            await PostgresEventStore(pool, SystemClock()).read(uuid7())


def test_safe_is_what_loses_no_commit() -> None:
    settings = {"fsync", "full_page_writes", "synchronous_commit", "data_checksums"}
    assert dict(DURABLE) == dict.fromkeys(settings, "on")


async def test_a_session_that_does_not_wait_for_the_disk_is_refused(database: Database) -> None:
    connection = await asyncpg.connect(await database())
    await connection.execute("SET synchronous_commit = off")
    with pytest.raises(Unsafe, match="synchronous_commit is 'off'"):
        await refuse_unsafe(connection)
    await connection.close()


@pytest.mark.parametrize("setting", DURABLE)
async def test_a_database_that_may_lose_commits_is_refused(
    database: Database, setting: str
) -> None:
    connection = await asyncpg.connect(await database())
    shown = await connection.fetchval("SELECT current_setting($1)", setting)
    wanted = "off" if shown == "on" else "on"
    with pytest.raises(Unsafe, match=setting):
        await refuse_unsafe(connection, expect={setting: wanted})
    await connection.close()


async def test_a_superuser_is_no_app_role(
    database: Database, postgres_server: PostgresServer
) -> None:
    name = (await database()).rpartition("/")[2]
    connection = await asyncpg.connect(f"{postgres_server.dsn}/{name}")
    with pytest.raises(Unsafe, match="superuser"):
        await refuse_unsafe(connection, expect={})
    await connection.close()


@pytest.mark.parametrize("right", ["UPDATE", "DELETE", "TRUNCATE"])
async def test_a_role_that_may_change_the_log_is_refused(
    database: Database, postgres_server: PostgresServer, right: str
) -> None:
    dsn = await database()
    admin = await asyncpg.connect(f"{postgres_server.dsn}/{dsn.rpartition('/')[2]}")
    await admin.execute(f"GRANT {right} ON events TO commonweal_app")
    await admin.close()
    connection = await asyncpg.connect(dsn)
    with pytest.raises(Unsafe, match=right):
        await refuse_unsafe(connection, expect={})
    await connection.close()


async def test_the_time_of_a_process_is_never_in_a_local_zone(database: Database) -> None:
    async with in_postgres(await database(), SystemClock()) as store:
        receipt = await store.append(Offer([a_draft(UUID(int=1))]))
        assert receipt.recordedtime.utcoffset() == datetime.now(UTC).utcoffset()
