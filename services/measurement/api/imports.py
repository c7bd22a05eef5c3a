"""Bulk import: a file and its mapping in, a report or all findings out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from tempfile import SpooledTemporaryFile
from typing import IO, Annotated, TypeVar
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import TypeAdapter, ValidationError
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from infra.eventstore import AlreadyAnswered
from infra.kernel import Act, Command, IdempotencyKey, Reason, Title
from infra.kernel.act import Answer
from infra.web import Problem
from infra.web.answers import in_flight, respond, told_before
from infra.web.auth import KEEPERS, allow, authenticate, compose, idempotency_key
from infra.web.commands import IDEMPOTENCY_KEY, PROBLEMS
from infra.web.problems import of_domain, of_shape
from services.measurement.api.multipart import CHUNK, IN_MEMORY, Form, reading_form, wrong
from services.measurement.application import MeasurementService as Service
from services.measurement.application.checked import Upload
from services.measurement.application.reports import ImportHeldUp, ImportRefused, ImportReport
from services.measurement.domain.submission_values import Mode, Revisions
from services.measurement.domain.tidy import Finding, Mapping, NotTabular, TooLarge

router = APIRouter(tags=["submissions"])

Parsed = TypeVar("Parsed")
JSON_LINES = "application/jsonl"
REVISIONS: TypeAdapter[Revisions] = TypeAdapter(Revisions)
MODE: TypeAdapter[Mode] = TypeAdapter(Mode)
NAMED: TypeAdapter[UUID] = TypeAdapter(UUID)
TITLE: TypeAdapter[str] = TypeAdapter(Title)
YES_OR_NO: TypeAdapter[bool] = TypeAdapter(bool)
FORM = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "additionalProperties": False,
                "required": ["mapping", "file"],
                "properties": {
                    "mapping": {
                        "type": "string",
                        "contentMediaType": "application/json",
                        "description": "What the columns mean: /contracts/measurement/"
                        "import-mapping.v1.json",
                    },
                    "file": {
                        "type": "string",
                        "format": "binary",
                        "description": "Tidy CSV, JSON Lines or Parquet: at most 100,000 rows, and"
                        " 64 MiB also once it is unpacked.",
                    },
                    "agreement_id": {
                        "type": "string",
                        "format": "uuid",
                        "description": "The data agreement under which it comes. Mandatory; a"
                        " refusal names candidates.",
                    },
                    "reporting_period_id": {
                        "type": "string",
                        "format": "uuid",
                        "description": "The collection round in which it comes. Mandatory; a"
                        " refusal names candidates.",
                    },
                    "provider_reference": {
                        "type": "string",
                        "maxLength": 200,
                        "description": "What the provider calls it. The same file under the same"
                        " reference changes nothing.",
                    },
                    "mode": {
                        "type": "string",
                        "enum": ["all", "rows"],
                        "description": "all: one row that breaks a rule, and none counts before"
                        " somebody has looked at it. rows: the others count at once.",
                    },
                    "revisions": {"type": "string", "enum": ["refuse", "correct"]},
                    "reason": {
                        "type": "string",
                        "description": "Why values were revised: a sentence, or JSON"
                        ' {"code", "text"}. Mandatory with revisions=correct.',
                    },
                    "dry_run": {"type": "boolean"},
                },
            }
        }
    },
}


@router.post(
    "/v1/initiatives/{initiative_id}/submissions",
    response_model=ImportReport,
    status_code=201,
    summary="Import observations",
    responses={
        **PROBLEMS,
        200: {"model": ImportReport, "description": "Nothing was written"},
        202: {"model": ImportReport, "description": "It waits for a person's decision"},
    },
    openapi_extra={"requestBody": FORM, "parameters": [IDEMPOTENCY_KEY]},
)
async def import_observations(
    request: Request, initiative_id: UUID, dry_run: Annotated[bool, Query()] = False
) -> Response:
    """Take a file of observations under a data agreement and in a reporting period. What cannot be
    read is refused and leaves nothing. Rows that are known with the same value change nothing.
    Rows that break a rule hold all of them up until a person decides (202), or with mode=rows are
    left out; a revised value does so too, unless revisions=correct and a reason are given. With
    `Accept: application/jsonl` a refusal is all findings, one a line, instead of the first 1,000.
    """
    token = authenticate(request)
    role = allow(token, KEEPERS)
    key = idempotency_key(request)
    async with reading_form(request) as form:
        said = b"POST %s %d\n%s" % (request.url.path.encode(), dry_run, form.digest())
        named = IdempotencyKey(token.client_id, key, hashlib.sha256(said).digest())
        with in_flight(request, named):
            told = await told_before(request, "measurement", named)
            if told is not None:
                return told
            command = Command(reason=_reason(form.text("reason")))
            by = await compose(request, token, role, command, idempotency=named, answering=None)
            try:
                return await _import(request, initiative_id, form, by, dry_run=dry_run)
            except AlreadyAnswered:
                told = await told_before(request, "measurement", named)
                assert told is not None
                return told


async def _import(
    request: Request, initiative_id: UUID, form: Form, by: Act, *, dry_run: bool
) -> Response:
    asked = _asked(form, dry_run=dry_run)
    service: Service = request.app.state.service
    with ExitStack() as until_told:
        findings = None
        if JSON_LINES in request.headers.get("accept", ""):
            findings = _AllFindings(until_told.enter_context(SpooledTemporaryFile(IN_MEMORY)))
        upload = replace(asked, on_finding=findings.add if findings else None)
        try:
            report, receipt = await service.import_observations(
                initiative_id, upload=upload, by=by, answer=_answer
            )
        except (ImportRefused, ImportHeldUp) as refused:
            if findings is None:
                raise
            return findings.response(of_domain(refused).status, done=until_told.pop_all())
        except NotTabular as error:
            raise Problem(415, "not-tabular", str(error)) from error
        except TooLarge as error:
            raise Problem(413, "too-large", str(error)) from error
    if receipt is None:
        body = report.model_dump_json(exclude_none=True)
        return Response(body, media_type="application/json")
    request.app.state.appended()
    assert receipt.answer is not None
    return respond("measurement", receipt.answer, receipt.last_sequence)


def _asked(form: Form, *, dry_run: bool) -> Upload:
    return Upload(
        mapping=_mapping(form),
        chunks=form.chunks(),
        file=form.file,
        agreement_id=_maybe(NAMED, "agreement_id", form),
        reporting_period_id=_maybe(NAMED, "reporting_period_id", form),
        provider_reference=_maybe(TITLE, "provider_reference", form),
        mode=_parsed(MODE, "mode", form.text("mode", "all")),
        revisions=_parsed(REVISIONS, "revisions", form.text("revisions", "refuse")),
        dry_run=dry_run or _parsed(YES_OR_NO, "dry_run", form.text("dry_run", "false")),
    )


def _answer(report: ImportReport) -> Answer:
    body = report.model_dump_json(exclude_none=True).encode()
    status = 202 if report.outcome == "waiting" else 201
    return Answer(status, body, (("Location", f"/v1/submissions/{report.submission_id}"),))


class _AllFindings:
    """Every finding as a line of JSON, however many there are."""

    def __init__(self, lines: IO[bytes]) -> None:
        self._lines = lines

    def add(self, finding: Finding) -> None:
        self._lines.write(finding.to_json_line().encode())

    def response(self, status: int, *, done: ExitStack) -> Response:
        self._lines.seek(0)
        told = BackgroundTask(done.close)
        return StreamingResponse(self._chunks(), status, media_type=JSON_LINES, background=told)

    def _chunks(self) -> Iterator[bytes]:
        while chunk := self._lines.read(CHUNK):
            yield chunk


def _mapping(form: Form) -> Mapping:
    try:
        return Mapping.model_validate_json(bytes(form.fields.get("mapping", b"")))
    except ValidationError as error:
        raise of_shape(error, within="mapping") from error


def _reason(text: str) -> Reason | None:
    if not text:
        return None
    if text.startswith("{"):
        return Reason.model_validate_json(text)
    return Reason(code="revised-by-source", text=text)


def _maybe(shape: TypeAdapter[Parsed], name: str, form: Form) -> Parsed | None:
    text = form.text(name)
    return _parsed(shape, name, text) if text else None


def _parsed(shape: TypeAdapter[Parsed], name: str, text: str) -> Parsed:
    try:
        return shape.validate_python(text)
    except ValidationError as error:
        raise wrong(name, error.errors()[0]["msg"]) from error
