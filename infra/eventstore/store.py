"""The port. `tests/contract/test_event_store.py` is its specification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from msgspec import Struct

from infra.kernel import Claim, IdempotencyKey
from infra.kernel.act import Answer
from infra.kernel.line import Draft

BULK_LINES = 5_000
"""At most so many lines are written under one lock: other commands pass between two chunks."""


class Held(NamedTuple):
    """A claim and the stream that takes it."""

    claim: Claim
    holder: UUID


class Offer(Struct, frozen=True):
    """What one request wants written: all of it or nothing."""

    drafts: Sequence[Draft]
    claims: Sequence[Held] = ()
    releases: Sequence[Claim] = ()
    idempotency: IdempotencyKey | None = None
    answer: Answer | None = None


class Receipt(Struct, frozen=True):
    """Where the lines of an offer stand."""

    first_sequence: int
    last_sequence: int
    recordedtime: datetime
    answer: Answer | None = None


class Remembered(Struct, frozen=True):
    """The answer that an idempotency key was given."""

    body_sha256: bytes
    last_sequence: int
    answer: Answer


class Recorded(Struct, frozen=True):
    """A line in its place in the log."""

    sequence: int
    initiative_id: UUID
    line: str


class Head(Struct, frozen=True):
    """The last sequence, and the instant before which no further line will be recorded."""

    sequence: int
    known_through: datetime


class AlreadyAnswered(Exception):
    """The append found its idempotency key taken: another process answered this very request."""


class EventStore(Protocol):
    async def append(self, offer: Offer) -> Receipt:
        """Write the offer in one transaction with its claims and its answer.

        Raises Conflict where a version of a stream is taken, ClaimTaken where somebody else holds
        a claim, AlreadyAnswered where the key is known; nothing of the offer is written then.
        """
        ...

    async def append_bulk(self, drafts: Iterable[Draft], claims: Sequence[Held] = ()) -> Receipt:
        """Write at most BULK_LINES drafts as fast as can be, all or nothing. Raises Conflict."""
        ...

    async def remembered(self, client: str, key: str) -> Remembered | None:
        """What this key was answered with, if it was."""
        ...

    async def read(self, stream_id: UUID, *, after: int = 0) -> Sequence[str]:
        """The lines of one stream after a version of its own, oldest first."""
        ...

    async def read_many(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[str]]:
        """The lines of many streams in one question; a stream nobody wrote to is left out."""
        ...

    async def read_known(self, stream_id: UUID, *, version: int, sequence: int) -> Sequence[str]:
        """One stream as it stood at a version of its own and a sequence of the log."""
        ...

    async def known_at(self, instant: datetime) -> int | None:
        """The last sequence recorded up to and at an instant; None while more may still be."""
        ...

    async def holders(self, kind: str, keys: Sequence[str]) -> Mapping[str, UUID]:
        """Who holds which of these claims."""
        ...

    async def held(
        self, kind: str, *, prefix: str = "", after: str = "", limit: int = 500
    ) -> Mapping[str, UUID]:
        """The claims of one kind whose keys begin with the prefix, in the order of their keys: a
        page of a set, never a fold."""
        ...

    async def replay(self, *, after: int = 0, limit: int = 500) -> Sequence[Recorded]:
        """The log in the order of recording."""
        ...

    async def mark(self) -> Head:
        """Move known-through to the present instant: no later line will be recorded before it."""
        ...
