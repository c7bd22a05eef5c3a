"""What is asked of the theory of change."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Text, Title, uuid7
from infra.kernel.provenance import Code
from services.agenda.application.desk import Desk, OfAnotherInitiative, said
from services.agenda.domain import CommonAgenda, LearningCycle, TheoryOfChange
from services.agenda.domain.cycling import FindingAgreed
from services.agenda.domain.theorising import Claimed, Found, Outcomes


class AddPathway(Command):
    title: Title
    text: Text
    outcomes: Outcomes = Field(description="Outcomes of the common agenda.")


class StateHypothesis(Command):
    label: Code = Field(examples=["H1"])
    pathway_id: UUID | None = None
    outcomes: Outcomes = Field(description="Outcomes of the common agenda.")
    claim: Claimed


class ChallengeAssumption(Command):
    text: Text = Field(description="Which assumption is doubted, and why.")
    found: Found = Field(description="A finding about this hypothesis.")


class SupportHypothesis(Command):
    found: Found = Field(description="A finding whose verdict supports this hypothesis.")


class RefuteHypothesis(Command):
    found: Found = Field(description="A finding whose verdict refutes this hypothesis.")


class ReviseHypothesis(Command):
    label: Code = Field(examples=["H1b"])
    outcomes: Outcomes = Field(description="Outcomes of the common agenda.")
    claim: Claimed
    found: Found = Field(description="A finding about this hypothesis.")
    adaptation_id: UUID | None = Field(None, description="What a learning cycle decided, if so.")


class PublishTheory(Command):
    pass


class Theories(Desk):
    async def add_pathway(self, initiative_id: UUID, *, command: AddPathway, by: Act) -> Receipt:
        """Say by which way the outcomes are to be reached."""
        theory = await self._linked(initiative_id, command.outcomes)
        theory.add_pathway(pathway_id=uuid7(), **said(command))
        return await self.repository.save(by, theory)

    async def state_hypothesis(
        self, initiative_id: UUID, *, command: StateHypothesis, by: Act
    ) -> Receipt:
        """If, then, because; and the observation that would refute it."""
        theory = await self._linked(initiative_id, command.outcomes)
        theory.state(hypothesis_id=uuid7(), **said(command))
        return await self.repository.save(by, theory)

    async def challenge_assumption(
        self, initiative_id: UUID, hypothesis_id: UUID, *, command: ChallengeAssumption, by: Act
    ) -> Receipt:
        """Doubt an assumption of a hypothesis, because of a finding."""
        theory = await self.rooted(TheoryOfChange, initiative_id)
        theory.challenge(
            hypothesis_id=hypothesis_id,
            text=command.text,
            cycle_id=command.found.cycle_id,
            finding=await self._finding(command.found, initiative_id),
        )
        return await self.repository.save(by, theory)

    async def support_hypothesis(
        self, initiative_id: UUID, hypothesis_id: UUID, *, command: SupportHypothesis, by: Act
    ) -> Receipt:
        """Call a hypothesis supported, by a finding that says so."""
        theory = await self.rooted(TheoryOfChange, initiative_id)
        theory.support(
            hypothesis_id=hypothesis_id,
            cycle_id=command.found.cycle_id,
            finding=await self._finding(command.found, initiative_id),
        )
        return await self.repository.save(by, theory)

    async def refute_hypothesis(
        self, initiative_id: UUID, hypothesis_id: UUID, *, command: RefuteHypothesis, by: Act
    ) -> Receipt:
        """Call a hypothesis refuted, by a finding that says so."""
        theory = await self.rooted(TheoryOfChange, initiative_id)
        theory.refute(
            hypothesis_id=hypothesis_id,
            cycle_id=command.found.cycle_id,
            finding=await self._finding(command.found, initiative_id),
        )
        return await self.repository.save(by, theory)

    async def revise_hypothesis(
        self, initiative_id: UUID, hypothesis_id: UUID, *, command: ReviseHypothesis, by: Act
    ) -> Receipt:
        """Claim something else under the same hypothesis, because of a finding."""
        theory = await self._linked(initiative_id, command.outcomes)
        if command.adaptation_id is not None:
            await self._adapts(command.found.cycle_id, command.adaptation_id)
        theory.revise(
            hypothesis_id=hypothesis_id,
            label=command.label,
            outcomes=command.outcomes,
            claim=command.claim,
            cycle_id=command.found.cycle_id,
            finding=await self._finding(command.found, initiative_id),
            adaptation_id=command.adaptation_id,
        )
        return await self.repository.save(by, theory)

    async def publish_theory(
        self, initiative_id: UUID, *, command: PublishTheory, by: Act
    ) -> Receipt:
        """Make what is claimed now the next version."""
        theory = await self.rooted(TheoryOfChange, initiative_id)
        theory.publish()
        return await self.repository.save(by, theory)

    async def _linked(self, initiative_id: UUID, outcomes: Outcomes) -> TheoryOfChange:
        """The theory, if the common agenda has these outcomes."""
        theory = await self.rooted(TheoryOfChange, initiative_id)
        agenda = await self.peek(CommonAgenda, initiative_id)
        agenda.require_outcomes(*outcomes)
        return theory

    async def _adapts(self, cycle_id: UUID, adaptation_id: UUID) -> None:
        """Pass if that cycle decided so."""
        cycle = await self.repository.get(LearningCycle, cycle_id)
        cycle.require_adaptation(adaptation_id)

    async def _finding(self, found: Found, initiative_id: UUID) -> FindingAgreed:
        cycle = await self.repository.get(LearningCycle, found.cycle_id)
        if cycle.initiative_id != initiative_id:
            raise OfAnotherInitiative(kind="cycle", id=cycle.id, initiative=initiative_id)
        return cycle.require_finding(found.finding_id)
