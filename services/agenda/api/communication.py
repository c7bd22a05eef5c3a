"""/v1/initiatives/{initiative_id}/communication"""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter

from infra.kernel import Instant
from infra.web import Commands, Each, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import Communication
from services.agenda.domain.communication import Promised


class AcknowledgementView(View):
    person: str
    organisation: UUID
    at: Instant


class UpdateView(View):
    update_id: UUID
    title: str
    text: str
    audiences: tuple[str, ...]
    channel: str
    published_at: Instant
    next_due: tuple[Promised, ...]
    acknowledged: list[AcknowledgementView]


class MissedView(View):
    """A cadence that is broken now: the audience has heard nothing since."""

    audience: str
    channel: str
    due: Instant
    days: int
    charter_version: int


class CommunicationView(View):
    id: UUID
    version: int
    initiative_id: UUID
    updates: list[UpdateView]
    missed: Each[MissedView]

    @classmethod
    def of(cls, communication: Communication) -> Self:
        return cls.showing(
            communication,
            updates=[
                UpdateView(
                    update_id=one.update_id,
                    title=one.title,
                    text=one.text,
                    audiences=one.audiences,
                    channel=one.channel,
                    published_at=one.timestamp,
                    next_due=one.next_due,
                    acknowledged=[
                        AcknowledgementView(
                            person=taken.person,
                            organisation=taken.organisation,
                            at=taken.timestamp,
                        )
                        for taken in communication.acknowledged.get(one.update_id, {}).values()
                    ],
                )
                for one in communication.updates.values()
            ],
        )


router = APIRouter(tags=["communication"])
COMMUNICATION = "/v1/initiatives/{initiative_id}/communication"
UPDATES = f"{COMMUNICATION}/updates"
commands = Commands(router, "agenda")
Reads(router).one(
    "/v1/initiatives/{id}/communication",
    Communication,
    CommunicationView,
    id_of=Communication.id_of,
)
commands.post(UPDATES, Agenda.publish_update, CommunicationView)
commands.post(
    f"{UPDATES}/{{update_id}}/acknowledgements", Agenda.acknowledge_update, CommunicationView
)
