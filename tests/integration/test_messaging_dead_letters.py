"""Messages that cannot be read: kept, shown, never in the way of what can be read, and settled."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from kafka import KafkaProducer
from prometheus_client import generate_latest

from gateway.cli import main
from gateway.cli.composition import MIGRATIONS, migrate_all
from gateway.journal import carry_gateway
from infra.messaging import carry_service
from infra.messaging.broker import Broker
from infra.messaging.dead_letters import (
    LetterSettled,
    LetterUnknown,
    dead_letter,
    dead_letters,
    retry,
    skip,
)
from infra.messaging.figures import carrying, refresh
from infra.messaging.producing import Producing
from infra.postgres import Pool, make_pool
from infra.runtime import EmbeddedPostgres, furnish
from infra.runtime.ports import free_port
from tests.conftest import Database
from tests.contract.test_messaging_reading import KINDS
from tests.integration.carrying import (
    GATEWAY,
    SERVICE,
    a_token,
    log_of,
    owner,
    rows,
    running,
    same_as_logs,
    settings,
    until,
    watermark,
)
from tests.servers import KafkaServer
from tests.servers import running as serving


@pytest.fixture
def kafka(kafka_server: KafkaServer) -> dict[str, str]:
    return {"kafka": kafka_server.bootstrap, "prefix": f"test-{secrets.token_hex(4)}."}


def relaying(service: str, **to: Any) -> Any:
    return partial(carry_service, "agenda", settings(dsn=service, **to), reads={}, token=a_token)


async def someone_else(kafka: dict[str, str]) -> Producing:
    return await Broker(kafka["kafka"], prefix=kafka["prefix"]).producing("agenda")


async def send_raw(producing: Producing, messages: list[tuple[bytes | None, bytes | None]]) -> None:
    """Past everything that our own producer would not do."""
    producer: KafkaProducer = producing._producer

    def send() -> None:
        for key, value in messages:
            producer.send(producing.topic.name, value, key, partition=0)
        producer.flush(timeout=10)

    await asyncio.to_thread(send)


async def test_poison_of_every_kind_is_kept_and_delays_nobody(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    async with (
        log_of("agenda", service) as log,
        owner(log) as url,
        make_pool(gateway, name="test") as pool,
        running(relaying(service, **kafka)),
        running(partial(carry_gateway, settings(dsn=gateway, agenda=url, **kafka), token=a_token)),
    ):
        await log.append(10)
        await until(partial(same_as_logs, gateway, log))
        stranger = await someone_else(kafka)
        await send_raw(stranger, [(key, value) for _, key, value in KINDS])
        await stranger.close()
        began = time.monotonic()
        await log.append(10)
        await until(partial(same_as_logs, gateway, log))
        assert time.monotonic() - began < 2
        kept = await rows(gateway, "SELECT message_key, message FROM dead_letters")
        sent = {(key, value or b"") for _, key, value in KINDS}
        assert {(row["message_key"], row["message"]) for row in kept} == sent

        async def settled() -> bool:
            return not await dead_letters(pool)

        await until(settled)  # no line is missing, so none of them is in anybody's way
        assert len(await dead_letters(pool, settled=True)) == len(KINDS)


async def test_a_forged_line_beyond_the_log_is_laid_aside_and_the_true_one_taken(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    async with (
        log_of("agenda", service) as log,
        owner(log) as url,
        make_pool(gateway, name="test") as pool,
        running(relaying(service, **kafka)),
        running(partial(carry_gateway, settings(dsn=gateway, agenda=url, **kafka), token=a_token)),
    ):
        await log.append(20)
        await until(partial(same_as_logs, gateway, log))
        forged = (await log.lines())[-1].replace('"sequence":"00000000000000000020"', FORGED)
        stranger = await someone_else(kafka)
        key = UUID(forged.partition('"partitionkey":"')[2][:36])
        await stranger.settle(await stranger.send([(key, forged)]), hurry=True)
        await stranger.close()

        async def laid_aside() -> bool:
            return len(await dead_letters(pool, settled=True)) == 1

        await until(laid_aside)
        await log.append(20)
        await until(partial(same_as_logs, gateway, log))
        (letter,) = await dead_letters(pool, settled=True)
        assert letter.reason == "its owner's log does not reach that far"


FORGED = '"sequence":"00000000000000000025"'


async def test_a_line_that_nobody_can_read_stops_the_journal_until_it_is_skipped(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    async with log_of("agenda", service) as log, make_pool(gateway, name="test") as pool:
        await log.append(10)

        def damage(sequence: int, line: str) -> str:
            return line.replace('version":"1.0"', 'version":"9.9"') if sequence == 5 else line

        async with (
            owner(log, damage=damage) as url,
            running(
                partial(carry_gateway, settings(dsn=gateway, agenda=url, **kafka), token=a_token)
            ),
        ):
            stranger = await someone_else(kafka)
            await stranger.send_everywhere(
                b'{"knownthrough":"2026-01-01T00:00:00.000000Z","mark":"/agenda","sequence":10}'
            )
            await stranger.close()

            await until(partial(stands_at, gateway, 4))
            (letter,) = await dead_letters(pool)
            assert (letter.sequence, letter.reason) == (5, "its specversion is not 1.0")
            assert (await carrying(pool, relays=False)).dead_letters == 1
            assert b'"9.9"' in (await dead_letter(pool, letter.id))[1]
            await retry(pool, letter.id)
            await until(partial(was_tried, pool))
            with pytest.raises(ValueError, match="reason"):
                await skip(pool, letter.id, reason=" ", by="auditor")
            await skip(pool, letter.id, reason="a test of ours", by="auditor")
            await until(partial(stands_at, gateway, 10))
    (settled,) = await rows(gateway, "SELECT state, settled FROM dead_letters")
    assert tuple(settled) == ("skipped", "skipped by auditor: a test of ours")
    assert await log_lines(gateway) == [1, 2, 3, 4, 6, 7, 8, 9, 10]


async def was_tried(pool: Pool) -> bool:
    (now,) = await dead_letters(pool)
    return now.settled == "tried again: its specversion is not 1.0"


async def stands_at(gateway: str, sequence: int) -> bool:
    return await watermark(gateway, "journal", "agenda") == sequence


async def log_lines(gateway: str) -> list[int]:
    found = await rows(gateway, "SELECT sequence FROM journal ORDER BY sequence")
    return [sequence for (sequence,) in found]


async def test_only_what_waits_can_be_decided(database: Database) -> None:
    gateway = await database("gateway", GATEWAY)
    await rows(
        gateway,
        "INSERT INTO dead_letters (reader, source, origin, partition, position, reason, message,"
        " state) VALUES ('journal', 'agenda', 'x', 0, 1, 'it is empty', '', 'resolved')",
    )
    async with make_pool(gateway, name="test") as pool:
        (letter,) = await dead_letters(pool, settled=True)
        with pytest.raises(LetterSettled):
            await skip(pool, letter.id, reason="why not", by="auditor")
        with pytest.raises(LetterUnknown):
            await retry(pool, letter.id + 1)
        with pytest.raises(LetterUnknown):
            await dead_letter(pool, letter.id + 1)


async def test_no_dead_letter_can_be_removed_or_rewritten(database: Database) -> None:
    gateway = await database("gateway", GATEWAY)
    for statement in ("DELETE FROM dead_letters", "UPDATE dead_letters SET message = ''"):
        with pytest.raises(Exception, match="permission denied"):
            await rows(gateway, statement)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[str]:
    """A server with the databases of a whole house; gives the app role's DSN."""
    part = EmbeddedPostgres(tmp_path / "pg", port=free_port(), password="tests")
    try:
        with serving(part, tmp_path):
            names = [f"commonweal_{name}" for name in MIGRATIONS]
            await furnish(part.dsn(), names, owner="owner", app="app")
            await migrate_all(part.dsn("commonweal_owner", "owner"))
            yield part.dsn("commonweal_app", "app")
    finally:
        part.forget()


async def test_the_command_lists_shows_and_decides(
    house: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMMONWEAL_POSTGRES", house)
    assert await command("list") == 0
    await rows(
        f"{house}/commonweal_gateway",
        "INSERT INTO dead_letters (reader, source, origin, partition, position, reason, message)"
        " VALUES ('journal', 'agenda', 'x', 2, 41, 'it is not JSON', 'a stone')",
    )
    assert await command("list") == 1
    assert await command("show", "gateway:1") == 0
    assert await command("retry", "gateway:1") == 0
    assert await command("skip", "gateway:1", "--reason", "a test of ours") == 0
    with pytest.raises(SystemExit):
        await command("skip", "gateway:2", "--reason", "a test of ours")
    (found,) = await rows(f"{house}/commonweal_gateway", "SELECT * FROM dead_letters")
    assert found["state"] == "skip"
    assert found["settled"].endswith(": a test of ours")
    told = capfd.readouterr()
    assert "agenda, partition 2, offset 41  7 bytes: it is not JSON" in told.out
    assert "a stone" in told.out
    assert "No message that could not be read has this number" in told.err


async def command(*arguments: str) -> int:
    return await asyncio.to_thread(main, ["dead-letters", *arguments])


async def test_health_and_metrics_show_what_waits(database: Database) -> None:
    gateway = await database("gateway", GATEWAY)
    await rows(
        gateway,
        "WITH stands AS (INSERT INTO watermarks (reader, source, sequence, heard_of)"
        " VALUES ('journal', 'agenda', 4, 9)) INSERT INTO dead_letters"
        " (reader, source, origin, partition, position, reason, message)"
        " VALUES ('journal', 'agenda', 'x', 0, 1, 'it is empty', '')",
    )
    async with make_pool(gateway, name="test") as pool:
        await refresh(pool, relays=False)
        health = (await carrying(pool, relays=False)).as_health()
    assert health["status"] == "attention"
    told = generate_latest().decode()
    assert 'commonweal_dead_letters{reader="journal",source="agenda"} 1.0' in told
    assert 'commonweal_missing_lines{reader="journal",source="agenda"} 5.0' in told
    async with make_pool("postgresql://nobody@127.0.0.1:9/none", name="test") as nowhere:
        await refresh(nowhere, relays=False)
    assert "commonweal_database_up 0.0" in generate_latest().decode()
