"""What happens to a working group, from its forming to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.kernel import Created, Day, Event, Text, Title
from infra.kernel.provenance import Code

if TYPE_CHECKING:
    from services.activities.domain.working_group import WorkingGroup


class Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Member(Value):
    """A partner in the group, and the sector that it speaks for."""

    organisation: UUID
    sector: Code = Field(description="A code of agenda's /v1/code-lists/sectors.")


class Attendance(Value):
    """How many people of one sector came; never who."""

    sector: Code
    people: Annotated[int, Field(ge=1, le=10_000)]


class Action(Value):
    """What somebody took on at a meeting."""

    what: Text
    organisation: UUID | None = None
    due: Day | None = None


Members = Annotated[tuple[Member, ...], Field(max_length=100)]
Attendances = Annotated[tuple[Attendance, ...], Field(min_length=1, max_length=50)]
Actions = Annotated[tuple[Action, ...], Field(max_length=100)]


class WorkingGroupFormed(Created):
    TOPIC: ClassVar[str] = "activities.working-group-formed"

    initiative_id: UUID
    name: Title
    outcome_id: UUID
    charter: Text
    """What the group is for, and how it works."""
    members: Members


class CoChairAppointed(Event):
    TOPIC: ClassVar[str] = "activities.co-chair-appointed"

    organisation: UUID
    sector: Code

    def apply(self, aggregate: WorkingGroup) -> None:
        aggregate.co_chairs = (*aggregate.co_chairs, self.organisation)


class MemberJoinedGroup(Event):
    TOPIC: ClassVar[str] = "activities.member-joined-group"

    organisation: UUID
    sector: Code

    def apply(self, aggregate: WorkingGroup) -> None:
        aggregate.sectors[self.organisation] = self.sector


class MemberLeftGroup(Event):
    TOPIC: ClassVar[str] = "activities.member-left-group"

    organisation: UUID

    def apply(self, aggregate: WorkingGroup) -> None:
        del aggregate.sectors[self.organisation]
        aggregate.co_chairs = tuple(c for c in aggregate.co_chairs if c != self.organisation)


class GroupMet(Event):
    TOPIC: ClassVar[str] = "activities.group-met"

    attendance: Attendances
    actions: Actions

    def apply(self, aggregate: WorkingGroup) -> None:
        aggregate.meetings += 1


class WorkingGroupDisbanded(Event):
    TOPIC: ClassVar[str] = "activities.working-group-disbanded"

    learnt: Text | None

    def apply(self, aggregate: WorkingGroup) -> None:
        aggregate.state = "disbanded"
