"""Use cases of data agreements: drafted, signed by each party, in force, ended."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, NotFound, Title
from services.measurement.application.use_cases import UseCases, said
from services.measurement.domain import DataAgreement, Indicator
from services.measurement.domain.terms import Kind, Terms


class DraftDataAgreement(Command):
    kind: Kind = Field(
        description="open-data: statistics that are published under a licence already."
    )
    title: Title
    terms: Terms


class SignDataAgreement(Command):
    """The caller's own organisation signs."""


class ActivateDataAgreement(Command):
    pass


class VaryDataAgreement(Command):
    """Needs a reason."""

    terms: Terms = Field(description="The whole new terms.")


class SuspendDataAgreement(Command):
    """Needs a reason."""


class RevokeDataAgreement(Command):
    """Needs a reason."""


class ExpireDataAgreement(Command):
    pass


class NameIndigenousDataAuthority(Command):
    organisation: UUID
    name: Title = Field(description="What the organisation is called.")


class Agreements(UseCases):
    async def draft_data_agreement(
        self, initiative_id: UUID, *, command: DraftDataAgreement, by: Act
    ) -> Receipt:
        """Write an agreement down. Of partner data it says, before it is active: purpose, legal
        basis, recipients, minimum count, retention and end; of open data: purpose, licence and
        credit."""
        await self.references.require("initiative", initiative_id, initiative_id)
        await self._know(command.terms, initiative_id)
        agreement = DataAgreement.draft(initiative_id, **said(command))
        return await self.repository.save(by, agreement)

    async def sign_data_agreement(
        self, agreement_id: UUID, *, command: SignDataAgreement, by: Act
    ) -> Receipt:
        """Sign the terms as they stand, for the caller's own organisation."""
        party = by.provenance.party
        return await self._of(agreement_id, by, lambda a: a.sign(party))

    async def activate_data_agreement(
        self, agreement_id: UUID, *, command: ActivateDataAgreement, by: Act
    ) -> Receipt:
        """Let data come under it: all parties have signed, and the terms are complete. Also
        resumes a suspended one. It expires by itself after its last day."""
        today = self.when(by).date()
        return await self._of(agreement_id, by, lambda a: a.activate(today=today))

    async def vary_data_agreement(
        self, agreement_id: UUID, *, command: VaryDataAgreement, by: Act
    ) -> Receipt:
        """Put other terms in the place of these, with a reason; it is active again when all
        parties have signed them and it is activated."""
        command.require_reason()
        agreement = await self.repository.get(DataAgreement, agreement_id)
        await self._know(command.terms, agreement.initiative_id)
        agreement.vary(command.terms)
        return await self.repository.save(by, agreement)

    async def suspend_data_agreement(
        self, agreement_id: UUID, *, command: SuspendDataAgreement, by: Act
    ) -> Receipt:
        """Let nothing new come under it until it is activated again, with a reason."""
        command.require_reason()
        return await self._of(agreement_id, by, DataAgreement.suspend)

    async def revoke_data_agreement(
        self, agreement_id: UUID, *, command: RevokeDataAgreement, by: Act
    ) -> Receipt:
        """Let nothing new come under it ever again, with a reason; what was recorded stays."""
        command.require_reason()
        return await self._of(agreement_id, by, DataAgreement.revoke)

    async def expire_data_agreement(
        self, agreement_id: UUID, *, command: ExpireDataAgreement, by: Act
    ) -> Receipt:
        """Find that its last day has passed; a timer does so by itself."""
        today = self.when(by).date()
        return await self._of(agreement_id, by, lambda a: a.expire(today=today))

    async def name_indigenous_data_authority(
        self, agreement_id: UUID, *, command: NameIndigenousDataAuthority, by: Act
    ) -> Receipt:
        """Name the organisation that decides over series told apart by Aboriginal status; without
        it no such series comes under this agreement."""
        return await self._of(agreement_id, by, lambda a: a.name_authority(**said(command)))

    async def _of(self, id: UUID, by: Act, ask: Callable[[DataAgreement], None]) -> Receipt:
        agreement = await self.repository.get(DataAgreement, id)
        ask(agreement)
        return await self.repository.save(by, agreement)

    async def _know(self, terms: Terms, initiative_id: UUID) -> None:
        """Refuse indicators that are not this initiative's."""
        named = terms.indicators or ()
        found = await self.repository.find_many(Indicator, named)
        for id in named:
            if id not in found or found[id].initiative_id != initiative_id:
                raise NotFound(kind="indicator of this initiative", id=id)
