"""Our side of the append: requests that each offer a fact with its claim, its key, its answer."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import time
from datetime import UTC, datetime
from uuid import UUID

from bench.paired import Slice
from infra.eventstore import EventStore, Offer
from infra.eventstore.store import Held
from infra.kernel import Act, Claim, IdempotencyKey, Provenance, uuid7
from infra.kernel.act import Answer
from infra.kernel.line import Draft, Pen

INITIATIVE = UUID("01890000-0000-7000-8000-000000000001")
BY = Act(
    Provenance(
        actor="person-1",
        role="backbone-coordinator",
        organisation=INITIATIVE,
        client="bench",
        authority="role:backbone-coordinator",
    )
)
PAYLOAD = {f"field_{letter}": letter * 85 for letter in "abcdef"}
"""As JSON these are 600 bytes."""
ANSWER = Answer(
    201, b'{"id":"01890000-0000-7000-8000-000000000001","version":1}', (("ETag", '"1"'),)
)
DIGEST = hashlib.sha256(b"the same body").digest()
ROOT = f"initiative/{INITIATIVE}"
NUMBERS = itertools.count()


def a_draft(stream: UUID, version: int = 1, pen: Pen | None = None) -> Draft:
    """A fact of an act of its own, as a command makes it, or of one that makes many."""
    pen = pen or Pen(BY, datetime.now(UTC))
    return pen.draft(
        source="bench",
        fact="something-happened",
        contract_version=1,
        subject=f"{ROOT}/thing/{stream}",
        stream_id=stream,
        stream_version=version,
        initiative_id=INITIATIVE,
        data={**PAYLOAD, "provenance": pen.provenance},
    )


def an_offer() -> Offer:
    stream = uuid7()
    return Offer(
        drafts=[a_draft(stream)],
        claims=[Held(Claim("code", str(stream)), stream)] if next(NUMBERS) % 10 == 0 else (),
        idempotency=IdempotencyKey("bench", str(stream), DIGEST),
        answer=ANSWER,
    )


class Ours:
    """`writers` tasks that append one fact after the other, encoding included."""

    def __init__(self, store: EventStore, *, writers: int) -> None:
        self._store, self._writers = store, writers

    async def run(self, seconds: float) -> Slice:
        latencies: list[float] = []
        since = time.perf_counter()
        until = since + seconds

        async def write() -> None:
            while (begun := time.perf_counter()) < until:
                await self._store.append(an_offer())
                latencies.append(time.perf_counter() - begun)

        await asyncio.gather(*(write() for _ in range(self._writers)))
        return Slice(len(latencies) / (time.perf_counter() - since), latencies)
