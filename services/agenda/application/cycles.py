"""What is asked of a learning cycle."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Day, NotKnownHere, Text, Title, uuid7
from infra.kernel.provenance import Code
from services.agenda.application.desk import Desk, require_reason, said
from services.agenda.domain import LearningCycle
from services.agenda.domain.cycling import Changes, Dissents, Questions, Verdict
from services.agenda.domain.values import Citations, Cited

FRAMEWORK, PLAN = "adopted measurement framework", "adopted plan of action"
PLANNED = "adopted plan of action of cycle"
"""What is heard of the other services, by kind of reference."""


class MeasuresNotReady(NotKnownHere):
    """No adopted measurement framework of initiative {initiative} is known here yet. Adopt one, or
    repeat the request in a moment if it was adopted just now."""


class OpenCycle(Command):
    number: Annotated[int, Field(ge=1, le=10_000, description="Its number in the initiative.")]
    title: Title
    questions: Questions
    review_on: Day


class ApprovePlan(Command):
    plan_id: UUID | None = Field(None, description="The plan of action, in the activities service.")
    decision_id: UUID | None = Field(None, description="A decision of class strategy.")
    note: Text | None = None


class StartDoing(Command):
    pass


class OpenReview(Command):
    pass


class TriggerReview(Command):
    cause: Text
    cites: Citations | None = None


class FreezeEvidence(Command):
    title: Title
    cites: Citations = Field(
        description="Lines only: each with its `sequence` and the `sha256` of its bytes."
    )


class AgreeFinding(Command):
    text: Text
    hypothesis_id: UUID | None = None
    verdict: Verdict | None = None
    packs: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()
    dissent: Dissents = ()


class DecideAdaptation(Command):
    decision_id: UUID = Field(description="A standing decision of class adaptation.")
    kind: Code = Field(description="A code of /v1/code-lists/adaptation-kinds.")
    text: Text
    changes: Changes = ()


class ConfirmAdaptation(Command):
    done: Annotated[tuple[Cited, ...], Field(max_length=50)] = ()
    note: Text | None = None


class DropAdaptation(Command):
    pass


class CloseCycle(Command):
    learnt: Text


class Cycles(Desk):
    async def open_cycle(self, initiative_id: UUID, *, command: OpenCycle, by: Act) -> Receipt:
        """Begin a round of plan, do, review, improve, with its questions and its review date."""
        await self.running(initiative_id)
        cycle = LearningCycle(initiative_id=initiative_id, **said(command))
        return await self.repository.save(by, cycle)

    async def approve_plan(self, cycle_id: UUID, *, command: ApprovePlan, by: Act) -> Receipt:
        """Approve what will be done; a decision, if one is named, is of class strategy.

        The measurement framework of the initiative and this cycle's plan of action have been
        adopted before, as far as is known here.
        """
        cycle = await self.cycle(cycle_id)
        await self._ready(cycle, command.plan_id)
        if command.decision_id is not None:
            decision = await self.decision(command.decision_id, cycle.initiative_id)
            decision.require_decided("strategy")
        cycle.approve_plan(**said(command))
        return await self.repository.save(by, cycle)

    async def start_doing(self, cycle_id: UUID, *, command: StartDoing, by: Act) -> Receipt:
        """Go from planning to doing; the plan must be approved."""
        cycle = await self.cycle(cycle_id)
        cycle.start_doing()
        return await self.repository.save(by, cycle)

    async def open_review(self, cycle_id: UUID, *, command: OpenReview, by: Act) -> Receipt:
        """Go from doing to the review, on its date or after."""
        cycle = await self.cycle(cycle_id)
        cycle.open_review(at=self.when(by))
        return await self.repository.save(by, cycle)

    async def trigger_review(self, cycle_id: UUID, *, command: TriggerReview, by: Act) -> Receipt:
        """Bring the cycle to its review early, or back to it, and say because of what."""
        cycle = await self.cycle(cycle_id)
        cycle.trigger_review(**said(command))
        return await self.repository.save(by, cycle)

    async def freeze_evidence(self, cycle_id: UUID, *, command: FreezeEvidence, by: Act) -> Receipt:
        """Fix what the review looks at: lines by place and digest, how far was known, a hash."""
        cycle = await self.cycle(cycle_id)
        cycle.freeze(pack_id=uuid7(), **said(command))
        return await self.repository.save(by, cycle)

    async def agree_finding(self, cycle_id: UUID, *, command: AgreeFinding, by: Act) -> Receipt:
        """Say what the review found, on which evidence, and who does not agree."""
        cycle = await self.cycle(cycle_id)
        cycle.agree_finding(finding_id=uuid7(), **said(command))
        return await self.repository.save(by, cycle)

    async def decide_adaptation(
        self, cycle_id: UUID, *, command: DecideAdaptation, by: Act
    ) -> Receipt:
        """Say what changes after the review, by a decision of class adaptation."""
        cycle = await self.cycle(cycle_id)
        decision = await self.decision(command.decision_id, cycle.initiative_id)
        decision.require_decided("adaptation")
        cycle.decide_adaptation(adaptation_id=uuid7(), **said(command))
        return await self.repository.save(by, cycle)

    async def confirm_adaptation(
        self, cycle_id: UUID, adaptation_id: UUID, *, command: ConfirmAdaptation, by: Act
    ) -> Receipt:
        """Say that an adaptation is enacted, and where that can be seen."""
        cycle = await self.cycle(cycle_id)
        cycle.confirm_adaptation(adaptation_id=adaptation_id, **said(command))
        return await self.repository.save(by, cycle)

    async def drop_adaptation(
        self, cycle_id: UUID, adaptation_id: UUID, *, command: DropAdaptation, by: Act
    ) -> Receipt:
        """Say that an adaptation will not be enacted. Needs a reason."""
        require_reason(command)
        cycle = await self.cycle(cycle_id)
        cycle.drop_adaptation(adaptation_id=adaptation_id)
        return await self.repository.save(by, cycle)

    async def close_cycle(self, cycle_id: UUID, *, command: CloseCycle, by: Act) -> Receipt:
        """End the round, when each of its adaptations is enacted or dropped."""
        cycle = await self.cycle(cycle_id)
        cycle.close(learnt=command.learnt)
        return await self.repository.save(by, cycle)

    async def _ready(self, cycle: LearningCycle, plan_id: UUID | None) -> None:
        """The gates of planning: measures, and a plan."""
        initiative = cycle.initiative_id
        if not await self.references.standing(FRAMEWORK, initiative):
            raise MeasuresNotReady(initiative=initiative)
        await self.references.require(PLANNED, cycle.id, initiative)
        if plan_id is not None:
            await self.references.require(PLAN, plan_id, initiative)

    async def cycle(self, cycle_id: UUID) -> LearningCycle:
        """The cycle, if anything may still be done in its initiative."""
        cycle = await self.repository.get(LearningCycle, cycle_id)
        await self.initiative(cycle.initiative_id)
        return cycle
