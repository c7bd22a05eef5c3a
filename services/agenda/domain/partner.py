"""A partner: the facts of a membership, from invitation to end."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NamedTuple
from uuid import UUID

from infra.kernel import Claim, Day, Event, Title
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.rooted import Opening
from services.agenda.domain.values import Cited, Term

Standing = Literal["invited", "active", "withdrawn", "lapsed"]
Kind = Literal["organisation", "community-member"]


class HealthNote(NamedTuple):
    """Why this partner may need help, and the line that says so."""

    text: str
    line: Cited


@dataclass(frozen=True)
class Partner:
    """A party as the partnership knows it."""

    partner_id: UUID
    organisation: UUID
    name: str | None
    person: str | None
    standing: Standing
    sector: str | None = None
    role: str | None = None
    agreement_version: str | None = None
    term: Term | None = None
    health: tuple[HealthNote, ...] = ()


class PartnerInvited(Opening):
    TOPIC: ClassVar[str] = "agenda.partner-invited"
    OPENS: ClassVar[str] = "agenda.partnership"

    partner_id: UUID
    kind: Kind
    organisation: UUID
    name: Title | None = None
    person: Reference | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.partners[self.partner_id] = Partner(
            self.partner_id, self.organisation, self.name, self.person, "invited"
        )


class PartnerJoined(Event):
    TOPIC: ClassVar[str] = "agenda.partner-joined"

    partner_id: UUID
    kind: Kind
    organisation: UUID
    name: Title | None
    person: Reference | None
    sector: Code
    role: Code
    agreement_version: Code
    term: Term

    def apply(self, aggregate: Any) -> None:
        aggregate.partners[self.partner_id] = Partner(
            self.partner_id,
            self.organisation,
            self.name,
            self.person,
            "active",
            self.sector,
            self.role,
            self.agreement_version,
            self.term,
        )


class PartnerRoleChanged(Event):
    TOPIC: ClassVar[str] = "agenda.partner-role-changed"

    partner_id: UUID
    role: Code

    def apply(self, aggregate: Any) -> None:
        aggregate.change(self.partner_id, role=self.role)


class PartnerDelegated(Event):
    """From here on a partner's acts may be done for it by people of another organisation."""

    TOPIC: ClassVar[str] = "agenda.partner-delegated"

    delegation_id: UUID
    partner_id: UUID
    party: UUID
    organisation: UUID
    until: Day | None

    def claims(self) -> Iterable[Claim]:
        return (delegated(self.party, self.organisation, self.delegation_id),)

    def apply(self, aggregate: Any) -> None:
        aggregate.delegations[self.delegation_id] = self


class PartnerDelegationRevoked(Event):
    TOPIC: ClassVar[str] = "agenda.partner-delegation-revoked"

    delegation_id: UUID
    party: UUID
    organisation: UUID

    def releases(self) -> Iterable[Claim]:
        return (delegated(self.party, self.organisation, self.delegation_id),)

    def apply(self, aggregate: Any) -> None:
        del aggregate.delegations[self.delegation_id]


def delegated(party: UUID, organisation: UUID, delegation_id: UUID) -> Claim:
    """Where one may act for the other: how a delegation is found without its initiative."""
    return Claim(delegations_between(party, organisation), str(delegation_id))


def delegations_between(party: UUID, organisation: UUID) -> str:
    """The kind of those claims."""
    return f"delegation/{party}/{organisation}"


class PartnerAgreementRenewed(Event):
    TOPIC: ClassVar[str] = "agenda.partner-agreement-renewed"

    partner_id: UUID
    agreement_version: Code
    term: Term

    def apply(self, aggregate: Any) -> None:
        aggregate.change(self.partner_id, agreement_version=self.agreement_version, term=self.term)


class PartnerWithdrew(Event):
    TOPIC: ClassVar[str] = "agenda.partner-withdrew"

    partner_id: UUID
    organisation: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.change(self.partner_id, standing="withdrawn")


class PartnerAgreementLapsed(Event):
    TOPIC: ClassVar[str] = "agenda.partner-agreement-lapsed"

    partner_id: UUID
    organisation: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.change(self.partner_id, standing="lapsed")


class ChampionNamed(Opening):
    TOPIC: ClassVar[str] = "agenda.champion-named"
    OPENS: ClassVar[str] = "agenda.partnership"

    champion: Reference
    partner_id: UUID | None = None
    external_organisation: Title | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.champions[self.champion] = self
