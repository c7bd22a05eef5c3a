"""Whatever is killed, wiped, doubled or stopped on the way: the journal is the log, to the byte."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import secrets
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway.journal import Journal, Vector, carry_gateway
from infra.messaging import carry_service
from infra.messaging.broker import Broker
from infra.postgres import make_pool, migrate
from infra.runtime import EmbeddedKafka, EmbeddedPostgres, furnish
from infra.runtime.ports import free_port
from tests.conftest import Database
from tests.integration.carrying import (
    GATEWAY,
    SERVICE,
    Carrier,
    Log,
    a_token,
    log_of,
    owner,
    rows,
    running,
    same_as_logs,
    settings,
    until,
)
from tests.servers import KafkaServer
from tests.servers import running as serving

LEADING = (
    "FROM pg_locks WHERE locktype = 'advisory' AND classid = 7305802 AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
)


@pytest.fixture
def kafka(kafka_server: KafkaServer) -> dict[str, str]:
    """The broker, and topics of this test's own."""
    return {"kafka": kafka_server.bootstrap, "prefix": f"test-{secrets.token_hex(4)}."}


@contextlib.asynccontextmanager
async def writing(log: Log, *, pause: float = 0.004) -> AsyncIterator[None]:
    """Commands go on all the time, whatever else happens."""
    going = True

    async def write() -> None:
        while going:
            await log.append(3)
            await asyncio.sleep(pause)

    work = asyncio.create_task(write())
    try:
        yield
    finally:
        going = False
        await work


@pytest.mark.parametrize("partitions", [1, 6])
async def test_a_broker_that_loses_everything_under_load_is_filled_again(
    database: Database, tmp_path: Path, partitions: int
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    part = EmbeddedKafka(port=free_port())
    to: dict[str, Any] = {"kafka": part.address, "partitions": partitions, "prefix": "commonweal."}
    async with log_of("agenda", service) as log, owner(log) as url:
        await log.append(500)
        with (
            serving(part, tmp_path) as broker,
            Carrier("service", name="agenda", dsn=service, **to),
            Carrier("journal", dsn=gateway, agenda=url, **to),
        ):
            await until(partial(reached, gateway, 500))
            async with writing(log):
                for down in (0.0, 0.5, 2.0):
                    await asyncio.sleep(1.0)
                    await asyncio.to_thread(broker.kill)
                    await asyncio.sleep(down)
                    await asyncio.to_thread(broker.start)
                    await until(partial(reached, gateway, await log.append(1)))
            await until(partial(same_as_logs, gateway, log))
    (found,) = await rows(service, "SELECT restarts FROM relay_cursor")
    assert found["restarts"] >= 3


async def test_a_relay_killed_again_and_again_loses_and_doubles_nothing(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    chance = random.Random(7)
    async with log_of("agenda", service) as log, owner(log) as url:
        journal = settings(dsn=gateway, agenda=url, **kafka)
        async with running(partial(carry_gateway, journal, token=a_token)):
            async with writing(log):
                for _ in range(6):
                    with Carrier("service", name="agenda", dsn=service, **kafka):
                        begun = await log.append(1)
                        await until(partial(reached, gateway, begun))
                        await asyncio.sleep(chance.random() / 2)
            with Carrier("service", name="agenda", dsn=service, **kafka):
                await until(partial(same_as_logs, gateway, log))


async def test_a_journal_reader_killed_again_and_again_goes_on_where_it_was(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    chance = random.Random(8)
    async with (
        log_of("agenda", service) as log,
        owner(log) as url,
        running(relaying(service, **kafka)),
    ):
        async with writing(log):
            for _ in range(6):
                with Carrier("journal", dsn=gateway, agenda=url, **kafka):
                    begun = await log.append(1)
                    await until(partial(reached, gateway, begun))
                    await asyncio.sleep(chance.random() / 2)
        with Carrier("journal", dsn=gateway, agenda=url, **kafka):
            await until(partial(same_as_logs, gateway, log))
    (found,) = await rows(gateway, "SELECT repaired, rewinds FROM watermarks WHERE source='agenda'")
    assert (found["repaired"], found["rewinds"]) == (0, 0)


async def test_of_two_relays_one_carries_and_the_other_takes_over_when_it_dies(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    async with log_of("agenda", service) as log, owner(log) as url:
        journal = settings(dsn=gateway, agenda=url, **kafka)
        async with running(partial(carry_gateway, journal, token=a_token)):
            async with writing(log):
                with (
                    Carrier("service", name="agenda", dsn=service, **kafka) as first,
                    Carrier("service", name="agenda", dsn=service, **kafka) as second,
                ):
                    await until(partial(reached, gateway, await log.append(1)))
                    assert await relays_leading(service) == 1
                    first.kill()
                    await until(partial(reached, gateway, await log.append(1)))
                    first.start()
                    await until(partial(reached, gateway, await log.append(1)))
                    second.kill()
                    await until(partial(reached, gateway, await log.append(1)))
            with Carrier("service", name="agenda", dsn=service, **kafka):
                await until(partial(same_as_logs, gateway, log))


async def test_a_relay_that_was_stopped_and_overtaken_does_no_harm(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    async with log_of("agenda", service) as log, owner(log) as url:
        journal = settings(dsn=gateway, agenda=url, **kafka)
        async with running(partial(carry_gateway, journal, token=a_token)):
            async with writing(log):
                with Carrier("service", name="agenda", dsn=service, **kafka) as zombie:
                    await until(partial(reached, gateway, await log.append(1)))
                    os.kill(zombie.pid, signal.SIGSTOP)
                    await rows(service, f"SELECT pg_terminate_backend(pid) {LEADING}")
                    with Carrier("service", name="agenda", dsn=service, **kafka):
                        await until(partial(reached, gateway, await log.append(1)))
                        os.kill(zombie.pid, signal.SIGCONT)
                        for _ in range(20):
                            await log.append(50)
                        await until(partial(reached, gateway, await log.append(1)))
            with Carrier("service", name="agenda", dsn=service, **kafka):
                await until(partial(same_as_logs, gateway, log))


async def test_old_lines_that_somebody_sends_again_change_nothing(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    async with log_of("agenda", service) as log, owner(log) as url:
        await log.append(300)
        journal = settings(dsn=gateway, agenda=url, **kafka)
        async with (
            running(relaying(service, **kafka)),
            running(partial(carry_gateway, journal, token=a_token)),
        ):
            await until(partial(same_as_logs, gateway, log))
            again = list(await log.store.replay(limit=300))
            random.Random(9).shuffle(again)
            zombie = await Broker(kafka["kafka"], prefix=kafka["prefix"]).producing("agenda")
            sent = await zombie.send([(line.initiative_id, line.line) for line in again])
            await zombie.settle(sent, hurry=True)
            await zombie.close()
            await until(partial(reached, gateway, await log.append(10)))
            assert await same_as_logs(gateway, log)
    assert await rows(gateway, "SELECT reason FROM dead_letters") == []


async def test_without_a_broker_commands_go_on_and_the_backlog_drains_when_it_comes(
    database: Database, tmp_path: Path
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    part = EmbeddedKafka(port=free_port())
    to = {"kafka": part.address, "prefix": "commonweal."}
    async with log_of("agenda", service) as log:
        with (
            Carrier("service", name="agenda", dsn=service, **to),
            Carrier("journal", dsn=gateway, **to),
        ):
            for _ in range(20):
                await log.append(50)
                await asyncio.sleep(0.1)
            with serving(part, tmp_path):
                await until(partial(same_as_logs, gateway, log))


async def test_postgresql_may_be_killed_and_come_back(
    tmp_path: Path, kafka: dict[str, str]
) -> None:
    part = EmbeddedPostgres(tmp_path / "pg", port=free_port(), password="tests")
    try:
        with serving(part, tmp_path) as server:
            await furnish(part.dsn(), ("agenda", "gateway"), owner="owner", app="app")
            await migrate(f"{part.dsn('commonweal_owner', 'owner')}/agenda", SERVICE)
            await migrate(f"{part.dsn('commonweal_owner', 'owner')}/gateway", GATEWAY)
            app = part.dsn("commonweal_app", "app")
            service, gateway = f"{app}/agenda", f"{app}/gateway"
            async with (
                log_of("agenda", service) as log,
                make_pool(gateway, name="test") as pool,
                Journal(pool, gateway) as journal,
                running(relaying(service, **kafka)),
                running(partial(carry_gateway, settings(dsn=gateway, **kafka), token=a_token)),
            ):
                for how in (server.end, server.kill, server.kill):
                    last = await log.append(200)
                    assert await journal.wait_for(Vector({"agenda": last}), seconds=20)
                    await asyncio.to_thread(how)
                    await asyncio.to_thread(server.start)
                    await until(partial(answers, log))
                last = await log.append(200)
                assert await journal.wait_for(Vector({"agenda": last}), seconds=20)
                assert await same_as_logs(gateway, log)
    finally:
        part.forget()


def relaying(service: str, **to: Any) -> Callable[[asyncio.Event, asyncio.Event], Awaitable[None]]:
    return partial(carry_service, "agenda", settings(dsn=service, **to), reads={}, token=a_token)


async def answers(log: Log) -> bool:
    try:
        await log.append(1)
    except Exception:
        return False
    return True


async def reached(gateway: str, sequence: int) -> bool:
    found = await rows(gateway, "SELECT max(sequence) FROM journal WHERE source = 'agenda'")
    return bool((found[0][0] or 0) >= sequence)


async def relays_leading(service: str) -> int:
    (found,) = await rows(
        service,
        f"SELECT count(*) {LEADING}",
    )
    return int(found[0])
