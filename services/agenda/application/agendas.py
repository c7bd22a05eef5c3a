"""What is asked of the common agenda."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Text, Title, uuid7
from services.agenda.application.desk import Desk, require_reason, said
from services.agenda.domain import CommonAgenda, Partnership
from services.agenda.domain.agreeing import Principles
from services.agenda.domain.values import Citations


class StateProblem(Command):
    text: Text
    cites: Citations | None = None


class StateVision(Command):
    text: Text
    principles: Principles = ()


class DefineOutcome(Command):
    title: Title
    wording: Text


class RewordOutcome(Command):
    wording: Text


class RetireOutcome(Command):
    pass


class AdoptAgenda(Command):
    decision_id: UUID = Field(description="A standing decision of class agenda.")


class ReviseAgenda(Command):
    decision_id: UUID = Field(description="A standing decision of class agenda, not used before.")


class EndorseAgenda(Command):
    partner_id: UUID


class Agendas(Desk):
    async def state_problem(
        self, initiative_id: UUID, *, command: StateProblem, by: Act
    ) -> Receipt:
        """Say what is wrong, in the draft of the common agenda."""
        agenda = await self.rooted(CommonAgenda, initiative_id)
        agenda.state_problem(**said(command))
        return await self.repository.save(by, agenda)

    async def state_vision(self, initiative_id: UUID, *, command: StateVision, by: Act) -> Receipt:
        """Say what is wanted, and by which principles, in the draft of the common agenda."""
        agenda = await self.rooted(CommonAgenda, initiative_id)
        agenda.state_vision(**said(command))
        return await self.repository.save(by, agenda)

    async def define_outcome(
        self, initiative_id: UUID, *, command: DefineOutcome, by: Act
    ) -> Receipt:
        """Add a wanted condition to the draft."""
        agenda = await self.rooted(CommonAgenda, initiative_id)
        agenda.define(outcome_id=uuid7(), **said(command))
        return await self.repository.save(by, agenda)

    async def reword_outcome(
        self, initiative_id: UUID, outcome_id: UUID, *, command: RewordOutcome, by: Act
    ) -> Receipt:
        """Say an outcome in other words; the next version will have them."""
        agenda = await self.rooted(CommonAgenda, initiative_id)
        agenda.reword(outcome_id=outcome_id, wording=command.wording)
        return await self.repository.save(by, agenda)

    async def retire_outcome(
        self, initiative_id: UUID, outcome_id: UUID, *, command: RetireOutcome, by: Act
    ) -> Receipt:
        """Take an outcome out of the draft for good. Needs a reason."""
        require_reason(command)
        agenda = await self.rooted(CommonAgenda, initiative_id)
        agenda.retire(outcome_id=outcome_id)
        return await self.repository.save(by, agenda)

    async def adopt_agenda(self, initiative_id: UUID, *, command: AdoptAgenda, by: Act) -> Receipt:
        """Adopt the draft as version 1, by the decision of class agenda that approved it."""
        agenda = await self.rooted(CommonAgenda, initiative_id)
        decision = await self.decision(command.decision_id, initiative_id)
        made = decision.require_decided("agenda")
        agenda.adopt(decision_id=decision.id, approved=made.draft)
        return await self.repository.save(by, agenda)

    async def revise_agenda(
        self, initiative_id: UUID, *, command: ReviseAgenda, by: Act
    ) -> Receipt:
        """Make the changed draft the next version, by another decision that approved it."""
        agenda = await self.rooted(CommonAgenda, initiative_id)
        decision = await self.decision(command.decision_id, initiative_id)
        made = decision.require_decided("agenda")
        agenda.revise(decision_id=decision.id, approved=made.draft)
        return await self.repository.save(by, agenda)

    async def endorse_agenda(
        self, initiative_id: UUID, *, command: EndorseAgenda, by: Act
    ) -> Receipt:
        """An active partner stands behind the adopted version."""
        agenda = await self.rooted(CommonAgenda, initiative_id)
        partnership = await self.peek(Partnership, initiative_id)
        partnership.require_active(command.partner_id)
        agenda.endorse(partner_id=command.partner_id)
        return await self.repository.save(by, agenda)
