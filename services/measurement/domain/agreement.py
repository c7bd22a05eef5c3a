"""A data agreement: signed by each of its parties, in force for a time, and always revocable."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, StateForbids, Title
from services.measurement.domain.agreement_facts import (
    DataAgreementActivated,
    DataAgreementDrafted,
    DataAgreementExpired,
    DataAgreementMarkedForReview,
    DataAgreementRevoked,
    DataAgreementSigned,
    DataAgreementSuspended,
    DataAgreementVaried,
    IndigenousDataAuthorityNamed,
)
from services.measurement.domain.terms import Kind, Terms, about_peoples
from services.measurement.domain.values import Place


class AgreementIsOver(StateForbids):
    """This agreement is {state}; what was recorded under it stays, and anything new takes a new
    agreement."""


class AgreementNotInState(StateForbids):
    """This agreement is {state}; this can be done only while it is {needed}."""


class NotAParty(StateForbids):
    """Organisation {organisation} is no party to this agreement; its parties are {parties}."""


class SignedAlready(StateForbids):
    """{party} has signed these terms already."""


class SignaturesMissing(StateForbids):
    """An agreement is active only when all its parties have signed; these have not: {parties}."""


class TermsIncomplete(StateForbids):
    """These terms cannot be activated; they lack: {lacks}. Vary them, and have them signed."""


class TermsOver(StateForbids):
    """These terms ended on {ends}; vary them, and have them signed."""


class TermsNotOver(StateForbids):
    """These terms run until {ends}; an agreement expires only after that day."""


class TermsUnchanged(StateForbids):
    """Those are the terms as they stand; a variation changes something."""


class IndigenousDataAuthorityMissing(StateForbids):
    """Series told apart by {strata} need an Indigenous data authority; name it first."""


class ReviewedFor(StateForbids):
    """That {organisation} is no partner any more was noted of this agreement already."""


class NotCovered(StateForbids):
    """This agreement does not cover {left_out}."""


class DataAgreement(Aggregate):
    TOPIC = "measurement.data-agreement"

    @event(DataAgreementDrafted)
    def __init__(self, initiative_id: UUID, kind: Kind, title: Title, terms: Terms) -> None:
        self.initiative_id = initiative_id
        self.of_kind: Kind = kind
        self.title = title
        self.terms = terms
        self.terms_version = 1
        self.signed: list[UUID] = []
        self.authority: UUID | None = None
        self.state = "to be signed"
        self.was_active = False
        self.left: set[UUID] = set()

    @classmethod
    def draft(cls, initiative_id: UUID, *, kind: Kind, title: str, terms: Terms) -> DataAgreement:
        """Write it down; what activation needs may still be missing."""
        return cls(initiative_id, kind, title, terms.sound(kind))

    @property
    def unsigned(self) -> list[UUID]:
        """The parties that have not signed these terms."""
        return [party for party in self.terms.parties if party not in self.signed]

    @property
    def over(self) -> bool:
        """Whether nothing new comes under it ever again."""
        return self.state in ("revoked", "expired")

    @property
    def to_review(self) -> list[UUID]:
        """The parties that are no partners any more."""
        return [party for party in self.terms.parties if party in self.left]

    def sign(self, party: UUID) -> None:
        """One party agrees to the terms as they stand."""
        self._refuse_over()
        if party not in self.terms.parties:
            raise NotAParty(organisation=party, parties=_listed(self.terms.parties))
        if party in self.signed:
            raise SignedAlready(party=party)
        self.trigger_event(DataAgreementSigned, party=party, terms_version=self.terms_version)

    def activate(self, *, today: date) -> None:
        """Let data come under it, also again after a suspension."""
        self._require("to be signed", "suspended")
        if self.unsigned:
            raise SignaturesMissing(parties=_listed(self.unsigned))
        if lacks := self.terms.lacks(self.of_kind):
            raise TermsIncomplete(lacks=", ".join(lacks))
        if self.terms.ends is not None and self.terms.ends < today:
            raise TermsOver(ends=self.terms.ends)
        self._refuse_without_authority(self.terms.strata or ())
        self.trigger_event(
            DataAgreementActivated, terms_version=self.terms_version, ends=self.terms.ends
        )

    def vary(self, terms: Terms) -> None:
        """Put other terms in the place of these; every party signs them anew."""
        self._refuse_over()
        if terms == self.terms:
            raise TermsUnchanged
        self.trigger_event(
            DataAgreementVaried,
            terms_version=self.terms_version + 1,
            terms=terms.sound(self.of_kind),
        )

    def suspend(self) -> None:
        """Let nothing new come under it for a time."""
        self._require("active")
        self.trigger_event(DataAgreementSuspended)

    def revoke(self) -> None:
        """Let nothing new come under it ever again."""
        self._refuse_over()
        self.trigger_event(DataAgreementRevoked)

    def expire(self, *, today: date) -> None:
        """Find that its last day has passed."""
        self._require("active", "suspended")
        if self.terms.ends is None or today <= self.terms.ends:
            raise TermsNotOver(ends=self.terms.ends or "further notice")
        self.trigger_event(DataAgreementExpired, ends=self.terms.ends)

    def name_authority(self, *, organisation: UUID, name: Title) -> None:
        """Say which organisation decides over series told apart by Aboriginal status."""
        self._refuse_over()
        self.trigger_event(IndigenousDataAuthorityNamed, organisation=organisation, name=name)

    def mark_for_review(self, organisation: UUID) -> None:
        """A party is no partner any more."""
        self._refuse_over()
        if organisation not in self.terms.parties:
            raise NotAParty(organisation=organisation, parties=_listed(self.terms.parties))
        if organisation in self.left:
            raise ReviewedFor(organisation=organisation)
        self.trigger_event(DataAgreementMarkedForReview, organisation=organisation)

    def require_active(self) -> None:
        """Pass if something new may come under it."""
        self._require("active")

    def require_covering(
        self,
        *,
        provider: UUID,
        indicator_id: UUID,
        place: Place,
        dimensions: Collection[str],
        on: date,
    ) -> None:
        """Pass if this organisation may submit such a series under it on that day."""
        self._require("active")
        left_out = self.terms.leaves_out(
            provider=provider,
            indicator_id=indicator_id,
            place=place,
            dimensions=dimensions,
            on=on,
        )
        if left_out:
            raise NotCovered(left_out=", ".join(left_out))
        self._refuse_without_authority(dimensions)

    def lets_receive(self, organisation: UUID | None) -> bool:
        """Whether these terms let an organisation, or everybody, receive what comes under it.
        Published statistics are everybody's already."""
        if self.of_kind == "open-data" or self.terms.public:
            return True
        return organisation is not None and organisation in self.terms.recipients

    def _refuse_without_authority(self, dimensions: Collection[str]) -> None:
        strata = about_peoples(dimensions)
        if strata and self.authority is None:
            raise IndigenousDataAuthorityMissing(strata=", ".join(strata))

    def _require(self, *states: str) -> None:
        self._refuse_over()
        if self.state not in states:
            raise AgreementNotInState(state=self.state, needed=" or ".join(states))

    def _refuse_over(self) -> None:
        if self.state in ("revoked", "expired"):
            raise AgreementIsOver(state=self.state)


def _listed(organisations: Collection[UUID]) -> str:
    return ", ".join(map(str, organisations))
