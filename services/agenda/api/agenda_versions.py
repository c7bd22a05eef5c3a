"""/v1/initiatives/{id}/common-agenda/versions: what each says otherwise than the one before."""

from __future__ import annotations

from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field
from starlette.requests import Request

from infra.kernel import Instant
from infra.web.auth import READERS, allow, authenticate
from infra.web.commands import PROBLEMS
from services.agenda.domain import CommonAgenda
from services.agenda.domain.agreeing import Outcome
from services.agenda.domain.differences import About, Words, differences

FIRST, LAST = 0, 2**31 - 1
Number = Annotated[int, Path(ge=1, le=LAST, description="A version of the common agenda.")]
Against = Annotated[
    int | None,
    Query(
        ge=FIRST,
        le=LAST,
        description="The version to compare with; 0 is nothing. Default: the one before.",
    ),
]
ASKED: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (401, 403, 404, 422, 429, 503)
}


class DifferenceView(BaseModel):
    about: About
    change: str = Field(examples=["reworded"], description="added, removed or reworded")
    outcome_id: UUID | None
    title: str | None
    readable: str = Field(examples=["They [-return to school.-] {+re-engage in learning.+}"])
    words: tuple[Words, ...]


class AgendaVersionView(BaseModel):
    initiative_id: UUID
    agenda_version: int
    adopted_at: Instant
    decision_id: UUID = Field(description="The decision that approved this wording.")
    endorsed_by: list[UUID] = Field(description="Ids of partners.")
    problem: str
    vision: str
    principles: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    against: int
    differences: list[DifferenceView]

    @classmethod
    def of(cls, agenda: CommonAgenda, number: int, against: int) -> Self:
        later = agenda.at_version(number)
        earlier = agenda.at_version(against) if against else None
        return cls(
            initiative_id=agenda.initiative_id,
            agenda_version=number,
            adopted_at=later.timestamp,
            decision_id=later.decision_id,
            endorsed_by=agenda.endorsed_by(number),
            problem=later.problem,
            vision=later.vision,
            principles=later.principles,
            outcomes=later.outcomes,
            against=against,
            differences=[
                DifferenceView(**dict(found), readable=found.readable)
                for found in differences(earlier, later)
            ],
        )


router = APIRouter(tags=["common agenda"])


@router.get(
    "/v1/initiatives/{id}/common-agenda/versions/{agenda_version}",
    responses=ASKED,
    response_model_exclude_none=True,
)
async def read_agenda_version(
    request: Request, id: UUID, agenda_version: Number, against: Against = None
) -> AgendaVersionView:
    """A version as it was adopted: by which decision, endorsed by whom, and what it changed.

    The differences are told word by word; `readable` says each on one line, with what went in
    `[-…-]` and what came in `{+…+}`.
    """
    allow(authenticate(request), READERS)
    agenda = await request.app.state.repository.get(CommonAgenda, CommonAgenda.id_of(id))
    before = agenda_version - 1 if against is None else against
    return AgendaVersionView.of(agenda, agenda_version, before)
