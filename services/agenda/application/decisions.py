"""What is asked when a proposal is decided, and of a decision afterwards."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Day, Text, Title
from infra.kernel.provenance import Code
from services.agenda.application.desk import require_reason, said
from services.agenda.application.proposals import Proposals
from services.agenda.application.rolls import roll_of
from services.agenda.domain import GovernanceCharter, Partnership
from services.agenda.domain.attendance import Present
from services.agenda.domain.values import Cited, Dissent


class CallDecision(Command):
    attendees: Annotated[tuple[Present, ...], Field(min_length=1, max_length=200)]
    result: Text
    option: Code | None = Field(None, description="The key of the option that was chosen.")
    dissent: Annotated[tuple[Dissent, ...], Field(max_length=50)] = ()


class DeferDecision(Command):
    text: Text = Field(description="Why it cannot be decided yet.")
    until: Day | None = None


class ReverseDecision(Command):
    reversed_by: UUID = Field(description="The later decision, whose proposal says it reverses.")


class FlagEvidence(Command):
    cause: Cited = Field(description="The line or thing that took the evidence's place.")
    was: Title | None = Field(None, examples=["61.3 %"])
    now: Title | None = Field(None, examples=["57.1 %"])
    note: Text | None = None


class Decisions(Proposals):
    async def call_decision(self, proposal_id: UUID, *, command: CallDecision, by: Act) -> Receipt:
        """Decide by the charter in force: quorum, sectors, lived experience, conflicts, objections.

        The decision keeps the rule and its version, who was there and in which sector, what became
        of each objection, the dissent, and the evidence as it was known. It is never edited.
        """
        proposal = await self.proposal(proposal_id)
        await self.running(proposal.initiative_id)
        at = self.when(by)
        charter = await self.peek(GovernanceCharter, proposal.initiative_id)
        partnership = await self.peek(Partnership, proposal.initiative_id)
        proposal.call(
            present=command.attendees,
            result=command.result,
            option=command.option,
            dissent=command.dissent,
            rule=charter.in_force().rule(proposal.decision_class),
            charter_version=charter.charter_version,
            roll=roll_of(charter, partnership, at.date()),
            delegate=charter.delegate(proposal.decision_class, at.date()),
            at=at,
        )
        return await self.repository.save(by, proposal)

    async def defer_decision(
        self, proposal_id: UUID, *, command: DeferDecision, by: Act
    ) -> Receipt:
        """Leave the proposal open for another day, and say why."""
        proposal = await self.proposal(proposal_id)
        proposal.defer(**said(command))
        return await self.repository.save(by, proposal)

    async def reverse_decision(
        self, proposal_id: UUID, *, command: ReverseDecision, by: Act
    ) -> Receipt:
        """Record that a later decision of the same class reverses this one. Needs a reason."""
        require_reason(command)
        proposal = await self.proposal(proposal_id)
        later = await self.decision(command.reversed_by, proposal.initiative_id)
        proposal.reverse(later=later)
        return await self.repository.save(by, proposal)

    async def flag_evidence(self, proposal_id: UUID, *, command: FlagEvidence, by: Act) -> Receipt:
        """Record that what the decision stood on has changed since; once per cause."""
        proposal = await self.proposal(proposal_id)
        proposal.flag_evidence(**said(command))
        return await self.repository.save(by, proposal)
