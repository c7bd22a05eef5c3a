"""What is asked of an initiative."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Text, Title
from infra.kernel.provenance import Code, Reference
from services.agenda.application.desk import Desk, require_reason, said
from services.agenda.domain import Initiative
from services.agenda.domain.initiative import Places
from services.agenda.domain.judgement import Asides, Criteria
from services.agenda.domain.phases import Location
from services.agenda.domain.values import Cohort


class RegisterInitiative(Command):
    name: Title
    places: Places
    cohort: Cohort | None = None
    origin: Text | None = Field(None, description="How it came to be.")


class DefineCohort(Command):
    cohort: Cohort


class ChangePlace(Command):
    places: Places


class LocatePhase(Command):
    framework: Code = "change-cycle"
    framework_version: Annotated[int, Field(ge=1, le=1_000)] = 1
    locations: Annotated[tuple[Location, ...], Field(min_length=1, max_length=25)]
    assessed_by: Reference | None = Field(None, description="Default: the caller.")


class PauseInitiative(Command):
    pass


class ResumeInitiative(Command):
    pass


class CloseInitiative(Command):
    pass


class JudgeAppropriateness(Command):
    appropriate: bool
    criteria: Criteria
    stood_aside: Asides = ()
    assessment_id: UUID | None = None
    overridden_by: UUID | None = Field(
        None, description="A decision of class approach that goes on against the criteria."
    )


class Initiatives(Desk):
    async def register_initiative(self, *, command: RegisterInitiative, by: Act) -> Receipt:
        """Register a Collective Impact effort in a place, and for whom it is, if that is known."""
        initiative = Initiative.register(
            name=command.name, places=command.places, origin=command.origin
        )
        if command.cohort is not None:
            initiative.define_cohort(cohort=command.cohort)
        return await self.repository.save(by, initiative)

    async def define_cohort(
        self, initiative_id: UUID, *, command: DefineCohort, by: Act
    ) -> Receipt:
        """Say for whom the initiative works: a description, never a list of persons."""
        initiative = await self.repository.get(Initiative, initiative_id)
        initiative.define_cohort(**said(command))
        return await self.repository.save(by, initiative)

    async def change_place(self, initiative_id: UUID, *, command: ChangePlace, by: Act) -> Receipt:
        """Name the whole area anew: at least one place, each with scheme, edition and code."""
        initiative = await self.repository.get(Initiative, initiative_id)
        initiative.change_place(**said(command))
        return await self.repository.save(by, initiative)

    async def locate_phase(self, initiative_id: UUID, *, command: LocatePhase, by: Act) -> Receipt:
        """Say in which phase each element stands, forwards or backwards, and what was seen."""
        initiative = await self.repository.get(Initiative, initiative_id)
        where = said(command) | {"assessed_by": command.assessed_by or by.provenance.actor}
        initiative.locate(**where)
        return await self.repository.save(by, initiative)

    async def pause_initiative(
        self, initiative_id: UUID, *, command: PauseInitiative, by: Act
    ) -> Receipt:
        """Begin nothing new until it is resumed. Needs a reason."""
        require_reason(command)
        initiative = await self.repository.get(Initiative, initiative_id)
        initiative.pause()
        return await self.repository.save(by, initiative)

    async def resume_initiative(
        self, initiative_id: UUID, *, command: ResumeInitiative, by: Act
    ) -> Receipt:
        """Go on after a pause. Needs a reason."""
        require_reason(command)
        initiative = await self.repository.get(Initiative, initiative_id)
        initiative.resume()
        return await self.repository.save(by, initiative)

    async def close_initiative(
        self, initiative_id: UUID, *, command: CloseInitiative, by: Act
    ) -> Receipt:
        """End the initiative; nothing more is done in it then. Needs a reason."""
        require_reason(command)
        initiative = await self.repository.get(Initiative, initiative_id)
        initiative.close()
        return await self.repository.save(by, initiative)

    async def judge_appropriateness(
        self, initiative_id: UUID, *, command: JudgeAppropriateness, by: Act
    ) -> Receipt:
        """Judge whether Collective Impact is the right approach; if not, this closes it.

        Inappropriate needs a reason. A decision of class approach may override the criteria.
        """
        initiative = await self.repository.get(Initiative, initiative_id)
        if not command.appropriate or command.overridden_by is not None:
            require_reason(command)
        if command.overridden_by is not None:
            decision = await self.decision(command.overridden_by, initiative_id)
            decision.require_decided("approach")
        initiative.judge(**said(command))
        return await self.repository.save(by, initiative)
