"""/v1/initiatives/{initiative_id}/partnership and its partners"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import APIRouter

from infra.web import Commands, Each, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import Partnership
from services.agenda.domain.partner import Standing
from services.agenda.domain.values import Cited, Term


class HealthView(View):
    text: str
    line: Cited


class PartnerView(View):
    partner_id: UUID
    organisation: UUID
    name: str | None
    person: str | None
    standing: Standing
    sector: str | None
    role: str | None
    agreement_version: str | None
    term: Term | None
    health: list[HealthView]


class ChampionView(View):
    champion: str
    partner_id: UUID | None
    external_organisation: str | None


class PartnerDelegationView(View):
    delegation_id: UUID
    partner_id: UUID
    organisation: UUID
    until: date | None


class PartnershipView(View):
    id: UUID
    version: int
    initiative_id: UUID
    partners: Each[PartnerView]
    champions: Each[ChampionView]
    delegations: Each[PartnerDelegationView]


router = APIRouter(tags=["partnership"])
ONE = "/v1/initiatives/{initiative_id}"
PARTNER = f"{ONE}/partners/{{partner_id}}"
commands = Commands(router, "agenda")
Reads(router).one(
    "/v1/initiatives/{id}/partnership", Partnership, PartnershipView, id_of=Partnership.id_of
)
commands.post(f"{ONE}/invitations", Agenda.invite_partner, PartnershipView)
commands.post(f"{ONE}/partners", Agenda.sign_agreement, PartnershipView)
commands.post(f"{PARTNER}/roles", Agenda.change_role, PartnershipView)
commands.post(f"{PARTNER}/renewals", Agenda.renew_agreement, PartnershipView)
commands.post(f"{PARTNER}/delegations", Agenda.delegate_partner, PartnershipView)
commands.post(
    f"{PARTNER}/delegations/{{delegation_id}}/revocations",
    Agenda.revoke_partner_delegation,
    PartnershipView,
)
commands.post(f"{PARTNER}/withdrawals", Agenda.withdraw_partner, PartnershipView)
commands.post(f"{PARTNER}/lapses", Agenda.lapse_agreement, PartnershipView)
commands.post(f"{ONE}/champions", Agenda.nominate_champion, PartnershipView)
