"""Policies on real PostgreSQL: each effect once, whoever runs, is killed or reads anew."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from infra.eventstore import Offer, PostgresEventStore, Receipt, Repository
from infra.kernel import Act, Clock, NotFound, NotKnownHere, Provenance, uuid7
from infra.kernel.clock import ManualClock
from infra.kernel.line import Line
from infra.messaging import Carried, InboxSink, Policies, Policing, PostgresReferences
from infra.messaging.figures import carrying
from infra.messaging.policies import Policy
from infra.postgres import Pool, make_pool
from services.activities.application import ActivitiesService
from services.activities.domain import Activity
from services.activities.domain.period import Period
from services.activities.policies.partner_gone import POLICY as PARTNER_GONE
from services.activities.policies.policies import POLICIES
from tests.callers import named
from tests.conftest import Database
from tests.lines import carried_of, written

PACKAGES = ("infra.eventstore", "infra.messaging")
START = datetime(2022, 10, 24, 9, tzinfo=UTC)
INITIATIVE, HEALTH, HARBOUR = map(named, ("BGK", "Health Alliance", "Harbour Youth"))
YEAR = Period(starts=datetime(2022, 5, 1).date(), ends=datetime(2023, 4, 30).date())  # noqa: DTZ001
BY = Act(
    Provenance(
        actor="person-1",
        role="backbone-coordinator",
        organisation=uuid7(),
        client="tests",
        authority="role:backbone-coordinator",
    )
)


def withdrew(sequence: int, organisation: UUID, *, fact: str = "partner-withdrew") -> Carried:
    line = Line(
        id=named(f"line {sequence}"),
        source="/agenda",
        type=f"commonweal.agenda.{fact}.v1",
        subject=f"initiative/{INITIATIVE}/partnership/{named('partnership')}",
        partitionkey=INITIATIVE,
        place=f"{sequence:020d}",
        streamversion=sequence,
        recordedtime=START,
        time=START,
        correlationid="the-withdrawal",
        written=written({"organisation": str(organisation), "provenance": {}}),
    )
    return carried_of(line)


@dataclass
class House:
    """The database of the activities service, and whoever reads its inbox and runs its policies."""

    pool: Pool
    clock: Clock
    repository: Repository

    def runner(self, policies: Policies[Any] = POLICIES) -> Policing[Any]:
        """As after a restart: nothing is known but what the database holds."""
        return Policing(
            "activities",
            pool=self.pool,
            clock=self.clock,
            policies=policies,
            repository=self.repository,
            references=PostgresReferences(self.pool),
        )

    async def hear(self, *lines: Carried, policies: Policies[Any] = POLICIES) -> None:
        """As the inbox takes them."""
        sink = InboxSink({}, policies.handles("activities"))
        async with self.pool.acquire() as db, db.transaction():
            await sink.take(db, "agenda", lines)

    async def led(self, *leads: UUID) -> list[UUID]:
        """One activity under way for each of these leads."""
        activities = []
        for lead in leads:
            activity = Activity(
                initiative_id=INITIATIVE, title="A", description=None, strategies=()
            )
            activity.commit(lead=lead, dates=YEAR)
            activity.start()
            activities.append(activity)
        await self.repository.save(BY, *activities)
        return [activity.id for activity in activities]

    async def flagged(self) -> Sequence[dict[str, Any]]:
        log = await self.repository.store.replay(limit=500)
        lines = [orjson.loads(recorded.line) for recorded in log]
        return [line for line in lines if ".lead-vacancy-flagged." in line["type"]]


@asynccontextmanager
async def house_at(dsn: str, store: type[PostgresEventStore]) -> AsyncIterator[House]:
    clock = ManualClock(START)
    async with make_pool(dsn, name="policies", size=8) as pool:
        opened = store(pool, clock)
        yield House(pool, clock, Repository(opened, clock))
        await opened.close()


@pytest.fixture
async def house(database: Database) -> AsyncIterator[House]:
    async with house_at(await database("activities", PACKAGES), PostgresEventStore) as house:
        yield house


async def test_a_partner_leaves_and_what_it_led_has_no_lead(house: House) -> None:
    await house.runner().install()
    one, other, _ = await house.led(HEALTH, HEALTH, HARBOUR)
    cause = withdrew(7, HEALTH)
    await house.hear(cause)
    assert await house.runner().catch_up() > 0
    lines = await house.flagged()
    assert {line["subject"][-36:] for line in lines} == {str(one), str(other)}
    assert {line["causationid"] for line in lines} == {str(cause.line.id)}
    assert {line["correlationid"] for line in lines} == {"the-withdrawal"}
    assert {line["data"]["provenance"]["authority"] for line in lines} == {"policy:P8"}


async def test_what_is_delivered_again_changes_nothing(house: House) -> None:
    await house.runner().install()
    (one,) = await house.led(HEALTH)
    await house.hear(withdrew(7, HEALTH), withdrew(7, HEALTH))
    await house.runner().catch_up()
    activity = await house.repository.get(Activity, one)
    activity.hand_over(HEALTH)  # it came back, and leads again
    await house.repository.save(BY, activity)
    await house.hear(withdrew(7, HEALTH))
    await house.runner().catch_up()
    assert len(await house.flagged()) == 1


async def test_several_runners_share_the_work_and_do_it_once(house: House) -> None:
    await house.runner().install()
    ids = await house.led(*[HEALTH] * 30)
    await house.hear(withdrew(7, HEALTH))
    await asyncio.gather(*(house.runner().catch_up() for _ in range(3)))
    assert sorted(line["subject"][-36:] for line in await house.flagged()) == sorted(map(str, ids))


class Killed(BaseException):
    """The process is gone, as far as the database can tell."""


class Dying(PostgresEventStore):
    """Its process dies right after it has written its first effect of a policy."""

    async def append(self, offer: Offer) -> Receipt:
        receipt = await super().append(offer)
        if offer.idempotency is not None:
            raise Killed
        return receipt


async def test_a_runner_that_dies_after_writing_leaves_one_fact(database: Database) -> None:
    dsn = await database("activities", PACKAGES)
    async with house_at(dsn, Dying) as dying:
        await dying.runner().install()
        (one,) = await dying.led(HEALTH)
        await dying.hear(withdrew(7, HEALTH))
        with pytest.raises(Killed):
            await dying.runner().catch_up()
        assert len(await dying.flagged()) == 1
    async with house_at(dsn, PostgresEventStore) as house:
        assert await house.pool.fetchval(WAITING) == 1
        await house.runner().catch_up()
        assert len(await house.flagged()) == 1
        assert await house.pool.fetchval(WAITING) == 0
        assert (await house.repository.get(Activity, one)).lead is None


async def test_a_policy_that_is_new_here_lets_old_causes_lie(house: House) -> None:
    """The inbox has read agenda's log to 9 without it, and reads it again from 1 because of it."""
    await house.led(HEALTH)
    await house.pool.execute(READ_TO_9)
    await house.runner().install()
    await house.hear(withdrew(7, HEALTH), withdrew(9, HEALTH))
    await house.runner().catch_up()
    assert await house.flagged() == []
    await house.hear(withdrew(10, HEALTH))
    await house.runner().catch_up()
    assert len(await house.flagged()) == 1


async def test_a_fact_that_an_old_policy_begins_to_hear_is_new_to_it(house: House) -> None:
    only = PARTNER_GONE._replace(hears=frozenset({"agenda.partner-agreement-lapsed"}))
    await house.runner(Policies((only,), ActivitiesService)).install()
    await house.led(HEALTH)
    await house.pool.execute(READ_TO_9)
    await house.runner().install()
    await house.hear(withdrew(7, HEALTH))
    await house.runner().catch_up()
    assert await house.flagged() == []
    await house.hear(withdrew(8, HEALTH, fact="partner-agreement-lapsed"))
    await house.runner().catch_up()
    assert len(await house.flagged()) == 1


async def test_installing_again_moves_nothing(house: House) -> None:
    await house.runner().install()
    await house.led(HEALTH)
    await house.pool.execute(READ_TO_9)
    await house.runner().install()
    await house.hear(withdrew(7, HEALTH))
    await house.runner().catch_up()
    assert len(await house.flagged()) == 1


async def test_where_nothing_was_heard_before_causes_count_from_the_day_of_installing(
    house: House,
) -> None:
    await house.led(HEALTH)
    house.clock.forward(days=1)  # type: ignore[attr-defined]
    await house.runner().install()
    await house.hear(withdrew(7, HEALTH))
    await house.runner().catch_up()
    assert await house.flagged() == []


def refusing(ask: Callable[..., Awaitable[object]]) -> Policies[Any]:
    policy: Policy[Any] = PARTNER_GONE._replace(ask=ask)
    return Policies((policy,), ActivitiesService)


async def test_a_refused_effect_is_kept_with_its_reason_counted_and_not_tried_again(
    house: House,
) -> None:
    asked: list[str] = []

    async def ask(service: ActivitiesService, gone: Carried, target: str, by: Act) -> object:
        asked.append(target)
        activity = await service.repository.get(Activity, UUID(target.partition("/")[2]))
        return activity.start()

    policies = refusing(ask)
    await house.runner(policies).install()
    (one,) = await house.led(HEALTH)
    await house.hear(withdrew(7, HEALTH), policies=policies)
    await house.runner(policies).catch_up()
    await house.runner(policies).catch_up()
    assert asked == [f"activity/{one}"]
    row = await house.pool.fetchrow("SELECT * FROM policy_effects WHERE state = 'refused'")
    assert row is not None
    assert row["reason"].startswith("activity-not-in-state: The activity")
    figures = await carrying(house.pool, relays=True)
    assert [tuple(one) for one in figures.policies] == [("P8", "refused", 1)]


async def test_what_is_not_known_here_yet_is_asked_again(house: House) -> None:
    tries: list[str] = []

    async def ask(service: ActivitiesService, gone: Carried, target: str, by: Act) -> object:
        tries.append(target)
        if len(tries) == 1:
            raise NotKnownHere(kind="partner", id=HEALTH)
        return await PARTNER_GONE.ask(service, gone, target, by)

    policies = refusing(ask)
    await house.runner(policies).install()
    await house.led(HEALTH)
    await house.hear(withdrew(7, HEALTH), policies=policies)
    await house.runner(policies).catch_up()
    assert await house.flagged() == []
    assert await house.pool.fetchval(WAITING) == 1
    async with asyncio.timeout(10):
        while await house.pool.fetchval(WAITING):
            await house.runner(policies).catch_up()
    assert len(await house.flagged()) == 1


async def test_a_policy_that_fails_holds_up_nobody_else(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    async def ask(service: ActivitiesService, gone: Carried, target: str, by: Act) -> object:
        if gone.sequence == 7:
            raise ZeroDivisionError
        return await PARTNER_GONE.ask(service, gone, target, by)

    policies = refusing(ask)
    await house.runner(policies).install()
    await house.led(HEALTH, HARBOUR)
    await house.hear(withdrew(7, HEALTH), withdrew(8, HARBOUR), policies=policies)
    await house.runner(policies).catch_up()
    assert len(await house.flagged()) == 1
    assert "P8 because of" in caplog.text
    assert await house.pool.fetchval(WAITING) == 1


async def test_one_thing_is_asked_in_order_and_several_side_by_side(house: House) -> None:
    asked: list[tuple[str, int]] = []
    under_way: list[str] = []
    at_once: set[tuple[str, ...]] = set()
    both = asyncio.Barrier(2)

    async def targets(service: ActivitiesService, gone: Carried) -> Sequence[str]:
        return ["a", "b"]

    async def ask(service: ActivitiesService, gone: Carried, target: str, by: Act) -> object:
        under_way.append(target)
        at_once.add(tuple(sorted(under_way)))
        async with asyncio.timeout(10):
            await both.wait()
        under_way.remove(target)
        asked.append((target, gone.sequence))
        raise NotFound(kind="thing", id=target)

    policy: Policy[Any] = PARTNER_GONE._replace(targets=targets, ask=ask)
    policies = Policies((policy,), ActivitiesService)
    await house.runner(policies).install()
    await house.hear(*(withdrew(number, HEALTH) for number in (7, 8, 9)), policies=policies)
    assert await house.runner(policies).catch_up() == 9
    for target in ("a", "b"):
        assert [number for name, number in asked if name == target] == [7, 8, 9]
    assert ("a", "b") in at_once
    assert not at_once & {("a", "a"), ("b", "b"), ("a", "a", "b"), ("a", "b", "b")}


async def test_keys_of_policies_outlive_those_of_callers(house: House) -> None:
    for client in ("policies", "timers", "tests"):
        await house.pool.execute(AGED, client)
    store = house.repository.store
    assert isinstance(store, PostgresEventStore)
    await store.forget_old_keys()
    rows = await house.pool.fetch("SELECT client FROM idempotency ORDER BY client")
    assert [client for (client,) in rows] == ["policies", "timers"]


WAITING = "SELECT count(*) FROM policy_effects WHERE state = 'waiting'"
READ_TO_9 = "INSERT INTO watermarks (reader, source, sequence) VALUES ('inbox', 'agenda', 9)"
AGED = """
INSERT INTO idempotency
    (client, key, body_sha256, first_sequence, last_sequence, status, headers, answer, kept_since)
VALUES ($1, 'key', '', 1, 1, 204, '[]', '', now() - interval '60 days')
"""
