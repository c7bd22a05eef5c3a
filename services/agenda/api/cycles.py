"""/v1/initiatives/{initiative_id}/cycles and /v1/cycles"""

from __future__ import annotations

from datetime import date
from typing import Self, TypeVar
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from infra.web import Commands, Reads
from services.agenda.application import Agenda
from services.agenda.domain import LearningCycle
from services.agenda.domain.cycling import Change, Phase
from services.agenda.domain.values import Citations, Dissent


class PlanView(BaseModel):
    plan_id: UUID | None
    decision_id: UUID | None
    note: str | None


class TriggerView(BaseModel):
    cause: str
    cites: Citations | None


class PackView(BaseModel):
    pack_id: UUID
    title: str
    cites: Citations
    content_sha256: str


class FindingView(BaseModel):
    finding_id: UUID
    text: str
    hypothesis_id: UUID | None
    verdict: str | None
    packs: tuple[UUID, ...]
    dissent: tuple[Dissent, ...]


class AdaptationView(BaseModel):
    adaptation_id: UUID
    decision_id: UUID
    kind: str
    text: str
    changes: tuple[Change, ...]
    state: str


class CycleView(BaseModel):
    id: UUID
    version: int
    initiative_id: UUID
    number: int
    title: str
    phase: Phase
    questions: tuple[str, ...]
    review_on: date
    plan: PlanView | None
    triggers: list[TriggerView]
    packs: list[PackView]
    findings: list[FindingView]
    adaptations: list[AdaptationView]
    learnt: str | None

    @classmethod
    def of(cls, cycle: LearningCycle) -> Self:
        return cls(
            id=cycle.id,
            version=cycle.version,
            initiative_id=cycle.initiative_id,
            number=cycle.number,
            title=cycle.title,
            phase=cycle.phase,
            questions=cycle.questions,
            review_on=cycle.review_on,
            plan=_of(PlanView, cycle.plan) if cycle.plan else None,
            triggers=[_of(TriggerView, one) for one in cycle.triggers],
            packs=[_of(PackView, one) for one in cycle.packs.values()],
            findings=[_of(FindingView, one) for one in cycle.findings.values()],
            adaptations=[AdaptationView(**vars(one)) for one in cycle.adaptations.values()],
            learnt=cycle.learnt,
        )


V = TypeVar("V", bound=BaseModel)


def _of(view: type[V], fact: BaseModel) -> V:
    return view(**{name: getattr(fact, name) for name in view.model_fields})


router = APIRouter(tags=["cycles"])
ONE = "/v1/cycles/{cycle_id}"
ADAPTATION = f"{ONE}/adaptations/{{adaptation_id}}"
commands = Commands(router, "agenda")
commands.post(
    "/v1/initiatives/{initiative_id}/cycles",
    Agenda.open_cycle,
    CycleView,
    location="/v1/cycles/{id}",
)
Reads(router).one("/v1/cycles/{id}", LearningCycle, CycleView)
commands.post(f"{ONE}/plan-approvals", Agenda.approve_plan, CycleView)
commands.post(f"{ONE}/starts", Agenda.start_doing, CycleView)
commands.post(f"{ONE}/reviews", Agenda.open_review, CycleView)
commands.post(f"{ONE}/triggers", Agenda.trigger_review, CycleView)
commands.post(f"{ONE}/evidence-packs", Agenda.freeze_evidence, CycleView)
commands.post(f"{ONE}/findings", Agenda.agree_finding, CycleView)
commands.post(f"{ONE}/adaptations", Agenda.decide_adaptation, CycleView)
commands.post(f"{ADAPTATION}/enactments", Agenda.confirm_adaptation, CycleView)
commands.post(f"{ADAPTATION}/droppings", Agenda.drop_adaptation, CycleView)
commands.post(f"{ONE}/closures", Agenda.close_cycle, CycleView)
