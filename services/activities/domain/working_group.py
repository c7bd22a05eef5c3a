"""A working group: partners of several sectors who work on one outcome together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, RuleForbids, StateForbids
from services.activities.domain.grouping import (
    Actions,
    Attendances,
    CoChairAppointed,
    GroupMet,
    Member,
    MemberJoinedGroup,
    MemberLeftGroup,
    Members,
    WorkingGroupDisbanded,
    WorkingGroupFormed,
)

FEWEST_SECTORS = 2


class TooFewSectors(RuleForbids):
    """A working group has partners of at least two sectors; bring in one of another sector."""


class NamedTwice(RuleForbids):
    """{what} is named twice; name it once."""


class GroupIsDisbanded(StateForbids):
    """The working group {id} is disbanded; form a new one."""


class AlreadyInGroup(StateForbids):
    """The partner {organisation} is in the working group {id} already."""


class NotInGroup(StateForbids):
    """The partner {organisation} is not in the working group {id}; it has to join first."""


class AlreadyCoChair(StateForbids):
    """The partner {organisation} is a co-chair of the working group {id} already."""


class SectorChairsAlready(RuleForbids):
    """A partner of the sector {sector} is co-chair already; choose one of another sector, or give a
    reason for two of one."""


class LastOfItsSector(StateForbids):
    """Without the partner {organisation} the working group {id} would have fewer than two sectors;
    bring in another one first, or disband the group."""


class WorkingGroup(Aggregate):
    TOPIC = "activities.working-group"

    @event(WorkingGroupFormed)
    def __init__(
        self, initiative_id: UUID, name: str, outcome_id: UUID, charter: str, members: Members
    ) -> None:
        self.initiative_id = initiative_id
        self.name = name
        self.outcome_id = outcome_id
        self.charter = charter
        self.sectors = {member.organisation: member.sector for member in members}
        self.co_chairs: tuple[UUID, ...] = ()
        self.meetings = 0
        self.state: Literal["formed", "disbanded"] = "formed"

    @classmethod
    def form(
        cls, *, initiative_id: UUID, name: str, outcome_id: UUID, charter: str, members: Members
    ) -> WorkingGroup:
        _refuse_twice(str(member.organisation) for member in members)
        if len({member.sector for member in members}) < FEWEST_SECTORS:
            raise TooFewSectors
        return cls(
            initiative_id=initiative_id,
            name=name,
            outcome_id=outcome_id,
            charter=charter,
            members=members,
        )

    def appoint(self, organisation: UUID, *, with_reason: bool = False) -> None:
        """`with_reason`: whoever appoints says why two chairs are of one sector."""
        sector = self._member(organisation)
        if organisation in self.co_chairs:
            raise AlreadyCoChair(organisation=organisation, id=self.id)
        if not with_reason and sector in {self.sectors[chair] for chair in self.co_chairs}:
            raise SectorChairsAlready(sector=sector)
        self.trigger_event(CoChairAppointed, organisation=organisation, sector=sector)

    def join(self, member: Member) -> None:
        self._live()
        if member.organisation in self.sectors:
            raise AlreadyInGroup(organisation=member.organisation, id=self.id)
        self.trigger_event(
            MemberJoinedGroup, organisation=member.organisation, sector=member.sector
        )

    def leave(self, organisation: UUID) -> None:
        self._member(organisation)
        left = {sector for member, sector in self.sectors.items() if member != organisation}
        if len(left) < FEWEST_SECTORS:
            raise LastOfItsSector(organisation=organisation, id=self.id)
        self.trigger_event(MemberLeftGroup, organisation=organisation)

    def meet(self, *, attendance: Attendances, actions: Actions = ()) -> None:
        """People of sectors that have no member yet may be guests."""
        self._live()
        _refuse_twice(each.sector for each in attendance)
        for action in actions:
            if action.organisation is not None:
                self._member(action.organisation)
        self.trigger_event(GroupMet, attendance=attendance, actions=actions)

    def disband(self, *, learnt: str | None = None) -> None:
        self._live()
        self.trigger_event(WorkingGroupDisbanded, learnt=learnt)

    def _member(self, organisation: UUID) -> str:
        """The sector of a member."""
        self._live()
        if organisation not in self.sectors:
            raise NotInGroup(organisation=organisation, id=self.id)
        return self.sectors[organisation]

    def _live(self) -> None:
        if self.state == "disbanded":
            raise GroupIsDisbanded(id=self.id)


def _refuse_twice(names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise NamedTwice(what=name)
        seen.add(name)
