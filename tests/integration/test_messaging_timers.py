"""Timers on a real PostgreSQL: each goes off once, whoever runs, restarts or is killed."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from prometheus_client import CollectorRegistry

from infra.eventstore import PostgresEventStore, Repository
from infra.kernel import Act, Clock, Provenance, uuid7
from infra.kernel.clock import ManualClock, ScenarioClock
from infra.messaging import Due, Effect, Timer, TimerPolicy, Timers
from infra.messaging.carry import carry, timing
from infra.messaging.figures import carrying, show
from infra.observability import Gauges
from infra.postgres import Pool, make_pool
from services.agenda.domain import Engagement, Initiative
from services.agenda.domain.engaging import Group
from services.agenda.domain.values import Place
from services.agenda.policies.timers import TIMERS
from tests.conftest import Database
from tests.integration.carrying import settings

PACKAGES = ("infra.eventstore", "infra.messaging")
START = datetime(2022, 2, 23, 9, tzinfo=UTC)
BY = Act(
    Provenance(
        actor="person-1",
        role="backbone-coordinator",
        organisation=uuid7(),
        client="tests",
        authority="role:backbone-coordinator",
    )
)
SECONDS = 20


@dataclass
class House:
    """One service's database, and the clock that all of its processes read."""

    dsn: str
    pool: Pool
    clock: Clock
    repository: Repository

    def runner(self, policy: TimerPolicy = TIMERS) -> Timers:
        """As after a restart: nothing is known but what the database holds."""
        return Timers(
            "agenda", pool=self.pool, clock=self.clock, policy=policy, repository=self.repository
        )

    async def engagements(self, count: int) -> list[UUID]:
        """Held today, and owed an answer in 30 days."""
        initiative = Initiative.register(
            name="BGK", places=(Place(scheme="asgs-sa3", edition="3", code="20801"),)
        )
        held = [initiative]
        for number in range(count):
            engagement = Engagement.plan(
                initiative_id=initiative.id,
                title=f"Engagement {number}",
                level="involve",
                audience="young people",
                purpose="To ask.",
                planned_for=None,
            )
            engagement.hold(
                groups=(Group(group="young people", count=41),),
                charter_version=1,
                days=30,
                at=self.clock.now(),
            )
            held.append(engagement)
        await self.repository.save(BY, *held)
        return [engagement.id for engagement in held[1:]]

    async def answer(self, id: UUID) -> None:
        engagement = await self.repository.get(Engagement, id)
        engagement.answer(text="You said, we changed.", channel="meeting", responses=())
        await self.repository.save(BY, engagement)

    async def overdue(self) -> Sequence[dict[str, Any]]:
        """The lines that the timers wrote."""
        log = await self.repository.store.replay(limit=500)
        lines = [orjson.loads(recorded.line) for recorded in log]
        return [line for line in lines if ".feedback-overdue." in line["type"]]


@contextlib.asynccontextmanager
async def house_at(dsn: str, clock: Clock) -> AsyncIterator[House]:
    async with make_pool(dsn, name="timers") as pool:
        store = PostgresEventStore(pool, clock)
        yield House(dsn, pool, clock, Repository(store, clock))
        await store.close()


async def test_a_promise_is_found_broken_on_its_day_and_not_before(database: Database) -> None:
    clock = ManualClock(START)
    async with house_at(await database("agenda", PACKAGES), clock) as house:
        await house.engagements(1)
        clock.forward(days=29)
        assert await house.runner().catch_up() == 0
        assert await house.overdue() == []

        clock.forward(days=2)  # the process was away when the day came
        assert await house.runner().catch_up() == 1
        (line,) = await house.overdue()
        held = orjson.loads((await house.repository.store.replay(limit=500))[2].line)
        assert line["time"] == "2022-03-25T09:00:00.000000Z"
        assert line["recordedtime"] == "2022-03-26T09:00:00.000000Z"
        assert (line["causationid"], line["correlationid"]) == (held["id"], held["correlationid"])
        assert line["data"]["provenance"]["authority"] == "timer:feedback-due"
        assert await house.runner().catch_up() == 0


async def test_a_refused_effect_is_kept_with_its_reason_counted_and_not_tried_again(
    database: Database,
) -> None:
    """What was done in time makes its timer go off without a fact."""
    clock = ManualClock(START)
    async with house_at(await database("agenda", PACKAGES), clock) as house:
        kept, broken = await house.engagements(2)
        await house.answer(kept)
        clock.forward(days=31)
        asked: list[str] = []
        assert await house.runner(listening(asked)).catch_up() == 2
        assert [str(broken)] == [line["subject"][-36:] for line in await house.overdue()]
        row = await house.pool.fetchrow("SELECT * FROM timer_effects WHERE state = 'refused'")
        assert row is not None
        assert (row["kind"], row["key"]) == ("feedback-due", str(kept))
        assert row["reason"].startswith("not-overdue: ")

        more = listening(asked, "agenda.cohort-defined")
        assert await house.runner(more).catch_up() == 0, "the log was read anew"
        assert sorted(asked) == sorted(map(str, (kept, broken)))
        figures = await carrying(house.pool, relays=True)
        assert [tuple(one) for one in figures.timers] == [
            ("feedback-due", "done", 1),
            ("feedback-due", "refused", 1),
        ]
        scraped = CollectorRegistry()
        show(Gauges(scraped), figures)
        labels = {"timer": "feedback-due", "state": "refused"}
        assert scraped.get_sample_value("commonweal_timer_effects", labels) == 1


def listening(asked: list[str], *more: str) -> TimerPolicy:
    """The agenda's timers, noting what is asked; and more facts that they hear."""

    def effects(repository: Repository, clock: Clock) -> Mapping[str, Effect]:
        return {kind: noting(one) for kind, one in TIMERS.effects(repository, clock).items()}

    def noting(effect: Effect) -> Effect:
        async def ask(due: Due, by: Act) -> None:
            asked.append(due.key)
            await effect(due, by)

        return ask

    return TimerPolicy({**TIMERS.sets, **dict.fromkeys(more, lambda _: ())}, effects)


async def test_two_runners_at_once_fire_each_timer_once(database: Database) -> None:
    clock = ManualClock(START)
    dsn = await database("agenda", PACKAGES)
    async with house_at(dsn, clock) as house, house_at(dsn, clock) as other:
        ids = await house.engagements(40)
        clock.forward(days=31)
        fired = await asyncio.gather(*(one.runner().catch_up() for one in (house, other, house)))
        assert sum(fired) == 40
        assert sum(1 for count in fired if count) > 1, "they shared the work"
        assert sorted(line["subject"][-36:] for line in await house.overdue()) == sorted(
            map(str, ids)
        )


@pytest.mark.parametrize("place", ["before", "after"])
async def test_a_runner_killed_while_it_fires_leaves_one_fact_and_no_timer(
    database: Database, tmp_path: Path, place: str
) -> None:
    clock = ScenarioClock(tmp_path / "clock")
    (tmp_path / "clock").write_text("2022-02-23T09:00:00.000000Z")
    dsn = await database("agenda", PACKAGES)
    async with house_at(dsn, clock) as house:
        ids = await house.engagements(3)
        clock.forward_to(START + timedelta(days=31))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.integration.timer_runner"),
            *(dsn, str(tmp_path / "clock"), place),
            stdout=asyncio.subprocess.PIPE,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        async with asyncio.timeout(SECONDS):
            assert await process.stdout.readline() == b"there\n"
        assert len(await house.overdue()) == (1 if place == "after" else 0)
        held_back = await house.runner().catch_up()
        assert held_back == 2, "the others go on while one is being fired"

        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        async with asyncio.timeout(SECONDS):
            while await house.pool.fetchval("SELECT count(*) FROM timers"):
                await house.runner().catch_up()
        assert sorted(line["subject"][-36:] for line in await house.overdue()) == sorted(
            map(str, ids)
        )


async def test_timers_read_anew_from_the_log_fire_nothing_a_second_time(
    database: Database,
) -> None:
    clock = ManualClock(START)
    async with house_at(await database("agenda", PACKAGES), clock) as house:
        await house.engagements(2)
        clock.forward(days=31)
        assert await house.runner().catch_up() == 2
        more = TimerPolicy({**TIMERS.sets, "agenda.cohort-defined": lambda _: ()}, TIMERS.effects)
        await house.runner(more).catch_up()
        assert len(await house.overdue()) == 2
        assert await house.pool.fetchval("SELECT count(*) FROM timers") == 0


async def test_a_timer_that_fails_does_not_hold_up_the_others(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    clock = ManualClock(START)
    async with house_at(await database("agenda", PACKAGES), clock) as house:
        await house.engagements(1)
        fired: list[str] = []

        async def effect(due: Any, _: Act) -> None:
            if due.key == "a":
                raise ZeroDivisionError
            fired.append(due.key)

        held = {"agenda.engagement-held": lambda _: [Timer("k", key, START) for key in "ab"]}
        policy = TimerPolicy(held, lambda *_: {"k": effect})
        await house.runner(policy).catch_up()
        assert fired == ["b"]
        assert "timer k of a failed" in caplog.text
        assert await house.pool.fetchval("SELECT key FROM timers") == "a"


async def test_the_carrying_child_fires_them_and_wakes_the_relay(database: Database) -> None:
    clock = ManualClock(START)
    dsn = await database("agenda", PACKAGES)
    async with house_at(dsn, clock) as house:
        await house.engagements(1)
        hint, stop = asyncio.Event(), asyncio.Event()
        to = settings(dsn=dsn, kafka="127.0.0.1:9", prefix="")  # the clock there is real
        part = timing("agenda", to, dsn=dsn, hint=hint, policy=TIMERS)
        carrying = asyncio.create_task(carry(stop, part))
        async with asyncio.timeout(SECONDS):
            await hint.wait()
            stop.set()
            await carrying
        assert len(await house.overdue()) == 1
