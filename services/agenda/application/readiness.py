"""What is asked of a readiness assessment."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Day, RuleForbids
from infra.kernel.provenance import Code, Reference
from services.agenda.application.desk import Desk, OfAnotherInitiative
from services.agenda.domain import ReadinessAssessment
from services.agenda.domain.assessing import Heads, Positions, Scores


class AnswersForAnother(RuleForbids):
    """{actor} cannot answer for {respondent}; each answers for oneself, or a backbone coordinator
    enters what was answered on paper."""


class OpenAssessment(Command):
    instrument: Code = Field("open-introduction", description="An instrument of /v1/instruments.")
    instrument_version: int = Field(1, ge=1, le=1_000)
    minimum_roles: Heads | None = Field(None, description="More than the instrument asks for.")
    minimum_sectors: Heads | None = Field(None, description="More than the instrument asks for.")
    reassesses: UUID | None = Field(None, description="The earlier assessment that this repeats.")


class SubmitResponse(Command):
    respondent: Reference | None = Field(
        None, description="Opaque. Default: the caller; a backbone coordinator may name another."
    )
    role: Code = Field(description="A code of /v1/code-lists/respondent-roles.")
    sector: Code = Field(description="A code of /v1/code-lists/sectors.")
    scores: Scores


class AgreePosition(Command):
    positions: Positions


class CompleteAssessment(Command):
    pass


class ScheduleReassessment(Command):
    due: Day


class Readiness(Desk):
    async def open_assessment(
        self, initiative_id: UUID, *, command: OpenAssessment, by: Act
    ) -> Receipt:
        """Ask how ready the group is, with one version of one instrument."""
        await self.running(initiative_id)
        if command.reassesses is not None:
            earlier = await self.repository.get(ReadinessAssessment, command.reassesses)
            if earlier.initiative_id != initiative_id:
                raise OfAnotherInitiative(
                    kind="assessment", id=earlier.id, initiative=initiative_id
                )
        assessment = ReadinessAssessment.open(
            initiative_id=initiative_id,
            instrument_name=command.instrument,
            instrument_version=command.instrument_version,
            minimum_roles=command.minimum_roles,
            minimum_sectors=command.minimum_sectors,
            reassesses=command.reassesses,
        )
        return await self.repository.save(by, assessment)

    async def submit_response(
        self, assessment_id: UUID, *, command: SubmitResponse, by: Act
    ) -> Receipt:
        """Answer in one's role; answering again puts the new answers in the place of the old."""
        assessment = await self.assessment(assessment_id)
        actor = by.provenance.actor
        respondent = command.respondent or actor
        if respondent != actor and by.provenance.role != "backbone-coordinator":
            raise AnswersForAnother(actor=actor, respondent=respondent)
        assessment.respond(
            respondent=respondent, role=command.role, sector=command.sector, scores=command.scores
        )
        return await self.repository.save(by, assessment)

    async def agree_position(
        self, assessment_id: UUID, *, command: AgreePosition, by: Act
    ) -> Receipt:
        """Say what the group holds together on some items; where its members differ is kept."""
        assessment = await self.assessment(assessment_id)
        assessment.agree(positions=command.positions)
        return await self.repository.save(by, assessment)

    async def complete_assessment(
        self, assessment_id: UUID, *, command: CompleteAssessment, by: Act
    ) -> Receipt:
        """End it, when every mandatory item is agreed and enough roles and sectors were heard."""
        assessment = await self.assessment(assessment_id)
        assessment.complete()
        return await self.repository.save(by, assessment)

    async def schedule_reassessment(
        self, assessment_id: UUID, *, command: ScheduleReassessment, by: Act
    ) -> Receipt:
        """Say on which day readiness is to be assessed again; a timer recalls it."""
        assessment = await self.assessment(assessment_id)
        assessment.schedule(due=command.due, today=self.when(by).date())
        return await self.repository.save(by, assessment)

    async def assessment(self, assessment_id: UUID) -> ReadinessAssessment:
        """The assessment, if anything may still be done in its initiative."""
        assessment = await self.repository.get(ReadinessAssessment, assessment_id)
        await self.initiative(assessment.initiative_id)
        return assessment
