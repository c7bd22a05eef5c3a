"""The event store in PostgreSQL. Every statement it runs is a file in `sql/`."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import repeat
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from infra.eventstore.arrays import arrays, plain, values
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
from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)
FORGOTTEN_AT_ONCE = 5_000
LAST = "\U0010ffff"
"""Behind every letter."""


class PostgresEventStore:
    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        reach = partial(connection, pool)
        self._appends = Batcher(reach, self._append_all, lanes=2)
        self._lookups = Batcher(reach, self._look_up_all)
        self._reads = Batcher(reach, self._read_all, at_once=64)

    async def append(self, offer: Offer) -> Receipt:
        return await self._appends(offer)

    async def append_bulk(self, drafts: Iterable[Draft], claims: Sequence[Held] = ()) -> Receipt:
        async with connection(self._pool) as db, db.transaction():
            await db.execute(SQL["lock"])
            head = await db.fetchrow(SQL["head"], self._clock.now())
            assert head is not None
            base, recorded = head
            try:
                if claims:
                    await db.execute(
                        SQL["take_claims"], *_columns((*c.claim, c.holder) for c in claims)
                    )
                count = await copy_lines(db, drafts, after=base, recordedtime=recorded)
            except asyncpg.UniqueViolationError as error:
                raise Conflict(stream=error.detail or "a stream") from error
        return Receipt(base + 1, base + count, recorded)

    async def remembered(self, client: str, key: str) -> Remembered | None:
        return await self._lookups((client, key))

    async def read(self, stream_id: UUID, *, after: int = 0) -> Sequence[str]:
        return await self._reads((stream_id, after))

    async def read_many(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
        wanted = list(dict.fromkeys(stream_ids))
        async with connection(self._pool) as db:
            streams = await _streams(db, [(stream_id, 0) for stream_id in wanted])
        return {id: lines for id, lines in zip(wanted, streams, strict=True) if lines}

    async def read_known(self, stream_id: UUID, *, version: int, sequence: int) -> Sequence[str]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["read_known"], stream_id, version, sequence)
        return [line for (line,) in rows]

    async def known_at(self, instant: datetime) -> int | None:
        async with connection(self._pool) as db:
            if not await db.fetchval(SQL["known_through"], instant):
                await db.execute(SQL["mark"], self._clock.now())
                if not await db.fetchval(SQL["known_through"], instant):
                    return None
            sequence: int = await db.fetchval(SQL["known_at"], instant)
        return sequence

    async def holders(self, kind: str, keys: Sequence[str]) -> Mapping[str, UUID]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["holders"], kind, keys)
        return {key: holder for key, holder in rows}

    async def held(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int = 500
    ) -> Mapping[str, UUID]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["held"], kind, after, limit, prefix, prefix + LAST)
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
        """Idempotency keys are kept 30 days. They go a few at a time: no statement takes long."""
        gone = FORGOTTEN_AT_ONCE
        while gone == FORGOTTEN_AT_ONCE:
            async with connection(self._pool) as db:
                gone = await db.fetchval(SQL["forget"], FORGOTTEN_AT_ONCE)

    async def close(self) -> None:
        """Write what was taken on, then let the connections go."""
        for batcher in (self._lookups, self._reads, self._appends):
            await batcher.close()

    async def _append_all(
        self, db: Connection, offers: list[Offer]
    ) -> Sequence[Receipt | Exception]:
        if len(offers) == 1 and plain(offers[0]):
            with contextlib.suppress(asyncpg.UniqueViolationError):  # the next call says by what
                return [await self._append_one(db, offers[0])]
        row = await db.fetchrow(SQL["append"], self._clock.now(), *arrays(offers))
        assert row is not None
        base, recorded, outcomes = row
        results: list[Receipt | Exception] = []
        for offer, refuser in zip(offers, outcomes or repeat("written"), strict=False):
            if refuser == "written":
                last = base + len(offer.drafts)
                results.append(Receipt(base + 1, last, recorded, offer.answer))
                base = last
            else:
                results.append(_refusal(offer, refuser))
        return results

    async def _append_one(self, db: Connection, offer: Offer) -> Receipt:
        row = await db.fetchrow(SQL["append_one"], self._clock.now(), *values(offer))
        assert row is not None
        base, recorded = row
        return Receipt(base + 1, base + 1, recorded, offer.answer)

    async def _look_up_all(
        self, db: Connection, wanted: list[tuple[str, str]]
    ) -> Sequence[Remembered | Exception | None]:
        found: list[Remembered | None] = [None] * len(wanted)
        for place, digest, last, status, headers, body in await db.fetch(
            SQL["remembered"], *_columns(wanted)
        ):
            answer = Answer(status, body, tuple((n, v) for n, v in orjson.loads(headers)))
            found[place - 1] = Remembered(digest, last, answer)
        return found

    async def _read_all(
        self, db: Connection, wanted: list[tuple[UUID, int]]
    ) -> Sequence[Sequence[str] | Exception]:
        return await _streams(db, wanted)


async def _streams(db: Connection, wanted: Sequence[tuple[UUID, int]]) -> list[list[str]]:
    """The lines of each stream after a version."""
    streams: list[list[str]] = [[] for _ in wanted]
    for place, line in await db.fetch(SQL["read"], *_columns(wanted)) if wanted else ():
        streams[place - 1].append(line)
    return streams


def _refusal(offer: Offer, refuser: str) -> Exception:
    """What the table that refused an offer means."""
    if refuser == "idempotency":
        return AlreadyAnswered()
    if refuser == "events":
        return Conflict(stream=offer.drafts[0].stream_id)
    _, holder, kind, key = refuser.split(" ", 3)
    return ClaimTaken(kind=kind, key=key, holder=holder)


def _columns(rows: Iterable[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
    return list(zip(*rows, strict=True))
