"""/v1/initiatives/{initiative_id}/common-agenda"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from infra.web import Commands, Each, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import CommonAgenda
from services.agenda.domain.agreeing import Outcome


class VersionView(View):
    agenda_version: int
    decision_id: UUID
    problem: str
    vision: str
    principles: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    endorsed_by: list[UUID]


class CommonAgendaView(View):
    id: UUID
    version: int
    initiative_id: UUID
    agenda_version: int
    draft_sha256: str = Field(description="What a proposal of class agenda takes along.")
    problem: str | None
    vision: str | None
    principles: tuple[str, ...]
    outcomes: Each[Outcome]
    retired: Each[Outcome]
    versions: list[VersionView]

    @classmethod
    def of(cls, agenda: CommonAgenda) -> Self:
        return cls.showing(
            agenda,
            versions=[
                VersionView(
                    agenda_version=one.agenda_version,
                    decision_id=one.decision_id,
                    problem=one.problem,
                    vision=one.vision,
                    principles=one.principles,
                    outcomes=one.outcomes,
                    endorsed_by=agenda.endorsed_by(one.agenda_version),
                )
                for one in agenda.versions
            ],
        )


router = APIRouter(tags=["common agenda"])
AGENDA = "/v1/initiatives/{initiative_id}/common-agenda"
OUTCOME = f"{AGENDA}/outcomes/{{outcome_id}}"
commands = Commands(router, "agenda")
Reads(router).one(
    "/v1/initiatives/{id}/common-agenda",
    CommonAgenda,
    CommonAgendaView,
    id_of=CommonAgenda.id_of,
)
commands.post(f"{AGENDA}/problem-statements", Agenda.state_problem, CommonAgendaView)
commands.post(f"{AGENDA}/visions", Agenda.state_vision, CommonAgendaView)
commands.post(f"{AGENDA}/outcomes", Agenda.define_outcome, CommonAgendaView)
commands.post(f"{OUTCOME}/rewordings", Agenda.reword_outcome, CommonAgendaView, edits=True)
commands.post(f"{OUTCOME}/retirements", Agenda.retire_outcome, CommonAgendaView)
commands.post(f"{AGENDA}/adoptions", Agenda.adopt_agenda, CommonAgendaView)
commands.post(f"{AGENDA}/revisions", Agenda.revise_agenda, CommonAgendaView, edits=True)
commands.post(f"{AGENDA}/endorsements", Agenda.endorse_agenda, CommonAgendaView)
