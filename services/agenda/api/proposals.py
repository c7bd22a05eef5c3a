"""/v1/initiatives/{initiative_id}/proposals and /v1/proposals"""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from infra.kernel import Instant
from infra.web import Commands, Each, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import Proposal
from services.agenda.domain.attendance import Attendee
from services.agenda.domain.charter import DecisionRule
from services.agenda.domain.deciding import Option
from services.agenda.domain.objections import Answered
from services.agenda.domain.proposal import Status
from services.agenda.domain.values import Citations, Cited, Dissent


class ObjectionView(View):
    objection_id: UUID
    organisation: UUID
    ground: str
    paramount: bool
    wording: int
    outcome: str
    how: str | None


class AsideView(View):
    person: str
    organisation: UUID
    text: str


class ConflictView(View):
    person: str
    organisation: UUID
    nature: str


class DeferralView(View):
    until: date | None
    text: str


class SupersededView(View):
    cause: Cited
    was: str | None
    now: str | None
    note: str | None


class DecisionView(View):
    wording: int
    charter_version: int
    rule: DecisionRule
    attendees: tuple[Attendee, ...]
    sectors: tuple[str, ...]
    voices: int
    result: str
    option: str | None
    objections: tuple[Answered, ...]
    dissent: tuple[Dissent, ...]
    cites: Citations | None
    draft: str | None
    decided_at: Instant


class ProposalView(View):
    id: UUID
    version: int
    initiative_id: UUID
    decision_class: str
    title: str
    text: str
    wording: int
    options: tuple[Option, ...]
    concerns: tuple[UUID, ...]
    reverses: UUID | None
    cites: Citations | None
    draft: str | None = Field(
        description="Class agenda or charter: the sha256 of the draft that this is about."
    )
    status: Status
    objections: Each[ObjectionView]
    stood_aside: Each[AsideView]
    conflicts: Each[ConflictView]
    deferrals: list[DeferralView]
    decision: DecisionView | None
    reversed_by: UUID | None
    superseded: list[SupersededView]

    @classmethod
    def of(cls, proposal: Proposal) -> Self:
        return cls.showing(proposal, stood_aside=proposal.aside)


router = APIRouter(tags=["proposals"])
ONE = "/v1/proposals/{proposal_id}"
OBJECTION = f"{ONE}/objections/{{objection_id}}"
commands = Commands(router, "agenda")
commands.post(
    "/v1/initiatives/{initiative_id}/proposals",
    Agenda.raise_proposal,
    ProposalView,
    location="/v1/proposals/{id}",
)
Reads(router).one("/v1/proposals/{id}", Proposal, ProposalView)
commands.post(f"{ONE}/amendments", Agenda.amend_proposal, ProposalView, edits=True)
commands.post(f"{ONE}/objections", Agenda.raise_objection, ProposalView)
commands.post(f"{OBJECTION}/integrations", Agenda.integrate_objection, ProposalView)
commands.post(f"{OBJECTION}/withdrawals", Agenda.withdraw_objection, ProposalView)
commands.post(f"{ONE}/stand-asides", Agenda.stand_aside, ProposalView)
commands.post(f"{ONE}/conflicts", Agenda.declare_conflict, ProposalView)
commands.post(f"{ONE}/decisions", Agenda.call_decision, ProposalView)
commands.post(f"{ONE}/deferrals", Agenda.defer_decision, ProposalView)
commands.post(f"{ONE}/lapses", Agenda.lapse_proposal, ProposalView)
commands.post(f"{ONE}/reversals", Agenda.reverse_decision, ProposalView)
commands.post(f"{ONE}/supersessions", Agenda.flag_evidence, ProposalView)
