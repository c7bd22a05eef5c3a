"""The event store in PostgreSQL. Every statement it runs is a file in `sql/`."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from infra.eventstore.batcher import Batcher
from infra.eventstore.bulk import copy_lines
from infra.eventstore.store import (
    AlreadyAnswered,
    Head,
    Held,
    Offer,
    Receipt,
    Recorded,
    Remembered,
)
from infra.kernel import ClaimTaken, Clock, Conflict
from infra.kernel.act import Answer
from infra.kernel.line import Draft
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)


class PostgresEventStore:
    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._appends: Batcher[Offer, Receipt] = Batcher(self._append_all)
        self._lookups: Batcher[tuple[str, str], Remembered | None] = Batcher(self._look_up_all)
        self._reads: Batcher[UUID, Sequence[str]] = Batcher(self._read_all, at_once=64)

    async def append(self, offer: Offer) -> Receipt:
        # Shielded: a caller that goes away does not undo what its neighbours wait for.
        return await asyncio.shield(self._appends(offer))

    async def append_bulk(self, drafts: Iterable[Draft], claims: Sequence[Held] = ()) -> Receipt:
        async with connection(self._pool) as db, db.transaction():
            await db.execute(SQL["lock"])
            base, recorded = await db.fetchrow(SQL["head"]) or (0, None)
            recorded = max(filter(None, (recorded, self._clock.now())))
            try:
                if claims:
                    await db.execute(SQL["take_claims"], *_columns(_claim_row(c) for c in claims))
                count = await copy_lines(db, drafts, after=base, recordedtime=recorded)
            except asyncpg.UniqueViolationError as error:
                raise Conflict(stream=error.detail or "a stream") from error
        return Receipt(base + 1, base + count, recorded)

    async def remembered(self, client: str, key: str) -> Remembered | None:
        return await self._lookups((client, key))

    async def read(self, stream_id: UUID) -> Sequence[str]:
        return await self._reads(stream_id)

    async def read_many(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["read"], stream_ids)
        streams: dict[UUID, list[str]] = {}
        for stream_id, line in rows:
            streams.setdefault(stream_id, []).append(line)
        return streams

    async def read_known(self, stream_id: UUID, *, version: int, sequence: int) -> Sequence[str]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["read_known"], stream_id, version, sequence)
        return [line for (line,) in rows]

    async def holders(self, kind: str, keys: Sequence[str]) -> Mapping[str, UUID]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["holders"], kind, keys)
        return {key: holder for key, holder in rows}

    async def held(self, kind: str, *, after: str = "", limit: int = 500) -> Mapping[str, UUID]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["held"], kind, after, limit)
        return {key: holder for key, holder in rows}

    async def replay(self, *, after: int = 0, limit: int = 500) -> Sequence[Recorded]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["replay"], after, limit)
        return [Recorded(*row) for row in rows]

    async def mark(self) -> Head:
        async with connection(self._pool) as db:
            row = await db.fetchrow(SQL["mark"], self._clock.now())
        assert row is not None
        return Head(*row)

    async def forget_old_keys(self) -> None:
        """Idempotency keys are kept 30 days."""
        async with connection(self._pool) as db:
            await db.execute(SQL["forget"])

    async def close(self) -> None:
        """Write what was taken on, then let the connections go."""
        for batcher in (self._lookups, self._reads, self._appends):
            await batcher.close()

    async def _append_all(self, offers: list[Offer]) -> Sequence[Receipt | Exception]:
        async with connection(self._pool) as db:
            row = await db.fetchrow(SQL["append"], self._clock.now(), *_arguments(offers))
        assert row is not None
        base, recorded, outcomes = row
        results: list[Receipt | Exception] = []
        for offer, outcome in zip(offers, outcomes, strict=True):
            if outcome == "written":
                last = base + len(offer.drafts)
                results.append(Receipt(base + 1, last, recorded, offer.answer))
                base = last
            else:
                results.append(_refusal(offer, outcome))
        return results

    async def _look_up_all(
        self, wanted: list[tuple[str, str]]
    ) -> Sequence[Remembered | Exception | None]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["remembered"], *_columns(wanted))
        found: list[Remembered | None] = [None] * len(wanted)
        for place, digest, last, status, headers, body in rows:
            answer = Answer(status, body, tuple((n, v) for n, v in orjson.loads(headers)))
            found[place - 1] = Remembered(digest, last, answer)
        return found

    async def _read_all(self, streams: list[UUID]) -> Sequence[Sequence[str] | Exception]:
        found = await self.read_many(streams)
        return [found.get(stream, ()) for stream in streams]


def _refusal(offer: Offer, outcome: str) -> Exception:
    if outcome == "answered":
        return AlreadyAnswered()
    if outcome == "conflict":
        return Conflict(stream=offer.drafts[0].stream_id)
    _, holder, kind, key = outcome.split(" ", 3)
    return ClaimTaken(kind=kind, key=key, holder=holder)


def _claim_row(held: Held) -> tuple[str, str, UUID]:
    return held.claim.kind, held.claim.key, held.holder


def _columns(rows: Iterable[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
    return list(zip(*rows, strict=True))


def _arguments(offers: Sequence[Offer]) -> list[list[Any]]:
    """The 20 arrays of `append_lines`, in its order."""
    requests: list[list[Any]] = [[] for _ in range(6)]
    lines: list[list[Any]] = [[] for _ in range(7)]
    claims: list[list[Any]] = [[] for _ in range(4)]
    releases: list[list[Any]] = [[] for _ in range(3)]
    for place, offer in enumerate(offers, start=1):
        _put(requests, _request(offer))
        for d in offer.drafts:
            _put(lines, (place, d.stream_id, d.stream_version, d.initiative_id, d.head, d.middle, d.tail))  # fmt: skip
        for held in offer.claims:
            _put(claims, (place, *_claim_row(held)))
        for claim in offer.releases:
            _put(releases, (place, *claim))
    return [*requests, *lines, *claims, *releases]


def _request(offer: Offer) -> tuple[Any, ...]:
    if offer.idempotency is None or offer.answer is None:
        return (None,) * 6
    key, answer = offer.idempotency, offer.answer
    headers = orjson.dumps(answer.headers).decode()
    return key.client, key.key, key.body_sha256, answer.status, headers, answer.body


def _put(columns: list[list[Any]], row: tuple[Any, ...]) -> None:
    for column, value in zip(columns, row, strict=True):
        column.append(value)
