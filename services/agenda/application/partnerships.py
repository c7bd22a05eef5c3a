"""What is asked of the partnership of an initiative."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Day, Title, uuid7
from infra.kernel.provenance import Code, Reference
from services.agenda.application.desk import Desk, require_reason, said
from services.agenda.domain import Partnership
from services.agenda.domain.partner import Kind
from services.agenda.domain.values import Term


class InvitePartner(Command):
    kind: Kind = "organisation"
    organisation: UUID = Field(description="The organisation's UUID, or a community member's own.")
    name: Title | None = Field(None, description="Of an organisation; never a person's name.")
    person: Reference | None = Field(None, description="Of a community member: opaque.")


class SignAgreement(Command):
    organisation: UUID
    sector: Code = Field(description="A code of /v1/code-lists/sectors.")
    role: Code = "core"
    agreement_version: Code = Field(examples=["1"])
    term: Term


class ChangeRole(Command):
    role: Code = Field(description="A code of /v1/code-lists/partner-roles.")


class RenewAgreement(Command):
    agreement_version: Code
    term: Term


class DelegatePartner(Command):
    organisation: UUID = Field(description="Whose people may act for this partner.")
    until: Day | None = Field(None, description="The last day. Left out: until it is revoked.")


class RevokePartnerDelegation(Command):
    pass


class WithdrawPartner(Command):
    pass


class LapseAgreement(Command):
    pass


class NominateChampion(Command):
    champion: Reference
    partner_id: UUID | None = None
    external_organisation: Title | None = None


class Partnerships(Desk):
    async def invite_partner(
        self, initiative_id: UUID, *, command: InvitePartner, by: Act
    ) -> Receipt:
        """Invite an organisation by its name, or a community member by an opaque reference."""
        await self.running(initiative_id)
        partnership = await self.peek(Partnership, initiative_id)
        partnership.invite(partner_id=uuid7(), **said(command))
        return await self.repository.save(by, partnership)

    async def sign_agreement(
        self, initiative_id: UUID, *, command: SignAgreement, by: Act
    ) -> Receipt:
        """Join the partnership as invited, in one sector, under one version of the agreement."""
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.sign(**said(command))
        return await self.repository.save(by, partnership)

    async def change_role(
        self, initiative_id: UUID, partner_id: UUID, *, command: ChangeRole, by: Act
    ) -> Receipt:
        """Give a partner another role."""
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.change_role(partner_id=partner_id, role=command.role)
        return await self.repository.save(by, partnership)

    async def renew_agreement(
        self, initiative_id: UUID, partner_id: UUID, *, command: RenewAgreement, by: Act
    ) -> Receipt:
        """Put a partner's agreement on a new version and term."""
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.renew(partner_id=partner_id, **said(command))
        return await self.repository.save(by, partnership)

    async def delegate_partner(
        self, initiative_id: UUID, partner_id: UUID, *, command: DelegatePartner, by: Act
    ) -> Receipt:
        """Let people of another organisation act for this partner, in all services: they name it in
        `on_behalf_of`, and each fact says so. Only the partner's own people can delegate."""
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.delegate(
            partner_id=partner_id, asking=by.provenance.organisation, **said(command)
        )
        return await self.repository.save(by, partnership)

    async def revoke_partner_delegation(
        self,
        initiative_id: UUID,
        partner_id: UUID,
        delegation_id: UUID,
        *,
        command: RevokePartnerDelegation,
        by: Act,
    ) -> Receipt:
        """Let nobody act for this partner by that delegation any more. Needs a reason."""
        require_reason(command)
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.revoke_delegation(
            partner_id=partner_id, delegation_id=delegation_id, asking=by.provenance.organisation
        )
        return await self.repository.save(by, partnership)

    async def withdraw_partner(
        self, initiative_id: UUID, partner_id: UUID, *, command: WithdrawPartner, by: Act
    ) -> Receipt:
        """Leave the partnership. Needs a reason."""
        require_reason(command)
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.withdraw(partner_id=partner_id)
        return await self.repository.save(by, partnership)

    async def lapse_agreement(
        self, initiative_id: UUID, partner_id: UUID, *, command: LapseAgreement, by: Act
    ) -> Receipt:
        """Record that a partner's term has run out without renewal."""
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.lapse(partner_id=partner_id, on=self.when(by).date())
        return await self.repository.save(by, partnership)

    async def nominate_champion(
        self, initiative_id: UUID, *, command: NominateChampion, by: Act
    ) -> Receipt:
        """Name an influential person, of a partner or of an organisation outside."""
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.name_champion(**said(command))
        return await self.repository.save(by, partnership)
