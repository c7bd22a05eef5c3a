"""/v1/initiatives/{initiative_id}/cycles and /v1/cycles"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from infra.web import Commands, Each, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import LearningCycle
from services.agenda.domain.cycling import Change, Phase
from services.agenda.domain.values import Citations, Cited, Dissent


class PlanView(View):
    plan_id: UUID | None
    decision_id: UUID | None
    note: str | None


class TriggerView(View):
    cause: str
    cites: Citations | None


class PackView(View):
    pack_id: UUID
    title: str
    cites: Citations
    content_sha256: str


class ItemView(View):
    kind: str
    text: str
    line: Cited


class PackChangeView(View):
    pack_id: UUID
    cause: Cited
    note: str | None
    lines: tuple[int, ...]


class FindingView(View):
    finding_id: UUID
    text: str
    hypothesis_id: UUID | None
    verdict: str | None
    packs: tuple[UUID, ...]
    dissent: tuple[Dissent, ...]


class AdaptationView(View):
    adaptation_id: UUID
    decision_id: UUID
    kind: str
    text: str
    changes: tuple[Change, ...]
    state: str
    enacted_in: frozenset[str]


class CycleView(View):
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
    items: list[ItemView]
    packs: Each[PackView]
    superseded: list[PackChangeView]
    findings: Each[FindingView]
    adaptations: Each[AdaptationView]
    learnt: str | None


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
