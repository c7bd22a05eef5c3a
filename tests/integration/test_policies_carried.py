"""Policies through a real broker: a cause is carried, restarts and rereading fire nothing again."""

from __future__ import annotations

import secrets
from functools import partial
from uuid import uuid4

import orjson

from infra.eventstore import PostgresEventStore, Repository
from infra.kernel.clock import SystemClock
from infra.messaging import ReadReferences, carry_service
from infra.postgres import make_pool
from services.activities.domain import Activity
from services.activities.policies.policies import POLICIES
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
from tests.integration.test_policies import BY, YEAR
from tests.servers import KafkaServer

INITIATIVE = INITIATIVES[0]


async def test_a_withdrawal_is_carried_and_acted_on_once_whatever_is_read_again(
    database: Database, kafka_server: KafkaServer
) -> None:
    kafka = {"kafka": kafka_server.bootstrap, "prefix": f"test-{secrets.token_hex(4)}."}
    agenda, activities = await database("agenda", SERVICE), await database("activities", SERVICE)
    partner = uuid4()
    async with (
        log_of("agenda", agenda) as log,
        owner(log) as url,
        make_pool(activities, name="test") as pool,
        running(
            partial(carry_service, "agenda", settings(dsn=agenda, **kafka), reads={}, token=a_token)
        ),
    ):
        listening = partial(
            carry_service,
            "activities",
            settings(dsn=activities, agenda=url, measurement=url, **kafka),
            token=a_token,
            policies=POLICIES,
        )
        store = PostgresEventStore(pool, SystemClock())
        activity = Activity(INITIATIVE, "A4", None, ())
        activity.commit(lead=partner, dates=YEAR)
        async with running(partial(listening, reads={})):
            await until(partial(installed, activities))
            await Repository(store, SystemClock()).save(BY, activity)
            gone = {"organisation": str(partner)}
            await log.append(1, fact="partner-withdrew", initiative=INITIATIVE, data=gone)
            await until(partial(flagged, activities))
        more: dict[str, ReadReferences] = {"agenda.other": lambda _: ()}
        async with running(partial(listening, reads=more)):  # reads agenda's log again from 1
            await until(partial(read_to, activities, await log.append(3, fact="other")))
        (line,) = await effects(activities)
        (cause,) = await rows(agenda, "SELECT line FROM events WHERE sequence = 1")
        assert line["causationid"] == orjson.loads(cause[0])["id"]
        await store.close()


async def installed(dsn: str) -> bool:
    return bool(await rows(dsn, "SELECT FROM policies"))


async def effects(dsn: str) -> list[dict[str, object]]:
    found = await rows(dsn, "SELECT line FROM events ORDER BY sequence")
    lines = [orjson.loads(line) for (line,) in found]
    return [line for line in lines if ".lead-vacancy-flagged." in line["type"]]


async def flagged(dsn: str) -> bool:
    return len(await effects(dsn)) == 1


async def read_to(dsn: str, last: int) -> bool:
    return await watermark(dsn, "inbox", "agenda") == last
