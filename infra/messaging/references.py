"""What a service knows of the others' things: an outcome, a partner, a decision, an indicator.

Each service fills this from foreign lines with pure readers, and asks it before it takes a command
that names something of somebody else's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple, Protocol
from uuid import UUID

from infra.kernel import NotKnownHere, RuleForbids
from infra.messaging.carried import Carried
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)

State = Literal["known", "withdrawn"]


class ReferenceWithdrawn(RuleForbids):
    """The {kind} {id} was withdrawn; name one that still stands."""


class Reference(NamedTuple):
    """What one line says of one thing."""

    kind: str
    id: UUID
    initiative_id: UUID
    state: State = "known"
    label: str | None = None


ReadReferences = Callable[[Carried], Iterable[Reference]]
"""Pure: which things a line makes known here, or withdraws. An unneeded field is never read."""


def owned(kind: str, state: State = "known") -> ReadReferences:
    """The thing is the stream that the fact stands in: a decision, a cycle, an indicator."""

    def read(carried: Carried) -> Iterable[Reference]:
        own = UUID(carried.line.subject.rpartition("/")[2])
        yield Reference(kind, own, carried.line.partitionkey, state)

    return read


def named(kind: str, field: str, state: State = "known", *, label: str = "") -> ReadReferences:
    """The thing is named in a field of the fact: an outcome, a partner, an adaptation."""

    def read(carried: Carried) -> Iterable[Reference]:
        data = carried.line.data
        words = str(data[label]) if label and data.get(label) is not None else None
        yield Reference(kind, UUID(data[field]), carried.line.partitionkey, state, words)

    return read


class References(Protocol):
    """The port. `tests/contract/test_messaging_references.py` is its specification."""

    async def require(self, kind: str, id: UUID, initiative_id: UUID) -> None:
        """Pass if the initiative has such a thing.

        Raises NotKnownHere (409, repeat in a moment) where it has none that was heard of, and
        ReferenceWithdrawn (422) where it no longer stands.
        """
        ...

    async def standing(self, kind: str, initiative_id: UUID) -> frozenset[UUID]:
        """The initiative's things of this kind that were heard of and not withdrawn."""
        ...

    async def found(self, kind: str) -> Sequence[Reference]:
        """All things of this kind that were heard of and not withdrawn, in any initiative; of a
        kind that is narrow by its name: at most 1,000."""
        ...


class MemoryReferences:
    """The twin for specifications."""

    def __init__(self, *known: Reference) -> None:
        self._known = {(reference.kind, reference.id): reference for reference in known}

    def add(self, reference: Reference) -> None:
        self._known[reference.kind, reference.id] = reference

    async def require(self, kind: str, id: UUID, initiative_id: UUID) -> None:
        known = self._known.get((kind, id))
        judge(kind, id, known.state if known and known.initiative_id == initiative_id else None)

    async def standing(self, kind: str, initiative_id: UUID) -> frozenset[UUID]:
        return frozenset(
            each.id for each in await self.found(kind) if each.initiative_id == initiative_id
        )

    async def found(self, kind: str) -> Sequence[Reference]:
        return [one for one in self._known.values() if (one.kind, one.state) == (kind, "known")]


class PostgresReferences:
    """Reads the table `known` of the service's own database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def require(self, kind: str, id: UUID, initiative_id: UUID) -> None:
        async with connection(self._pool) as db:
            state = await db.fetchval(SQL["known_state"], kind, id, initiative_id)
        judge(kind, id, state)

    async def standing(self, kind: str, initiative_id: UUID) -> frozenset[UUID]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["known_standing"], kind, initiative_id)
        return frozenset(row["id"] for row in rows)

    async def found(self, kind: str) -> Sequence[Reference]:
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["known_found"], kind)
        return [
            Reference(kind, row["id"], row["initiative_id"], "known", row["label"]) for row in rows
        ]


def judge(kind: str, id: UUID, state: str | None) -> None:
    """One rule for both adapters. Another initiative's thing is as unknown as none at all."""
    if state is None:
        raise NotKnownHere(kind=kind, id=id)
    if state == "withdrawn":
        raise ReferenceWithdrawn(kind=kind, id=id)
