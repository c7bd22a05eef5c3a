"""Working groups: partners of several sectors at work on one outcome."""

from __future__ import annotations

from typing import Literal, Self
from uuid import UUID

from fastapi import APIRouter

from infra.web import Commands, Reads, View
from services.activities.application.working_groups import WorkingGroups
from services.activities.domain import WorkingGroup
from services.activities.domain.grouping import Member

router = APIRouter(tags=["working groups"])
commands = Commands(router, "activities")
reads = Reads(router)

ONE = "/v1/working-groups/{group_id}"


class WorkingGroupView(View):
    id: UUID
    version: int
    initiative_id: UUID
    name: str
    outcome_id: UUID
    charter: str
    members: list[Member]
    co_chairs: list[UUID]
    meetings: int
    state: Literal["formed", "disbanded"]

    @classmethod
    def of(cls, group: WorkingGroup) -> Self:
        return cls.showing(
            group, members=[Member(organisation=o, sector=s) for o, s in group.sectors.items()]
        )


commands.post(
    "/v1/initiatives/{initiative_id}/working-groups",
    WorkingGroups.form_working_group,
    WorkingGroupView,
    location="/v1/working-groups/{id}",
)
commands.post(f"{ONE}/co-chairs", WorkingGroups.appoint_co_chair, WorkingGroupView)
commands.post(f"{ONE}/members", WorkingGroups.join_working_group, WorkingGroupView)
commands.post(f"{ONE}/departures", WorkingGroups.leave_working_group, WorkingGroupView)
commands.post(f"{ONE}/meetings", WorkingGroups.hold_group_meeting, WorkingGroupView)
commands.post(f"{ONE}/disbandments", WorkingGroups.disband_working_group, WorkingGroupView)
reads.one("/v1/working-groups/{id}", WorkingGroup, WorkingGroupView)
