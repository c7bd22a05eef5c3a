"""The agenda service, wired: every part it is made of is named on this page."""

from __future__ import annotations

from fastapi import FastAPI

from infra.web import Parts, build
from services.agenda.api import (
    agenda_versions,
    agendas,
    assessments,
    backbones,
    charters,
    code_lists,
    communication,
    cycles,
    engagements,
    initiatives,
    partnerships,
    people,
    proposals,
    theories,
)
from services.agenda.application import Agenda
from services.agenda.application.delegations import OwnDelegations
from services.agenda.directory import MemoryPeople, PostgresPeople

ABOUT = (
    "The common agenda, backbone support, continuous communication and the learning cycle:"
    " how a partnership forms, agrees and learns."
)
ROUTERS = (
    initiatives.router,
    assessments.router,
    partnerships.router,
    charters.router,
    proposals.router,
    agendas.router,
    agenda_versions.router,
    theories.router,
    engagements.router,
    communication.router,
    backbones.router,
    cycles.router,
    code_lists.router,
    people.router,
)


def create_app(parts: Parts) -> FastAPI:
    """The service on these parts; a test hands in memory twins."""
    service = Agenda(parts.repository, parts.clock, parts.references)
    app = build(
        "agenda",
        parts,
        service,
        ROUTERS,
        description=ABOUT,
        delegations=OwnDelegations(parts.repository),
    )
    app.state.people = PostgresPeople(parts.pool) if parts.pool else MemoryPeople()
    return app
