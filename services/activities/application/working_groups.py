"""Use cases of working groups, and what can be asked of them."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, RuleForbids, Text, Title
from infra.kernel.provenance import Code
from services.activities.application.use_cases import UseCases
from services.activities.domain import WorkingGroup
from services.activities.domain.grouping import Actions, Attendances, Member, Members


class SectorIsAnother(RuleForbids):
    """The partner {organisation} did not join for the sector {sector}; name the sector that it
    joined for."""


def in_sector(sector: str) -> str:
    """The kind of reference that holds the partners of one sector."""
    return f"partner of sector {sector}"


class FormWorkingGroup(Command):
    name: Title
    outcome_id: UUID = Field(description="The live outcome that it works on.")
    charter: Text = Field(description="What it is for, and how it works.")
    members: Members = Field(description="Partners of at least two sectors.")


class AppointCoChair(Command):
    """Two chairs of one sector need a reason."""

    organisation: UUID


class JoinWorkingGroup(Command):
    organisation: UUID
    sector: Code = Field(description="A code of agenda's /v1/code-lists/sectors.")


class LeaveWorkingGroup(Command):
    organisation: UUID


class HoldGroupMeeting(Command):
    attendance: Attendances
    actions: Actions = ()


class DisbandWorkingGroup(Command):
    """Needs a reason."""

    learnt: Text | None = None


class WorkingGroups(UseCases):
    async def form_working_group(
        self, initiative_id: UUID, *, command: FormWorkingGroup, by: Act
    ) -> Receipt:
        """Partners of at least two sectors work on one outcome together."""
        await self._live(initiative_id)
        await self._require("outcome", initiative_id, command.outcome_id)
        await self._join(initiative_id, *command.members)
        group = WorkingGroup.form(
            initiative_id=initiative_id,
            name=command.name,
            outcome_id=command.outcome_id,
            charter=command.charter,
            members=command.members,
        )
        return await self.repository.save(by, group)

    async def appoint_co_chair(
        self, group_id: UUID, *, command: AppointCoChair, by: Act
    ) -> Receipt:
        """A member chairs it; co-chairs come from different sectors, unless there is a reason."""
        group = await self.repository.get(WorkingGroup, group_id)
        await self._require("partner", group.initiative_id, command.organisation)
        group.appoint(command.organisation, with_reason=command.reason is not None)
        return await self.repository.save(by, group)

    async def join_working_group(
        self, group_id: UUID, *, command: JoinWorkingGroup, by: Act
    ) -> Receipt:
        """Another partner comes in, speaking for its sector."""
        group = await self.repository.get(WorkingGroup, group_id)
        member = Member(organisation=command.organisation, sector=command.sector)
        await self._join(group.initiative_id, member)
        group.join(member)
        return await self.repository.save(by, group)

    async def leave_working_group(
        self, group_id: UUID, *, command: LeaveWorkingGroup, by: Act
    ) -> Receipt:
        """A partner goes; at least two sectors stay."""
        group = await self.repository.get(WorkingGroup, group_id)
        group.leave(command.organisation)
        return await self.repository.save(by, group)

    async def hold_group_meeting(
        self, group_id: UUID, *, command: HoldGroupMeeting, by: Act
    ) -> Receipt:
        """It met: how many came from which sector, and who took on what."""
        group = await self.repository.get(WorkingGroup, group_id)
        group.meet(attendance=command.attendance, actions=command.actions)
        return await self.repository.save(by, group)

    async def disband_working_group(
        self, group_id: UUID, *, command: DisbandWorkingGroup, by: Act
    ) -> Receipt:
        """Its work is over. Takes a reason."""
        command.require_reason()
        group = await self.repository.get(WorkingGroup, group_id)
        group.disband(learnt=command.learnt)
        return await self.repository.save(by, group)

    async def _join(self, initiative_id: UUID, *members: Member) -> None:
        """Pass if they are partners, and of the sectors for which they are to speak."""
        await self._require("partner", initiative_id, *(member.organisation for member in members))
        for member in members:
            theirs = await self.references.standing(in_sector(member.sector), initiative_id)
            if member.organisation not in theirs:
                raise SectorIsAnother(organisation=member.organisation, sector=member.sector)
