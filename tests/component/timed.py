"""A service's timers on the memory store: its lines are read, and what is due is asked."""

from __future__ import annotations

from typing import Any

import orjson
from fastapi import FastAPI

from infra.eventstore import AlreadyAnswered, EventStore, Repository
from infra.kernel import Clock, NotFound, RuleForbids, StateForbids
from infra.kernel.line import Line
from infra.messaging import Carried, Due, Timer, TimerPolicy
from infra.messaging.timers import act_of
from services.agenda.policies.timers import TIMERS


async def timed(
    app: FastAPI, clock: Clock, policy: TimerPolicy = TIMERS, source: str = "agenda"
) -> list[str]:
    """Fire what is due, as a new process would after reading the log; the facts that follow."""
    store: EventStore = app.state.store
    repository: Repository = app.state.repository
    effects = policy.effects(repository, clock)
    before = (await store.mark()).sequence
    for due in await waiting(store, policy):
        if due.due <= clock.now():
            try:
                await effects[due.kind](due, act_of(source, due))
            except (AlreadyAnswered, StateForbids, RuleForbids, NotFound):
                continue
    new = await store.replay(after=before, limit=5_000)
    return [fact(orjson.loads(recorded.line)) for recorded in new]


async def waiting(store: EventStore, policy: TimerPolicy = TIMERS) -> list[Due]:
    """The timers that the log sets, the earliest first."""
    found: dict[tuple[str, str], tuple[Timer, Line]] = {}
    for recorded in await store.replay(limit=5_000):
        carried = Carried.read(recorded.line)
        for timer in policy.timers(carried):
            found.pop((timer.kind, timer.key), None)
            if timer.due is not None:
                found[timer.kind, timer.key] = timer, carried.line
    due = [
        Due(timer.kind, timer.key, timer.due, timer.about, str(line.id), line.correlationid)
        for timer, line in found.values()
        if timer.due is not None
    ]
    return sorted(due, key=lambda one: (one.due, one.kind, one.key))


def fact(line: dict[str, Any]) -> str:
    return str(line["type"]).removeprefix("commonweal.").rpartition(".v")[0]
