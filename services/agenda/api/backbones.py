"""/v1/initiatives/{initiative_id}/backbone"""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from fastapi import APIRouter

from infra.kernel import Instant, Number
from infra.web import Commands, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import Backbone
from services.agenda.domain.supporting import Appointment, Paid


class FundingView(View):
    funding_id: UUID
    amount: Number
    currency: str
    fte: Number
    paid: Paid
    payer: str


class AppointmentView(View):
    appointment_id: UUID
    host: UUID
    functions: tuple[str, ...]
    decision_id: UUID
    ended: bool
    fundings: list[FundingView]
    covered_until: date | None
    warn_at: Instant | None
    gap_detected: bool

    @classmethod
    def of(cls, one: Appointment) -> Self:
        return cls.showing(
            one,
            warn_at=one.fundings[-1].warn_at if one.fundings else None,
            gap_detected=one.gap is not None,
        )


class BackboneView(View):
    id: UUID
    version: int
    initiative_id: UUID
    appointments: list[AppointmentView]

    @classmethod
    def of(cls, backbone: Backbone) -> Self:
        shown = [AppointmentView.of(one) for one in backbone.appointments.values()]
        return cls.showing(backbone, appointments=shown)


router = APIRouter(tags=["backbone"])
APPOINTMENTS = "/v1/initiatives/{initiative_id}/backbone/appointments"
ONE = f"{APPOINTMENTS}/{{appointment_id}}"
commands = Commands(router, "agenda")
Reads(router).one("/v1/initiatives/{id}/backbone", Backbone, BackboneView, id_of=Backbone.id_of)
commands.post(APPOINTMENTS, Agenda.appoint_backbone, BackboneView)
commands.post(f"{ONE}/fundings", Agenda.secure_funding, BackboneView)
commands.post(f"{ONE}/functions", Agenda.change_functions, BackboneView, edits=True)
commands.post(f"{ONE}/endings", Agenda.end_term, BackboneView)
