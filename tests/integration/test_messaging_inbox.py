"""A service's inbox: foreign facts make things known here, in order, once, and after a change of
what is listened to from the first line again."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from infra.kernel import uuid7
from infra.messaging import Carried, PostgresReferences, Reference, carry_service
from infra.messaging.figures import carrying, show
from infra.observability import Gauges
from infra.postgres import Connection, make_pool
from tests.conftest import Database
from tests.integration.carrying import (
    INITIATIVES,
    SERVICE,
    a_token,
    log_of,
    owner,
    rows,
    running,
    settings,
    until,
    watermark,
)
from tests.servers import KafkaServer

INITIATIVE = INITIATIVES[0]


@pytest.fixture
def kafka(kafka_server: KafkaServer) -> dict[str, str]:
    return {"kafka": kafka_server.bootstrap, "prefix": f"test-{secrets.token_hex(4)}."}


def defined(carried: Carried) -> Iterable[Reference]:
    yield Reference("indicator", UUID(carried.line.data["thing"]), carried.line.partitionkey)


def retired(carried: Carried) -> Iterable[Reference]:
    thing = UUID(carried.line.data["thing"])
    yield Reference("indicator", thing, carried.line.partitionkey, "withdrawn")


async def test_foreign_facts_make_things_known_and_withdrawn(
    database: Database, kafka: dict[str, str]
) -> None:
    agenda, measurement = await database("agenda", SERVICE), await database("measurement", SERVICE)
    stays, goes = uuid7(), uuid7()
    handled: list[int] = []

    async def handle(db: Connection, lines: Sequence[Carried]) -> None:
        handled.extend(carried.sequence for carried in lines)

    reads = {"measurement.indicator-defined": defined, "measurement.indicator-retired": retired}
    async with (
        log_of("measurement", measurement) as log,
        owner(log) as url,
        make_pool(agenda, name="test") as pool,
        running(
            partial(
                carry_service,
                "measurement",
                settings(dsn=measurement, **kafka),
                reads={},
                token=a_token,
            )
        ),
        running(
            partial(
                carry_service,
                "agenda",
                settings(dsn=agenda, measurement=url, **kafka),
                reads=reads,
                token=a_token,
                handles={"measurement.indicator-retired": handle},
            )
        ),
    ):
        for thing in (stays, goes):
            await say(log.append, "indicator-defined", thing)
        await log.append(50, fact="nothing-that-anybody-reads")
        last = await say(log.append, "indicator-retired", goes)

        async def there() -> bool:
            return await watermark(agenda, "inbox", "measurement") == last

        await until(there)
        references = PostgresReferences(pool)
        await references.require("indicator", stays, INITIATIVE)
        with pytest.raises(Exception, match="was withdrawn"):
            await references.require("indicator", goes, INITIATIVE)
        figures = await carrying(pool, relays=True)
    assert handled == [last]
    assert [(one.reader, one.source, one.watermark) for one in figures.readings] == [
        ("inbox", "measurement", last)
    ]
    kept = await rows(agenda, "SELECT fact FROM inbox ORDER BY sequence")
    assert [fact for (fact,) in kept] == [
        "measurement.indicator-defined",
        "measurement.indicator-defined",
        "measurement.indicator-retired",
    ]
    registry = CollectorRegistry()
    show(Gauges(registry), figures)
    assert b'commonweal_watermark{reader="inbox",source="measurement"}' in generate_latest(registry)


async def test_a_service_that_listens_to_more_reads_everything_again(
    database: Database, kafka: dict[str, str]
) -> None:
    agenda, measurement = await database("agenda", SERVICE), await database("measurement", SERVICE)
    thing = uuid7()
    async with (
        log_of("measurement", measurement) as log,
        owner(log) as url,
        make_pool(agenda, name="test") as pool,
        running(
            partial(
                carry_service,
                "measurement",
                settings(dsn=measurement, **kafka),
                reads={},
                token=a_token,
            )
        ),
    ):
        await say(log.append, "indicator-defined", thing)
        last = await log.append(20, fact="other")

        async def there() -> bool:
            return await watermark(agenda, "inbox", "measurement") == last

        listening = partial(
            carry_service,
            "agenda",
            settings(dsn=agenda, measurement=url, **kafka),
            token=a_token,
        )
        async with running(partial(listening, reads={"measurement.other": no_references})):
            await until(there)
            assert (await carrying(pool, relays=True)).behind == 0
        more = {"measurement.other": no_references, "measurement.indicator-defined": defined}
        async with running(partial(listening, reads=more)):

            async def known() -> bool:
                return bool(await rows(agenda, "SELECT FROM known WHERE id = $1", thing))

            await until(known)
            await until(there)
    (found,) = await rows(agenda, "SELECT count(*) FROM inbox")
    assert found[0] == 21


def no_references(carried: Carried) -> Iterable[Reference]:
    return ()


async def say(append: Callable[..., Awaitable[int]], fact: str, thing: UUID) -> int:
    return await append(1, fact=fact, initiative=INITIATIVE, data={"thing": str(thing)})
