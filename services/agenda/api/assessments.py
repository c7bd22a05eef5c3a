"""/v1/initiatives/{initiative_id}/readiness-assessments, /v1/readiness-assessments, instruments"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request

from infra.web import Commands, Each, Reads, View
from infra.web.auth import READERS, allow, authenticate
from infra.web.commands import PROBLEMS
from infra.web.problems import Problem
from services.agenda.application import Agenda
from services.agenda.domain import ReadinessAssessment
from services.agenda.domain.assessing import Divergence, Score
from services.agenda.domain.instruments import Band, Instrument, instruments


class AnswersView(View):
    """One respondent's answers. Who it was is not shown: only in which role."""

    role: str
    sector: str
    revision: int
    scores: tuple[Score, ...]


class ByRoleView(View):
    role: str
    answers: int
    lowest: int
    highest: int


class ItemView(View):
    """One item: what each role answered, and what the group agreed on, side by side."""

    item: str
    section: str
    text: str | None
    answered: list[ByRoleView]
    agreed: int | None
    note: str | None


class AssessmentView(View):
    id: UUID
    version: int
    initiative_id: UUID
    instrument: str
    instrument_version: int
    minimum_roles: int
    minimum_sectors: int
    reassesses: UUID | None
    status: str
    responses: Each[AnswersView]
    items: list[ItemView]
    divergence: tuple[Divergence, ...]
    total: int | None
    band: Band | None
    reassessment_due: date | None
    reassessment_fell_due: bool

    @classmethod
    def of(cls, assessment: ReadinessAssessment) -> Self:
        by = assessment.instrument
        return cls.showing(
            assessment,
            instrument=by.instrument,
            instrument_version=by.version,
            status="completed" if assessment.completed else "open",
            items=list(_items(assessment)),
            total=assessment.completed.total if assessment.completed else None,
            band=next((band for band in by.bands if band.code == assessment.band), None),
            reassessment_due=assessment.due,
            reassessment_fell_due=assessment.fell_due,
        )


def _items(assessment: ReadinessAssessment) -> Iterator[ItemView]:
    for section in assessment.instrument.sections:
        for item in section.items:
            agreed = assessment.agreed.get(item.code)
            yield ItemView(
                item=item.code,
                section=section.code,
                text=item.text,
                answered=list(_by_role(assessment, item.code)),
                agreed=agreed.score if agreed else None,
                note=agreed.note if agreed else None,
            )


def _by_role(assessment: ReadinessAssessment, item: str) -> Iterator[ByRoleView]:
    answers: dict[str, list[int]] = {}
    for score, role in assessment.answers(item):
        answers.setdefault(role, []).append(score)
    for role, scores in sorted(answers.items()):
        yield ByRoleView(role=role, answers=len(scores), lowest=min(scores), highest=max(scores))


router = APIRouter(tags=["readiness"])
ONE = "/v1/readiness-assessments/{assessment_id}"
commands = Commands(router, "agenda")
commands.post(
    "/v1/initiatives/{initiative_id}/readiness-assessments",
    Agenda.open_assessment,
    AssessmentView,
    location="/v1/readiness-assessments/{id}",
)
Reads(router).one("/v1/readiness-assessments/{id}", ReadinessAssessment, AssessmentView)
commands.post(f"{ONE}/responses", Agenda.submit_response, AssessmentView)
commands.post(f"{ONE}/positions", Agenda.agree_position, AssessmentView)
commands.post(f"{ONE}/completions", Agenda.complete_assessment, AssessmentView)
commands.post(f"{ONE}/reassessments", Agenda.schedule_reassessment, AssessmentView)

VERSION = Query(ge=1, le=1_000, description="Of the instrument. Default: the newest.")


class ListedInstrumentView(View):
    instrument: str
    version: int
    title: str


@router.get("/v1/instruments", responses={status: PROBLEMS[status] for status in (401, 403)})
async def list_instruments(request: Request) -> list[ListedInstrumentView]:
    """The instruments by which readiness can be assessed."""
    allow(authenticate(request), READERS)
    return [
        ListedInstrumentView(instrument=one.instrument, version=one.version, title=one.title)
        for one in instruments().values()
    ]


@router.get(
    "/v1/instruments/{name}",
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 422)},
)
async def read_instrument(
    request: Request, name: str, version: Annotated[int | None, VERSION] = None
) -> Instrument:
    """One instrument: its items in their sections, its scale and its bands."""
    allow(authenticate(request), READERS)
    found = [
        one
        for one in instruments().values()
        if one.instrument == name and version in (None, one.version)
    ]
    if not found:
        known = ", ".join(f"{known} v{number}" for known, number in instruments())
        raise Problem(404, "not-found", f"There is no such instrument; there are: {known}.")
    return max(found, key=lambda one: one.version)
