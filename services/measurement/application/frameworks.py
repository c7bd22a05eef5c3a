"""Use cases of the measurement framework: which indicators show which outcome."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Day, NotFound, Text, Title
from services.measurement.application.use_cases import UseCases, said
from services.measurement.domain import Indicator, MeasurementFramework
from services.measurement.domain.framework import FrameworkOpenedAlready, Present
from services.measurement.domain.framework_facts import Gap


class OpenMeasurementFramework(Command):
    title: Title


class LinkIndicator(Command):
    outcome_id: UUID = Field(description="An outcome of the common agenda that is not retired.")
    indicator_id: UUID = Field(description="A defined indicator of this initiative.")


class UnlinkIndicator(Command):
    """Needs a reason."""

    outcome_id: UUID
    indicator_id: UUID


class FlagMeasurementGap(Command):
    outcome_id: UUID = Field(description="An outcome of the common agenda that is not retired.")
    gap: Text = Field(description="What cannot be shown of it yet.")
    plan: Text | None = Field(None, description="What will be done; adoption needs it.")
    by: Day | None = Field(None, description="The day by which the gap is to be closed.")


class AdoptMeasurementFramework(Command):
    decision_id: UUID | None = None


class ReviseMeasurementFramework(Command):
    """Needs a reason."""

    decision_id: UUID | None = None


class Frameworks(UseCases):
    async def open_measurement_framework(
        self, initiative_id: UUID, *, command: OpenMeasurementFramework, by: Act
    ) -> Receipt:
        """Begin the initiative's measurement framework; there is one."""
        await self.references.require("initiative", initiative_id, initiative_id)
        id = MeasurementFramework.create_id(initiative_id)
        if await self.repository.find(MeasurementFramework, id) is not None:
            raise FrameworkOpenedAlready
        return await self.repository.save(by, MeasurementFramework(initiative_id, command.title))

    async def link_indicator(
        self, initiative_id: UUID, *, command: LinkIndicator, by: Act
    ) -> Receipt:
        """Say that an indicator shows something of an outcome."""
        framework = await self._framework(initiative_id)
        indicator = await self._indicator(command.indicator_id, initiative_id)
        level = indicator.defined.level
        await self.references.require("outcome", command.outcome_id, initiative_id)
        framework.link(**said(command), level=level)
        return await self.repository.save(by, framework)

    async def unlink_indicator(
        self, initiative_id: UUID, *, command: UnlinkIndicator, by: Act
    ) -> Receipt:
        """Take a link back, with a reason; also from an outcome that was retired."""
        command.require_reason()
        framework = await self._framework(initiative_id)
        framework.unlink(**said(command))
        return await self.repository.save(by, framework)

    async def flag_measurement_gap(
        self, initiative_id: UUID, *, command: FlagMeasurementGap, by: Act
    ) -> Receipt:
        """Say what cannot be shown of an outcome yet, and what will be done about it."""
        framework = await self._framework(initiative_id)
        await self.references.require("outcome", command.outcome_id, initiative_id)
        gap = Gap(gap=command.gap, plan=command.plan, by=command.by)
        framework.flag_gap(outcome_id=command.outcome_id, gap=gap)
        return await self.repository.save(by, framework)

    async def adopt_measurement_framework(
        self, initiative_id: UUID, *, command: AdoptMeasurementFramework, by: Act
    ) -> Receipt:
        """Agree to measure by it. Each outcome that is not retired needs a population indicator
        that is not deprecated, or a gap that was flagged with a plan."""
        framework = await self._framework(initiative_id)
        present = await self._present(framework, command.decision_id)
        framework.adopt(present, decision_id=command.decision_id)
        return await self.repository.save(by, framework)

    async def revise_measurement_framework(
        self, initiative_id: UUID, *, command: ReviseMeasurementFramework, by: Act
    ) -> Receipt:
        """Agree to the next version of it, with a reason: what is linked and flagged now."""
        command.require_reason()
        framework = await self._framework(initiative_id)
        present = await self._present(framework, command.decision_id)
        framework.revise(present, decision_id=command.decision_id)
        return await self.repository.save(by, framework)

    async def _framework(self, initiative_id: UUID) -> MeasurementFramework:
        id = MeasurementFramework.create_id(initiative_id)
        framework = await self.repository.find(MeasurementFramework, id)
        if framework is None:
            raise NotFound(kind="measurement framework of initiative", id=initiative_id)
        return framework

    async def _present(self, framework: MeasurementFramework, decision_id: UUID | None) -> Present:
        initiative = framework.initiative_id
        if decision_id is not None:
            await self.references.require("decision", decision_id, initiative)
        linked = await self.repository.find_many(Indicator, sorted(framework.linked))
        return Present(
            outcomes=await self.references.standing("outcome", initiative),
            deprecated=[id for id, each in linked.items() if each.deprecated],
            population=[id for id, each in linked.items() if each.level == "population"],
        )
