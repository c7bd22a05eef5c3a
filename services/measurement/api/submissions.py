"""Submissions: what was found in them, who was asked, what was decided, and who verified."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request

from infra.kernel.act import Answer
from infra.web import Commands, Reads
from infra.web.auth import INSIDERS, KEEPERS, allow, authenticate
from infra.web.commands import PROBLEMS
from services.measurement.application import MeasurementService as Service
from services.measurement.application.submissions import Place
from services.measurement.application.whole_submissions import CertifiedWhole
from services.measurement.domain import Submission
from services.measurement.domain.submission_values import (
    Counts,
    File,
    Questioned,
    Rejection,
    RuleCount,
)


class QueryView(BaseModel):
    query_id: UUID
    answered: bool
    answer: str | None


class SubmissionView(BaseModel):
    """`state`: open while it is written; validated while it waits for a person's decision;
    accepted, rejected or withdrawn. Findings and blocked rows are on a page of their own."""

    id: UUID
    version: int
    initiative_id: UUID
    provider: UUID
    agreement_id: UUID
    reporting_period_id: UUID
    submitted_by: str
    provider_reference: str | None
    mode: str
    state: str
    indicators: tuple[UUID, ...]
    series: int
    rows: int
    revisions: str
    file: File | None
    blocked: int
    unsound: int
    rules: tuple[RuleCount, ...]
    queries: list[QueryView]
    counts: Counts | None
    rejection: Rejection | None
    verified_by: list[str]

    @classmethod
    def of(cls, submission: Submission) -> Self:
        told = {name: getattr(submission, name) for name in cls.model_fields if name != "queries"}
        queries = [
            QueryView(query_id=id, answered=answer is not None, answer=answer)
            for id, answer in submission.queries.items()
        ]
        return cls(**told, queries=queries)


class FindingsPage(BaseModel):
    """Findings by line of the file; a blocked row stands beside its first one as it was sent."""

    model_config = ConfigDict(frozen=True)

    submission_id: UUID
    findings: list[Questioned]
    next: str | None = Field(description="Pass it as `cursor` for what follows.")


class CertifiedView(BaseModel):
    """How much this command has certified; what was certified before is not counted again."""

    submission_id: UUID
    series: int
    observations: int


def _certified(done: CertifiedWhole) -> Answer:
    body = CertifiedView(**done._asdict()).model_dump_json().encode()
    return Answer(200, body, ())


router = APIRouter(tags=["submissions"])
commands = Commands(router, "measurement")

STEWARDS = frozenset({"data-steward"})
CERTIFIERS = frozenset({"certifier"})
ONE = "/v1/submissions/{submission_id}"
View = SubmissionView
CURSOR = Query(pattern=r"^[1-9][0-9]{0,8}\.[0-9]{1,6}$", description="What `next` said before.")

commands.post(f"{ONE}/queries", Service.query_submission, View, roles=STEWARDS)
commands.post(f"{ONE}/queries/{{query_id}}/answers", Service.answer_query, View, roles=KEEPERS)
commands.post(f"{ONE}/acceptances", Service.accept_submission, View, roles=STEWARDS)
commands.post(f"{ONE}/rejections", Service.reject_submission, View, roles=STEWARDS)
commands.post(f"{ONE}/withdrawals", Service.withdraw_submission, View, roles=KEEPERS)
commands.post(f"{ONE}/verifications", Service.verify_submission, View, roles=STEWARDS)
commands.post(
    f"{ONE}/certifications",
    Service.certify_submission,
    CertifiedView,
    roles=CERTIFIERS,
    answering=_certified,
)
Reads(router).one("/v1/submissions/{id}", Submission, View, roles=INSIDERS)


@router.get(
    f"{ONE}/findings",
    response_model=FindingsPage,
    response_model_exclude_none=True,
    summary="What was found in a submission, by row and rule, with the rows that were held up",
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 422, 429, 503)},
)
async def read_findings(
    request: Request,
    submission_id: UUID,
    limit: Annotated[int, Query(ge=1, le=500)] = 100,
    cursor: Annotated[str | None, CURSOR] = None,
) -> FindingsPage:
    """Rows that never became observations stay on record here: who sent what, and which rule it
    broke on which line."""
    allow(authenticate(request), INSIDERS)
    service: Service = request.app.state.service
    found, following = await service.findings(submission_id, after=_place(cursor), limit=limit)
    return FindingsPage(
        submission_id=submission_id,
        findings=list(found),
        next=f"{following.version}.{following.place}" if following else None,
    )


def _place(cursor: str | None) -> Place:
    if cursor is None:
        return Place()
    version, _, place = cursor.partition(".")
    return Place(int(version), int(place))
