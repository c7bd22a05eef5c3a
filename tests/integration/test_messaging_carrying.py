"""Lines on their way from the logs to the journal, with real servers."""

from __future__ import annotations

import asyncio
import secrets
import statistics
import time
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from gateway.journal import Journal, Vector, carry_gateway
from infra.messaging import carry_service
from infra.postgres import make_pool
from tests.conftest import Database
from tests.integration.carrying import (
    GATEWAY,
    SERVICE,
    a_token,
    instants,
    log_of,
    owner,
    rows,
    running,
    same_as_logs,
    settings,
    until,
)
from tests.servers import KafkaServer


@pytest.fixture
def kafka(kafka_server: KafkaServer) -> dict[str, str]:
    """The broker, and topics of this test's own."""
    return {"kafka": kafka_server.bootstrap, "prefix": f"test-{secrets.token_hex(4)}."}


@pytest.mark.parametrize("partitions", [1, 6])
async def test_every_line_of_every_service_comes_to_the_journal_as_it_was_written(
    database: Database, kafka: dict[str, str], partitions: int
) -> None:
    gateway = await database("gateway", GATEWAY)
    dsns = {name: await database(name, SERVICE) for name in ("agenda", "measurement")}
    to: dict[str, Any] = {**kafka, "partitions": partitions}
    async with (
        log_of("agenda", dsns["agenda"]) as agenda,
        log_of("measurement", dsns["measurement"]) as measurement,
        owner(agenda) as one,
        owner(measurement) as other,
    ):
        await asyncio.gather(agenda.append(3_000), measurement.append(2_000))
        work = [
            partial(carry_service, name, settings(dsn=dsn, **to), reads={}, token=a_token)
            for name, dsn in dsns.items()
        ]
        urls = {"agenda": one, "measurement": other}
        journal = partial(carry_gateway, settings(dsn=gateway, **to, **urls), token=a_token)
        async with running(work[0]), running(work[1]), running(journal):
            await asyncio.gather(agenda.append(500, at_once=7), measurement.append(100, at_once=1))
            await until(lambda: same_as_logs(gateway, agenda, measurement))
    found = await rows(gateway, "SELECT sum(repaired)::int, sum(rewinds)::int FROM watermarks")
    assert partitions > 1 or found[0][1] == 0


async def test_a_line_is_in_the_journal_within_50_ms_of_its_append(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    async with (
        log_of("agenda", service) as log,
        make_pool(gateway, name="test") as pool,
        Journal(pool, gateway) as journal,
        running(
            partial(
                carry_service,
                "agenda",
                settings(dsn=service, **kafka),
                reads={},
                token=a_token,
            )
        ) as hint,
        running(partial(carry_gateway, settings(dsn=gateway, **kafka), token=a_token)),
    ):
        assert await journal.wait_for(Vector({"agenda": await log.append(1)}), seconds=20)
        taken = []
        for _ in range(50):
            sequence = await log.append(1)
            hint.set()
            began = time.perf_counter()
            assert await journal.wait_for(Vector({"agenda": sequence}), seconds=5)
            taken.append(time.perf_counter() - began)
    assert statistics.median(taken) < 0.05


async def test_what_is_known_through_is_told_and_never_before_its_lines(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    seen: list[tuple[datetime, int]] = []
    async with (
        log_of("agenda", service) as log,
        make_pool(gateway, name="test") as pool,
        Journal(pool, gateway) as journal,
        running(
            partial(
                carry_service, "agenda", settings(dsn=service, **kafka), reads={}, token=a_token
            )
        ),
        running(partial(carry_gateway, settings(dsn=gateway, **kafka), token=a_token)),
    ):
        began = datetime.now(UTC)
        while not seen or seen[-1][0] < began + timedelta(seconds=3):
            await log.append(1)
            standing = await journal.standing()
            seen.append((standing.known_through["agenda"], standing.vector["agenda"]))
            await asyncio.sleep(0.02)
        recorded = list(instants(await log.lines()))
    for known_through, sequence in seen:
        assert all(instant >= known_through for instant in recorded[sequence:])
    assert len({known_through for known_through, _ in seen}) >= 3


async def test_lines_that_never_come_are_fetched_from_the_service_that_owns_them(
    database: Database, kafka: dict[str, str]
) -> None:
    service, gateway = await database("agenda", SERVICE), await database("gateway", GATEWAY)
    async with log_of("agenda", service) as log, owner(log) as url:
        await log.append(10)
        relay = partial(
            carry_service, "agenda", settings(dsn=service, **kafka), reads={}, token=a_token
        )
        journal = partial(carry_gateway, settings(dsn=gateway, agenda=url, **kafka), token=a_token)
        async with running(journal):
            async with running(relay):
                await until(lambda: same_as_logs(gateway, log))
            last = await log.append(1_500)
            await rows(service, "UPDATE relay_cursor SET sequence = $1", last - 100)
            async with running(relay):
                await until(lambda: same_as_logs(gateway, log))
    (found,) = await rows(gateway, "SELECT repaired FROM watermarks WHERE source = 'agenda'")
    assert found["repaired"] == 1_400


async def test_a_relay_does_not_write_behind_the_lines_of_another_log(
    database: Database, kafka: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    for attempt in range(2):
        service = await database("agenda", SERVICE)
        work = settings(dsn=service, **kafka)
        async with (
            log_of("agenda", service) as log,
            running(partial(carry_service, "agenda", work, reads={}, token=a_token)),
        ):
            last = await log.append(5)
            if attempt == 0:
                await until(partial(carried, service, last))
            else:
                await until(partial(said, caplog, "holds the lines of another log"))
                assert not await carried(service, last)


async def carried(service: str, last: int) -> bool:
    (found,) = await rows(service, "SELECT sequence FROM relay_cursor")
    return bool(found["sequence"] == last)


async def said(caplog: pytest.LogCaptureFixture, what: str) -> bool:
    return what in caplog.text
