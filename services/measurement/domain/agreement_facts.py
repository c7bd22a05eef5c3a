"""What can happen to a data agreement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar
from uuid import UUID

from pydantic import Field

from infra.kernel import Claim, Created, Day, Event, Title
from services.measurement.domain.terms import Kind, Terms
from services.measurement.domain.values import absent

if TYPE_CHECKING:
    from services.measurement.domain.agreement import DataAgreement


def agreements_of(initiative_id: UUID) -> str:
    """Claims: every data agreement of an initiative. Key: the agreement."""
    return f"data-agreements/{initiative_id}"


class DataAgreementDrafted(Created):
    TOPIC: ClassVar[str] = "measurement.data-agreement-drafted"

    initiative_id: UUID
    kind: Kind
    title: Title
    terms: Terms

    def claims(self) -> Iterable[Claim]:
        yield Claim(agreements_of(self.initiative_id), str(self.originator_id))


class DataAgreementSigned(Event):
    TOPIC: ClassVar[str] = "measurement.data-agreement-signed"

    party: UUID
    terms_version: int

    def apply(self, aggregate: DataAgreement) -> None:
        aggregate.signed.append(self.party)


class DataAgreementActivated(Event):
    """From here on data may come under it, until the end of the day that it names."""

    TOPIC: ClassVar[str] = "measurement.data-agreement-activated"

    terms_version: int
    ends: Day | None = Field(None, exclude_if=absent)

    def apply(self, aggregate: DataAgreement) -> None:
        aggregate.state, aggregate.was_active = "active", True


class DataAgreementVaried(Event):
    """Other terms, which nobody has signed yet: it is no longer active."""

    TOPIC: ClassVar[str] = "measurement.data-agreement-varied"

    terms_version: int
    terms: Terms

    def apply(self, aggregate: DataAgreement) -> None:
        aggregate.terms, aggregate.terms_version = self.terms, self.terms_version
        aggregate.signed = []
        aggregate.state = "to be signed"


class DataAgreementSuspended(Event):
    """Nothing new comes under it until it is activated again."""

    TOPIC: ClassVar[str] = "measurement.data-agreement-suspended"

    def apply(self, aggregate: DataAgreement) -> None:
        aggregate.state = "suspended"


class DataAgreementRevoked(Event):
    """Nothing new comes under it any more; what was recorded stays."""

    TOPIC: ClassVar[str] = "measurement.data-agreement-revoked"

    def apply(self, aggregate: DataAgreement) -> None:
        aggregate.state = "revoked"


class DataAgreementExpired(Event):
    TOPIC: ClassVar[str] = "measurement.data-agreement-expired"

    ends: Day

    def apply(self, aggregate: DataAgreement) -> None:
        aggregate.state = "expired"


class DataAgreementMarkedForReview(Event):
    """A party of it is no partner any more: people decide what becomes of it."""

    TOPIC: ClassVar[str] = "measurement.data-agreement-marked-for-review"

    organisation: UUID

    def apply(self, aggregate: DataAgreement) -> None:
        aggregate.left.add(self.organisation)


class IndigenousDataAuthorityNamed(Event):
    """The organisation that decides over series told apart by Aboriginal status."""

    TOPIC: ClassVar[str] = "measurement.indigenous-data-authority-named"

    organisation: UUID
    name: Title

    def apply(self, aggregate: DataAgreement) -> None:
        aggregate.authority = self.organisation
