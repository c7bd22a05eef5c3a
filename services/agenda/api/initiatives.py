"""/v1/initiatives"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter

from infra.web import Commands, Each, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import Initiative
from services.agenda.domain.initiative import ApproachJudgedAppropriate, Status
from services.agenda.domain.judgement import Aside, Criterion
from services.agenda.domain.values import Cohort, Place


class PhaseView(View):
    framework: str
    framework_version: int
    element: str
    phase: str
    basis: str
    assessed_by: str


class JudgementView(View):
    appropriate: bool
    criteria: tuple[Criterion, ...]
    stood_aside: tuple[Aside, ...]
    assessment_id: UUID | None
    overridden_by: UUID | None


class InitiativeView(View):
    id: UUID
    version: int
    name: str
    status: Status
    places: tuple[Place, ...]
    cohort: Cohort | None
    origin: str | None
    phases: Each[PhaseView]
    judgement: JudgementView | None

    @classmethod
    def of(cls, initiative: Initiative) -> Self:
        return cls.showing(initiative, judgement=_judgement(initiative))


def _judgement(initiative: Initiative) -> JudgementView | None:
    judged = initiative.judgement
    if judged is None:
        return None
    return JudgementView(
        appropriate=isinstance(judged, ApproachJudgedAppropriate),
        criteria=judged.criteria,
        stood_aside=judged.stood_aside,
        assessment_id=judged.assessment_id,
        overridden_by=judged.overridden_by,
    )


router = APIRouter(tags=["initiatives"])
ONE = "/v1/initiatives/{initiative_id}"
commands = Commands(router, "agenda")
commands.post(
    "/v1/initiatives", Agenda.register_initiative, InitiativeView, location="/v1/initiatives/{id}"
)
Reads(router).one("/v1/initiatives/{id}", Initiative, InitiativeView)
commands.post(f"{ONE}/cohorts", Agenda.define_cohort, InitiativeView)
commands.post(f"{ONE}/places", Agenda.change_place, InitiativeView)
commands.post(f"{ONE}/phases", Agenda.locate_phase, InitiativeView)
commands.post(f"{ONE}/pauses", Agenda.pause_initiative, InitiativeView)
commands.post(f"{ONE}/resumptions", Agenda.resume_initiative, InitiativeView)
commands.post(f"{ONE}/closures", Agenda.close_initiative, InitiativeView)
commands.post(f"{ONE}/appropriateness-judgements", Agenda.judge_appropriateness, InitiativeView)
