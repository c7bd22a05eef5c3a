"""The event store's twin that forgets when the process ends: for specifications, same contract."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID

from msgspec.structs import replace

from infra.eventstore.bulk import at_most
from infra.eventstore.store import (
    BULK_LINES,
    AlreadyAnswered,
    Head,
    Held,
    Offer,
    Receipt,
    Recorded,
    Remembered,
)
from infra.kernel import Claim, ClaimTaken, Clock, Conflict
from infra.kernel.line import Draft, Line


class MemoryEventStore:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._log: list[Recorded] = []
        self._streams: dict[UUID, list[Recorded]] = {}
        self._claims: dict[Claim, UUID] = {}
        self._answers: dict[tuple[str, str], Remembered] = {}
        self._known_through = datetime.min.replace(tzinfo=UTC)

    async def append(self, offer: Offer) -> Receipt:
        key = offer.idempotency
        if key is not None and (key.client, key.key) in self._answers:
            raise AlreadyAnswered
        self._check(offer.drafts)
        for held in offer.claims:
            if held.claim in self._claims and held.claim not in offer.releases:
                kind, name = held.claim
                raise ClaimTaken(kind=kind, key=name, holder=self._claims[held.claim])
        for claim in offer.releases:
            self._claims.pop(claim, None)
        self._claims.update(dict(offer.claims))
        receipt = self._write(offer.drafts)
        if key is not None and offer.answer is not None:
            remembered = Remembered(key.body_sha256, receipt.last_sequence, offer.answer)
            self._answers[key.client, key.key] = remembered
        return replace(receipt, answer=offer.answer)

    async def append_bulk(self, drafts: Iterable[Draft], claims: Sequence[Held] = ()) -> Receipt:
        offered = list(at_most(BULK_LINES, drafts))
        self._check(offered)
        if any(held.claim in self._claims for held in claims):
            raise Conflict(stream=claims[0].holder)
        self._claims.update(dict(claims))
        return self._write(offered)

    async def remembered(self, client: str, key: str) -> Remembered | None:
        return self._answers.get((client, key))

    async def read(self, stream_id: UUID, *, after: int = 0) -> Sequence[str]:
        return [recorded.line for recorded in self._streams.get(stream_id, [])[after:]]

    async def read_many(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
        return {id: await self.read(id) for id in stream_ids if id in self._streams}

    async def read_known(self, stream_id: UUID, *, version: int, sequence: int) -> Sequence[str]:
        lines = self._streams.get(stream_id, [])[:version]
        return [recorded.line for recorded in lines if recorded.sequence <= sequence]

    async def known_at(self, instant: datetime) -> int | None:
        if (await self.mark()).known_through <= instant:
            return None
        return bisect_right(self._log, instant, key=recordedtime)

    async def holders(self, kind: str, keys: Sequence[str]) -> Mapping[str, UUID]:
        wanted = [Claim(kind, key) for key in keys]
        return {claim.key: self._claims[claim] for claim in wanted if claim in self._claims}

    async def held(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int = 500
    ) -> Mapping[str, UUID]:
        page = sorted(
            claim
            for claim in self._claims
            if claim.kind == kind and claim.key > after and claim.key.startswith(prefix)
        )
        return {claim.key: self._claims[claim] for claim in islice(page, limit)}

    async def replay(self, *, after: int = 0, limit: int = 500) -> Sequence[Recorded]:
        return self._log[after : after + limit]

    async def mark(self) -> Head:
        self._known_through = max(self._known_through, self._clock.now())
        return Head(len(self._log), self._known_through)

    def _check(self, drafts: Sequence[Draft]) -> None:
        offered = [(draft.stream_id, draft.stream_version) for draft in drafts]
        for stream, version in offered:
            if version <= len(self._streams.get(stream, ())):
                raise Conflict(stream=stream)
        if len(set(offered)) < len(offered):
            raise Conflict(stream=offered[0][0])

    def _write(self, drafts: Sequence[Draft]) -> Receipt:
        recorded = max(self._clock.now(), self._known_through)
        self._known_through = recorded
        first = len(self._log) + 1
        for sequence, draft in enumerate(drafts, start=first):
            line = draft.line(recordedtime=recorded, sequence=sequence)
            entry = Recorded(sequence, draft.initiative_id, line)
            self._log.append(entry)
            self._streams.setdefault(draft.stream_id, []).append(entry)
        return Receipt(first, len(self._log), recorded)


def recordedtime(entry: Recorded) -> datetime:
    return Line.read(entry.line).recordedtime
