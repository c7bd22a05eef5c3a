"""Aggregates in, aggregates out. The only place where events become state and state, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, cast
from uuid import UUID

from infra.eventstore.store import EventStore, Held, Offer, Receipt
from infra.kernel import (
    Act,
    Aggregate,
    Claim,
    Clock,
    Event,
    NotFound,
    PreconditionFailed,
    RuleForbids,
)
from infra.kernel.line import Draft
from infra.kernel.mapper import to_draft, to_event

A = TypeVar("A", bound=Aggregate)
LATEST = 2**31 - 1
WHOLE_LOG = 2**63 - 1


class NotYetSo(RuleForbids):
    """The time {time} lies ahead; a fact is recorded when it is so, or afterwards."""


class Repository:
    def __init__(self, store: EventStore, clock: Clock) -> None:
        self.store = store
        self._clock = clock

    async def get(self, kind: type[A], id: UUID) -> A:
        """The aggregate as it is."""
        return _fold(kind, id, await self.store.read(id))

    async def get_known(
        self, kind: type[A], id: UUID, *, version: int = LATEST, sequence: int = WHOLE_LOG
    ) -> A:
        """The aggregate as it was at a version of its own, or at a sequence of the log."""
        return _fold(kind, id, await self.store.read_known(id, version=version, sequence=sequence))

    async def find(self, kind: type[A], id: UUID) -> A | None:
        """The aggregate, or None where nobody has written to its stream."""
        lines = await self.store.read(id)
        return _fold(kind, id, lines) if lines else None

    async def find_many(self, kind: type[A], ids: Sequence[UUID]) -> Mapping[UUID, A]:
        """Many of one kind in one question; those that are not there are left out."""
        streams = await self.store.read_many(ids)
        return {id: _fold(kind, id, lines) for id, lines in streams.items()}

    async def save(self, by: Act, *aggregates: Aggregate) -> Receipt:
        """Write what happened to these aggregates in one transaction, with the caller's answer.

        The answer is made from the first one, before the commit. After a Conflict, get() again
        and decide anew: collected events are spent.
        """
        now = self._clock.now()
        if by.time is not None and by.time > now:
            raise NotYetSo(time=by.time.isoformat())
        changes = [(aggregate, collected(aggregate)) for aggregate in aggregates]
        self._precondition(by, *changes[0])
        provenance = by.provenance.as_data()
        return await self.store.append(
            Offer(
                drafts=[
                    to_draft(event, aggregate, by, now, provenance=provenance)
                    for aggregate, events in changes
                    for event in events
                ],
                claims=[Held(c, a.id) for a, events in changes for e in events for c in e.claims()],
                releases=_net_releases(changes),
                idempotency=by.idempotency,
                answer=by.answering(aggregates[0]) if by.answering else None,
            )
        )

    def drafts(self, by: Act, aggregates: Iterable[Aggregate]) -> Iterable[Draft]:
        """What happened to these aggregates, for a bulk append."""
        now, provenance = self._clock.now(), by.provenance.as_data()
        for aggregate in aggregates:
            for event in collected(aggregate):
                yield to_draft(event, aggregate, by, now, provenance=provenance)

    @staticmethod
    def _precondition(by: Act, aggregate: Aggregate, events: Sequence[Event]) -> None:
        seen = aggregate.version - len(events)
        if by.expected_version is not None and by.expected_version != seen:
            raise PreconditionFailed(expected=by.expected_version, present=seen)


def collected(aggregate: Aggregate) -> Sequence[Event]:
    return cast("Sequence[Event]", aggregate.collect_events())


def _net_releases(changes: Iterable[tuple[Aggregate, Sequence[Event]]]) -> Sequence[Claim]:
    return [claim for _, events in changes for event in events for claim in event.releases()]


def _fold(kind: type[A], id: UUID, lines: Sequence[str]) -> A:
    aggregate: Any = None
    for line in lines:
        aggregate = to_event(line, kind, id).mutate(aggregate)
    if not isinstance(aggregate, kind):
        raise NotFound(kind=kind.kind().replace("-", " "), id=id)
    return aggregate
