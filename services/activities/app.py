"""The activities service on one page: its use cases, its routes, and what it hears."""

from __future__ import annotations

from fastapi import FastAPI

from infra.web import Parts, build
from services.activities.api import (
    activities,
    commitments,
    contributions,
    learning,
    plans,
    reinforcements,
    strategies,
    working_groups,
)
from services.activities.application import ActivitiesService

DESCRIPTION = """Mutually reinforcing activities: strategies, plans of action, the activities of
partners with their contribution claims and commitments, the links between them, and what is learnt
on the way."""

ROUTERS = (
    strategies.router,
    plans.router,
    activities.router,
    contributions.router,
    commitments.router,
    reinforcements.router,
    learning.router,
    working_groups.router,
)


def create_app(parts: Parts) -> FastAPI:
    service = ActivitiesService(
        repository=parts.repository, references=parts.references, clock=parts.clock
    )
    return build("activities", parts, service, ROUTERS, description=DESCRIPTION)
