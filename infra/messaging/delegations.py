"""For whom a caller may act: what one partner of an initiative delegated to others."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple, Protocol
from uuid import UUID

from infra.messaging.carried import Carried
from infra.messaging.references import ReadReferences, Reference, References, State


class Delegation(NamedTuple):
    """In this initiative, up to and including a day, or until it is revoked."""

    id: UUID
    initiative_id: UUID
    until: date | None

    def holds(self, today: date) -> bool:
        return self.until is None or today <= self.until


class Delegations(Protocol):
    """The port: agenda asks its own log, the other services what they have heard of it."""

    async def between(self, party: UUID, organisation: UUID) -> Iterable[Delegation]:
        """What the party delegated to the organisation and has not revoked, by initiative."""
        ...


class KnownDelegations:
    """Reads them from the references that a service keeps of agenda's facts."""

    def __init__(self, references: References) -> None:
        self._references = references

    async def between(self, party: UUID, organisation: UUID) -> Iterable[Delegation]:
        known = await self._references.found(_kind(party, organisation))
        return [Delegation(one.id, one.initiative_id, _day(one.label)) for one in known]


def reading_delegations(state: State = "known") -> ReadReferences:
    """Pure: what agenda's facts about delegations make known in another service."""

    def read(carried: Carried) -> Iterable[Reference]:
        data = carried.line.data
        kind = _kind(UUID(data["party"]), UUID(data["organisation"]))
        yield Reference(
            kind, UUID(data["delegation_id"]), carried.line.partitionkey, state, data.get("until")
        )

    return read


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _kind(party: UUID, organisation: UUID) -> str:
    return f"delegation {party} {organisation}"
