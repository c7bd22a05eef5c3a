"""What is asked of the backbone."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Number, Title, uuid7
from services.agenda.application.desk import require_reason, said
from services.agenda.application.rolls import Rolls
from services.agenda.domain import Backbone, GovernanceCharter
from services.agenda.domain.supporting import Currency, Functions, Paid


class AppointBackbone(Command):
    host: UUID = Field(description="The organisation that becomes the backbone.")
    functions: Functions = Field(description="Codes of /v1/code-lists/backbone-functions.")
    decision_id: UUID = Field(
        description="A standing decision of class backbone, in which nobody of the host counted."
    )


class SecureFunding(Command):
    amount: Number = Field(description="Per year.", examples=["210000"])
    currency: Currency = "AUD"
    fte: Number = Field(description="Full-time equivalents.", examples=["1.6"])
    paid: Paid
    payer: Title


class ChangeFunctions(Command):
    functions: Functions = Field(description="All that it has from now on.")
    decision_id: UUID = Field(description="A standing decision of class backbone, not used before.")


class EndTerm(Command):
    pass


class Backbones(Rolls):
    async def appoint_backbone(
        self, initiative_id: UUID, *, command: AppointBackbone, by: Act
    ) -> Receipt:
        """Appoint an organisation on the roll, by a decision that it did not take itself."""
        backbone = await self.rooted(Backbone, initiative_id)
        decision = await self.decision(command.decision_id, initiative_id)
        made = decision.require_decided("backbone")
        roll = await self.roll(initiative_id, self.when(by).date())
        roll.sector(command.host)
        backbone.appoint(appointment_id=uuid7(), decision=made, **said(command))
        return await self.repository.save(by, backbone)

    async def secure_funding(
        self, initiative_id: UUID, appointment_id: UUID, *, command: SecureFunding, by: Act
    ) -> Receipt:
        """Say who pays for the backbone, how much, and till when; a timer warns of its end."""
        backbone = await self.rooted(Backbone, initiative_id)
        charter = await self.peek(GovernanceCharter, initiative_id)
        backbone.secure(
            appointment_id=appointment_id,
            funding_id=uuid7(),
            warning_months=charter.in_force().funding_warning_months,
            **said(command),
        )
        return await self.repository.save(by, backbone)

    async def change_functions(
        self, initiative_id: UUID, appointment_id: UUID, *, command: ChangeFunctions, by: Act
    ) -> Receipt:
        """Give the backbone other functions, by another decision."""
        backbone = await self.rooted(Backbone, initiative_id)
        decision = await self.decision(command.decision_id, initiative_id)
        made = decision.require_decided("backbone")
        backbone.change_functions(appointment_id=appointment_id, decision=made, **said(command))
        return await self.repository.save(by, backbone)

    async def end_term(
        self, initiative_id: UUID, appointment_id: UUID, *, command: EndTerm, by: Act
    ) -> Receipt:
        """End an appointment. Needs a reason."""
        require_reason(command)
        backbone = await self.rooted(Backbone, initiative_id)
        backbone.end(appointment_id=appointment_id)
        return await self.repository.save(by, backbone)
