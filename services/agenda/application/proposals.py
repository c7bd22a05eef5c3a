"""What is asked of a proposal on its way to a decision."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Text, Title, uuid7
from infra.kernel.provenance import Code
from services.agenda.application.desk import require_reason, said
from services.agenda.application.rolls import Rolls
from services.agenda.domain import CommonAgenda, GovernanceCharter, Proposal
from services.agenda.domain.deciding import Concerned, Options
from services.agenda.domain.values import Citations


class RaiseProposal(Command):
    decision_class: Code = Field(description="A code of /v1/code-lists/decision-classes.")
    title: Title
    text: Text
    options: Options = ()
    concerns: Concerned = ()
    reverses: UUID | None = Field(None, description="The decision that this one would reverse.")
    cites: Citations | None = None


class AmendProposal(Command):
    text: Text
    options: Options = ()
    concerns: Concerned = ()
    cites: Citations | None = None


class RaiseObjection(Command):
    ground: Text
    paramount: bool = False


class IntegrateObjection(Command):
    how: Text


class WithdrawObjection(Command):
    pass


class StandAside(Command):
    text: Text


class DeclareConflict(Command):
    nature: Text


class LapseProposal(Command):
    pass


class Proposals(Rolls):
    async def raise_proposal(
        self, initiative_id: UUID, *, command: RaiseProposal, by: Act
    ) -> Receipt:
        """Put something to decision; the charter in force must have a rule for its class.

        A proposal of class agenda or charter takes along what the draft says now: a decision
        brings no other wording into force.
        """
        await self.running(initiative_id)
        charter = await self.peek(GovernanceCharter, initiative_id)
        charter.in_force().rule(command.decision_class)
        if command.reverses is not None:
            earlier = await self.decision(command.reverses, initiative_id)
            earlier.require_decided(command.decision_class)
        draft = await self._draft(command.decision_class, initiative_id)
        proposal = Proposal(initiative_id=initiative_id, draft=draft, **said(command))
        return await self.repository.save(by, proposal)

    async def amend_proposal(
        self, proposal_id: UUID, *, command: AmendProposal, by: Act
    ) -> Receipt:
        """Give the proposal a new wording; its options and citations are stated anew with it.

        One of class agenda or charter takes the draft along as it reads now.
        """
        proposal = await self.proposal(proposal_id)
        draft = await self._draft(proposal.decision_class, proposal.initiative_id)
        proposal.amend(draft=draft, **said(command))
        return await self.repository.save(by, proposal)

    async def raise_objection(
        self, proposal_id: UUID, *, command: RaiseObjection, by: Act
    ) -> Receipt:
        """Object for the caller's own organisation; a paramount objection stops consent."""
        proposal = await self.proposal(proposal_id)
        proposal.object(
            objection_id=uuid7(),
            organisation=by.provenance.party,
            roll=await self.roll(proposal.initiative_id, self.when(by).date()),
            **said(command),
        )
        return await self.repository.save(by, proposal)

    async def integrate_objection(
        self, proposal_id: UUID, objection_id: UUID, *, command: IntegrateObjection, by: Act
    ) -> Receipt:
        """The objecting organisation accepts that the amended wording meets its objection."""
        proposal = await self.proposal(proposal_id)
        proposal.integrate(
            objection_id=objection_id, how=command.how, organisation=by.provenance.party
        )
        return await self.repository.save(by, proposal)

    async def withdraw_objection(
        self, proposal_id: UUID, objection_id: UUID, *, command: WithdrawObjection, by: Act
    ) -> Receipt:
        """The objecting organisation takes its objection back."""
        proposal = await self.proposal(proposal_id)
        proposal.withdraw_objection(objection_id=objection_id, organisation=by.provenance.party)
        return await self.repository.save(by, proposal)

    async def stand_aside(self, proposal_id: UUID, *, command: StandAside, by: Act) -> Receipt:
        """The caller does not agree and does not stop it; both stay on record."""
        proposal = await self.proposal(proposal_id)
        proposal.stand_aside(
            person=by.provenance.actor,
            organisation=by.provenance.party,
            text=command.text,
            roll=await self.roll(proposal.initiative_id, self.when(by).date()),
        )
        return await self.repository.save(by, proposal)

    async def declare_conflict(
        self, proposal_id: UUID, *, command: DeclareConflict, by: Act
    ) -> Receipt:
        """The caller has a conflict of interest and will not count when this is decided."""
        proposal = await self.proposal(proposal_id)
        proposal.declare_conflict(
            person=by.provenance.actor,
            organisation=by.provenance.party,
            nature=command.nature,
        )
        return await self.repository.save(by, proposal)

    async def lapse_proposal(
        self, proposal_id: UUID, *, command: LapseProposal, by: Act
    ) -> Receipt:
        """Let a proposal go undecided. Needs a reason."""
        require_reason(command)
        proposal = await self.proposal(proposal_id)
        proposal.lapse()
        return await self.repository.save(by, proposal)

    async def proposal(self, proposal_id: UUID) -> Proposal:
        """The proposal, if anything may still be done in its initiative."""
        proposal = await self.repository.get(Proposal, proposal_id)
        await self.initiative(proposal.initiative_id)
        return proposal

    async def _draft(self, decision_class: str, initiative_id: UUID) -> str | None:
        """What a decision of this class would bring into force, by the digest of its wording."""
        if decision_class == "agenda":
            return (await self.peek(CommonAgenda, initiative_id)).draft_sha256
        if decision_class == "charter":
            return (await self.peek(GovernanceCharter, initiative_id)).draft_sha256
        return None
