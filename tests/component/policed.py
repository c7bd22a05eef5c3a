"""A service's policies on the memory twin: lines are heard, and what they call for is asked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from fastapi import FastAPI

from infra.eventstore import EventStore, Repository
from infra.kernel import Clock
from infra.messaging import Carried, MemoryReferences, Policies
from infra.messaging.policies import fire


class Fired(NamedTuple):
    """One effect of a policy: what it was for, where, and what became of it."""

    policy: str
    cause: UUID
    target: str
    state: str
    reason: str


class Policed:
    """Takes each cause once, as the inbox does, and remembers what became of each effect."""

    def __init__(
        self,
        source: str,
        policies: Policies[Any],
        app: FastAPI,
        clock: Clock,
        references: MemoryReferences | None = None,
    ) -> None:
        self.source = source
        self._policies = policies
        self._store: EventStore = app.state.store
        repository: Repository = app.state.repository
        self._service = policies.service(repository, references or MemoryReferences(), clock)
        self._heard: set[tuple[str, UUID]] = set()
        self.fired: dict[tuple[str, UUID, str], Fired] = {}

    async def hear(self, carried: Carried) -> list[Fired]:
        """What this line calls for, done."""
        new = []
        for policy in self._policies.policies:
            heard = (policy.name, carried.line.id)
            if carried.fact not in policy.hears or heard in self._heard:
                continue
            self._heard.add(heard)
            for target in await policy.targets(self._service, carried):
                key = (policy.name, policy.cause(carried), target)
                if key not in self.fired:
                    settled = await fire(
                        self.source, policy, self._service, self._store, carried, target
                    )
                    self.fired[key] = Fired(*key, *settled)
                    new.append(self.fired[key])
        return new


async def lines_of(app: FastAPI, after: int = 0) -> list[Carried]:
    """The log of a service, as its topic would carry it."""
    store: EventStore = app.state.store
    recorded = await store.replay(after=after, limit=100_000)
    return [Carried.read(each.line) for each in recorded]


def told(lines: Iterable[Carried], fact: str) -> list[dict[str, Any]]:
    """The lines of one kind of fact, as JSON."""
    return [orjson.loads(each.text) for each in lines if each.fact == fact]
