"""/v1/initiatives/{initiative_id}/charter"""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from infra.web import Commands, Each, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import GovernanceCharter
from services.agenda.domain.charter import Founder, Provisions


class SeatView(View):
    seat_id: UUID
    kind: str
    holder: str
    organisation: UUID


class DelegationView(View):
    delegation_id: UUID
    decision_class: str
    organisation: UUID
    until: date | None


class CharterView(View):
    id: UUID
    version: int
    initiative_id: UUID
    charter_version: int
    provisions: Provisions | None
    drafts: int
    draft: Provisions | None
    draft_sha256: str | None = Field(description="What a proposal of class charter takes along.")
    founding_group: tuple[Founder, ...]
    founding_until: date | None
    seats: Each[SeatView]
    delegations: Each[DelegationView]

    @classmethod
    def of(cls, charter: GovernanceCharter) -> Self:
        return cls.showing(
            charter,
            founding_group=charter.founders,
            founding_until=charter.founding_until if charter.founders else None,
        )


router = APIRouter(tags=["charter"])
CHARTER = "/v1/initiatives/{initiative_id}/charter"
commands = Commands(router, "agenda")
Reads(router).one(
    "/v1/initiatives/{id}/charter",
    GovernanceCharter,
    CharterView,
    id_of=GovernanceCharter.id_of,
)
commands.post(f"{CHARTER}/drafts", Agenda.draft_charter, CharterView)
commands.post(f"{CHARTER}/adoptions", Agenda.adopt_charter, CharterView)
commands.post(f"{CHARTER}/amendments", Agenda.amend_charter, CharterView, edits=True)
commands.post(f"{CHARTER}/seats", Agenda.assign_seat, CharterView)
commands.post(f"{CHARTER}/seats/{{seat_id}}/vacancies", Agenda.vacate_seat, CharterView)
commands.post(f"{CHARTER}/delegations", Agenda.delegate_authority, CharterView)
commands.post(
    f"{CHARTER}/delegations/{{delegation_id}}/revocations", Agenda.revoke_delegation, CharterView
)
