"""Aggregates in, aggregates out. The only place where events become state and state, events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar, cast
from uuid import UUID

from infra.eventstore.kept import KeptFacts
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
from infra.kernel.line import Draft, Pen
from infra.kernel.mapper import to_draft, to_event

A = TypeVar("A", bound=Aggregate)
LATEST = 2**31 - 1
FOLDED_AT_ONCE = 32 * 1024
"""Letters. More than that is folded in a thread, so that others are served meanwhile."""
STAGED_AT_ONCE = 20
"""Events. More are encoded in a thread."""
WHOLE_LOG = 2**63 - 1


class NotYetSo(RuleForbids):
    """The time {time} lies ahead; a fact is recorded when it is so, or afterwards."""


class Release(NamedTuple):
    """A claim that is given back."""

    claim: Claim


class Staged(NamedTuple):
    """Encoded facts, and what they change in the claims, in the order in which they happened."""

    drafts: Sequence[Draft]
    changes: Sequence[Release | Held]


class Repository:
    def __init__(self, store: EventStore, clock: Clock) -> None:
        self.store = store
        self._clock = clock
        self._kept = KeptFacts()

    async def get(self, kind: type[A], id: UUID) -> A:
        """The aggregate as it is."""
        found = await self.find(kind, id)
        if found is None:
            raise _nothing(kind, id)
        return found

    async def get_known(
        self, kind: type[A], id: UUID, *, version: int = LATEST, sequence: int = WHOLE_LOG
    ) -> A:
        """The aggregate as it was at a version of its own, or at a sequence of the log."""
        return _fold(kind, id, await self.store.read_known(id, version=version, sequence=sequence))

    async def find(self, kind: type[A], id: UUID) -> A | None:
        """The aggregate, or None where nobody has written to its stream."""
        known = self._kept.of(id)
        lines = await self.store.read(id, after=len(known))
        if not known and not lines:
            return None
        if not known and not _is_of(kind, id, lines[0]):
            raise _nothing(kind, id)
        if sum(map(len, lines)) > FOLDED_AT_ONCE:
            new = await asyncio.to_thread(_events, kind, id, lines)
        else:
            new = _events(kind, id, lines)
        return _folded(kind, id, self._kept.keep(id, known, new, lines))

    async def find_many(self, kind: type[A], ids: Sequence[UUID]) -> Mapping[UUID, A]:
        """Many of one kind in one question; those that are not there are left out."""
        return await self.find_each(dict.fromkeys(ids, kind))

    async def find_each(self, kinds: Mapping[UUID, type[A]]) -> Mapping[UUID, A]:
        """The same of several kinds, each named with its id."""
        streams = await self.store.read_many(list(kinds))
        if sum(len(line) for lines in streams.values() for line in lines) > FOLDED_AT_ONCE:
            return await asyncio.to_thread(_fold_all, kinds, streams)
        return _fold_all(kinds, streams)

    async def save(self, by: Act, *aggregates: Aggregate, after: Sequence[Staged] = ()) -> Receipt:
        """Write what happened to these aggregates in one transaction, with the caller's answer.

        What was staged is written before it, in the same transaction. The answer is made from the
        first aggregate, before the commit. After a Conflict, get() again and decide anew:
        collected events are spent.
        """
        self._precondition(by, aggregates[0])
        if sum(len(one.pending_events) for one in aggregates) > STAGED_AT_ONCE:
            staged = await asyncio.to_thread(self.stage, by, *aggregates)
        else:
            staged = self.stage(by, *aggregates)
        parts = [*after, staged]
        claims, releases = _net([change for part in parts for change in part.changes])
        return await self.store.append(
            Offer(
                drafts=[draft for part in parts for draft in part.drafts],
                claims=claims,
                releases=releases,
                idempotency=by.idempotency,
                answer=by.answering(aggregates[0]) if by.answering else None,
            )
        )

    def stage(self, by: Act, *aggregates: Aggregate) -> Staged:
        """Collect and encode what has happened to these aggregates so far, for a later save().

        So an append of several aggregates can have its lines in the order in which they happened.
        """
        now = self._clock.now()
        if by.time is not None and by.time > now:
            raise NotYetSo(time=by.time.isoformat())
        happened = [(a, event) for a in aggregates for event in collected(a)]
        for _, event in happened:
            event.happened_at(by.time or now)
        pen = Pen(by.within(aggregates[0].initiative_id), now)
        return Staged(
            [to_draft(event, a, pen) for a, event in happened],
            [change for a, event in happened for change in _changes(event, a.id)],
        )

    def drafts(self, by: Act, aggregates: Iterable[Aggregate]) -> Iterable[Draft]:
        """What happened to these aggregates, for a bulk append."""
        now, pen = self._clock.now(), None
        for aggregate in aggregates:
            pen = pen or Pen(by.within(aggregate.initiative_id), now)
            for event in collected(aggregate):
                yield to_draft(event, aggregate, pen)

    @staticmethod
    def _precondition(by: Act, aggregate: Aggregate) -> None:
        seen = aggregate.version - len(aggregate.pending_events)
        if by.expected_version is not None and by.expected_version != seen:
            raise PreconditionFailed(expected=by.expected_version, present=seen)


def collected(aggregate: Aggregate) -> Sequence[Event]:
    return cast("Sequence[Event]", aggregate.collect_events())


def _changes(event: Event, holder: UUID) -> Iterable[Release | Held]:
    yield from map(Release, event.releases())
    yield from (Held(claim, holder) for claim in event.claims())


def _net(changes: Iterable[Release | Held]) -> tuple[Sequence[Held], Sequence[Claim]]:
    """What is taken and given back by one offer is never taken at all."""
    taken: dict[Claim, Held] = {}
    given_back: list[Claim] = []
    for change in changes:
        if isinstance(change, Held):
            taken[change.claim] = change
        elif taken.pop(change.claim, None) is None:
            given_back.append(change.claim)
    return list(taken.values()), given_back


def _fold_all(
    kinds: Mapping[UUID, type[A]], streams: Mapping[UUID, Sequence[str]]
) -> Mapping[UUID, A]:
    return {id: _fold(kinds[id], id, lines) for id, lines in streams.items()}


def _fold(kind: type[A], id: UUID, lines: Sequence[str]) -> A:
    if not lines or not _is_of(kind, id, lines[0]):
        raise _nothing(kind, id)
    return _folded(kind, id, _events(kind, id, lines))


def _events(kind: type[A], id: UUID, lines: Sequence[str]) -> list[Event]:
    return [to_event(line, kind, id) for line in lines]


def _folded(kind: type[A], id: UUID, facts: Sequence[Event]) -> A:
    aggregate: Any = None
    for fact in facts:
        aggregate = fact.mutate(aggregate)
    if not isinstance(aggregate, kind):
        raise _nothing(kind, id)
    return aggregate


def _nothing(kind: type[Aggregate], id: UUID) -> NotFound:
    return NotFound(kind=kind.kind().replace("-", " "), id=id)


def _is_of(kind: type[Aggregate], id: UUID, line: str) -> bool:
    """Whether the stream is of that kind: an id in a path may be anybody's.

    Behind the last `subject` of a line stands nothing that a caller wrote.
    """
    start = line.rindex('"subject":"') + len('"subject":"')
    subject = line[start : line.index('"', start)]
    root = f"initiative/{id}"
    return (
        subject == root if kind.kind() == "initiative" else subject.endswith(f"/{kind.kind()}/{id}")
    )
