"""How a charter comes to be and changes: its facts, and the seats and delegations under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from infra.kernel import Day, Event
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.charter import Founder, Provisions
from services.agenda.domain.rooted import Opening


@dataclass(frozen=True)
class Seat:
    seat_id: UUID
    kind: str
    holder: str
    organisation: UUID


@dataclass(frozen=True)
class Delegation:
    delegation_id: UUID
    decision_class: str
    organisation: UUID
    until: Day | None


Founders = Annotated[tuple[Founder, ...], Field(min_length=2, max_length=100)]


class CharterDrafted(Opening):
    TOPIC: ClassVar[str] = "agenda.charter-drafted"
    OPENS: ClassVar[str] = "agenda.governance-charter"

    draft: int
    provisions: Provisions

    def apply(self, aggregate: Any) -> None:
        aggregate.drafts += 1
        aggregate.draft = self.provisions


class CharterAdopted(Event):
    """The first version, by the founding group, which decides until `founding_until`."""

    TOPIC: ClassVar[str] = "agenda.charter-adopted"

    charter_version: int
    draft: int
    provisions: Provisions
    founding_group: Founders
    founding_until: Day

    def apply(self, aggregate: Any) -> None:
        aggregate.enforce(self.charter_version, self.provisions)
        aggregate.founders = self.founding_group
        aggregate.founding_until = self.founding_until


class CharterAmended(Event):
    TOPIC: ClassVar[str] = "agenda.charter-amended"

    charter_version: int
    draft: int
    provisions: Provisions
    decision_id: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.enforce(self.charter_version, self.provisions)


class SeatAssigned(Event):
    TOPIC: ClassVar[str] = "agenda.seat-assigned"

    seat_id: UUID
    kind: Code
    holder: Reference
    organisation: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.seats[self.seat_id] = Seat(
            self.seat_id, self.kind, self.holder, self.organisation
        )


class SeatVacated(Event):
    TOPIC: ClassVar[str] = "agenda.seat-vacated"

    seat_id: UUID

    def apply(self, aggregate: Any) -> None:
        del aggregate.seats[self.seat_id]


class AuthorityDelegated(Event):
    TOPIC: ClassVar[str] = "agenda.authority-delegated"

    delegation_id: UUID
    decision_class: Code
    organisation: UUID
    until: Day | None
    decision_id: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.delegations[self.decision_class] = Delegation(
            self.delegation_id, self.decision_class, self.organisation, self.until
        )


class DelegationRevoked(Event):
    TOPIC: ClassVar[str] = "agenda.delegation-revoked"

    delegation_id: UUID
    decision_class: Code

    def apply(self, aggregate: Any) -> None:
        del aggregate.delegations[self.decision_class]
