"""The partnership of an initiative: who was invited, who has joined, in which role, till when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from infra.kernel import RuleForbids, StateForbids, Title, uuid7
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.code_lists import code_list
from services.agenda.domain.partner import (
    ChampionNamed,
    Kind,
    Partner,
    PartnerAgreementLapsed,
    PartnerAgreementRenewed,
    PartnerDelegated,
    PartnerDelegationRevoked,
    PartnerInvited,
    PartnerJoined,
    PartnerRoleChanged,
    PartnerWithdrew,
)
from services.agenda.domain.partner_health import PartnerHealth
from services.agenda.domain.rooted import Rooted
from services.agenda.domain.values import Term


class NoSuchPartner(StateForbids):
    """The partnership knows no partner {partner}; invite it first."""


class AlreadyPartner(StateForbids):
    """{organisation} is {standing} already as partner {partner}; one party is a partner once."""


class NotInvited(StateForbids):
    """{organisation} has no open invitation; invite it, then let it sign."""


class NotActive(StateForbids):
    """Partner {partner} is {standing}, and this takes an active one; let it sign (again) first."""


class SameRole(StateForbids):
    """Partner {partner} has the role {role} already."""


class TermNotOver(StateForbids):
    """The agreement of partner {partner} runs until {ends}; it lapses only after that day."""


class NotTheirOwn(RuleForbids):
    """Only people of {party} itself can say who may act for it."""


class DelegatesToItself(RuleForbids):
    """{party} acts for itself anyway; name another organisation."""


class DelegatedAlready(StateForbids):
    """{party} lets {organisation} act for it already, by delegation {delegation}; revoke that
    first."""


class NoSuchDelegation(StateForbids):
    """Partner {partner} has no delegation {delegation} in force."""


class NamesAPerson(RuleForbids):
    """A community member is known by an opaque reference and never by name: send `person` and
    leave `name` out."""


class NamesNoOrganisation(RuleForbids):
    """An organisation is known by its name: send `name` and leave `person` out."""


class ChampionOfNobody(RuleForbids):
    """A champion stands for a partner or for a named organisation outside: send either
    `partner_id` or `external_organisation`, not both."""


class Partnership(PartnerHealth, Rooted):
    TOPIC = "agenda.partnership"

    def begin(self) -> None:
        self.partners: dict[UUID, Partner] = {}
        self.champions: dict[str, ChampionNamed] = {}
        self.delegations: dict[UUID, PartnerDelegated] = {}

    def change(self, partner_id: UUID, **changes: Any) -> None:
        """For facts: what is now so of a partner."""
        self.partners[partner_id] = replace(self.partners[partner_id], **changes)

    def active(self) -> list[Partner]:
        """The partners who have signed and whose agreement runs, in the order of invitation."""
        return [partner for partner in self.partners.values() if partner.standing == "active"]

    def require_active(self, partner_id: UUID) -> Partner:
        """The partner, if it may act."""
        partner = self.partners.get(partner_id)
        if partner is None:
            raise NoSuchPartner(partner=partner_id)
        if partner.standing != "active":
            raise NotActive(partner=partner_id, standing=partner.standing)
        return partner

    def invite(
        self,
        *,
        partner_id: UUID,
        kind: Kind,
        organisation: UUID,
        name: Title | None,
        person: Reference | None,
    ) -> None:
        refuse_misnamed(kind, name, person)
        present = self._standing(organisation)
        if present is not None:
            raise AlreadyPartner(
                organisation=organisation, standing=present.standing, partner=present.partner_id
            )
        self.trigger_event(
            PartnerInvited,
            initiative_id=self.initiative_id,
            partner_id=partner_id,
            kind=kind,
            organisation=organisation,
            name=name,
            person=person,
        )

    def sign(
        self, *, organisation: UUID, sector: Code, role: Code, agreement_version: Code, term: Term
    ) -> None:
        """The invited party joins, in its own sector, under one version of the agreement."""
        code_list("sectors").require(sector)
        code_list("partner-roles").require(role)
        invited = self._standing(organisation)
        if invited is None:
            raise NotInvited(organisation=organisation)
        if invited.standing != "invited":
            raise AlreadyPartner(
                organisation=organisation, standing="active", partner=invited.partner_id
            )
        self.trigger_event(
            PartnerJoined,
            partner_id=invited.partner_id,
            kind="organisation" if invited.person is None else "community-member",
            organisation=organisation,
            name=invited.name,
            person=invited.person,
            sector=sector,
            role=role,
            agreement_version=agreement_version,
            term=term,
        )

    def change_role(self, *, partner_id: UUID, role: Code) -> None:
        code_list("partner-roles").require(role)
        if self.require_active(partner_id).role == role:
            raise SameRole(partner=partner_id, role=role)
        self.trigger_event(PartnerRoleChanged, partner_id=partner_id, role=role)

    def renew(self, *, partner_id: UUID, agreement_version: Code, term: Term) -> None:
        self.require_active(partner_id)
        self.trigger_event(
            PartnerAgreementRenewed,
            partner_id=partner_id,
            agreement_version=agreement_version,
            term=term,
        )

    def delegate(
        self, *, partner_id: UUID, organisation: UUID, until: date | None, asking: UUID
    ) -> None:
        """Let people of another organisation act for this partner, as its own people say."""
        party = self._own(partner_id, asking)
        if organisation == party:
            raise DelegatesToItself(party=party)
        for made in self._delegated_by(party):
            if made.organisation == organisation:
                raise DelegatedAlready(
                    party=party, organisation=organisation, delegation=made.delegation_id
                )
        self.trigger_event(
            PartnerDelegated,
            delegation_id=uuid7(),
            partner_id=partner_id,
            party=party,
            organisation=organisation,
            until=until,
        )

    def revoke_delegation(self, *, partner_id: UUID, delegation_id: UUID, asking: UUID) -> None:
        party = self._own(partner_id, asking)
        made = self.delegations.get(delegation_id)
        if made is None or made.party != party:
            raise NoSuchDelegation(partner=partner_id, delegation=delegation_id)
        self._revoke(made)

    def withdraw(self, *, partner_id: UUID) -> None:
        partner = self.require_active(partner_id)
        self.trigger_event(
            PartnerWithdrew, partner_id=partner_id, organisation=partner.organisation
        )
        self._revoke(*self._delegated_by(partner.organisation))

    def lapse(self, *, partner_id: UUID, on: date) -> None:
        partner = self.require_active(partner_id)
        ends = partner.term.ends if partner.term else None
        if ends is None or on <= ends:
            raise TermNotOver(partner=partner_id, ends=ends or "further notice")
        self.trigger_event(
            PartnerAgreementLapsed, partner_id=partner_id, organisation=partner.organisation
        )
        self._revoke(*self._delegated_by(partner.organisation))

    def name_champion(
        self,
        *,
        champion: Reference,
        partner_id: UUID | None,
        external_organisation: Title | None,
    ) -> None:
        if (partner_id is None) == (external_organisation is None):
            raise ChampionOfNobody
        if partner_id is not None:
            self.require_active(partner_id)
        self.trigger_event(
            ChampionNamed,
            initiative_id=self.initiative_id,
            champion=champion,
            partner_id=partner_id,
            external_organisation=external_organisation,
        )

    def _own(self, partner_id: UUID, asking: UUID) -> UUID:
        """The party that this partner is, if its own people ask."""
        party = self.require_active(partner_id).organisation
        if asking != party:
            raise NotTheirOwn(party=party)
        return party

    def _delegated_by(self, party: UUID) -> list[PartnerDelegated]:
        return [made for made in self.delegations.values() if made.party == party]

    def _revoke(self, *delegations: PartnerDelegated) -> None:
        for made in delegations:
            self.trigger_event(
                PartnerDelegationRevoked,
                delegation_id=made.delegation_id,
                party=made.party,
                organisation=made.organisation,
            )

    def _standing(self, organisation: UUID) -> Partner | None:
        """The party's open invitation or active membership."""
        for partner in self.partners.values():
            if partner.organisation == organisation and partner.standing in ("invited", "active"):
                return partner
        return None


def refuse_misnamed(kind: Kind, name: str | None, person: str | None) -> None:
    if kind == "community-member" and (name is not None or person is None):
        raise NamesAPerson
    if kind == "organisation" and (name is None or person is not None):
        raise NamesNoOrganisation
