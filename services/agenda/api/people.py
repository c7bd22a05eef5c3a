"""/v1/people: who an opaque reference is. Now only, and never in any fact."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from infra.kernel import Clock, Instant, Title
from infra.kernel.provenance import Reference
from infra.web import Problem, View
from infra.web.auth import allow, authenticate, idempotency_key
from infra.web.bodies import read_json
from infra.web.commands import IDEMPOTENCY_KEY, PROBLEMS
from infra.web.tokens import Token
from services.agenda.directory import Entry, People

KEEPERS = frozenset({"backbone-coordinator"})
"""They may write anybody's entry; everybody may write their own."""
COLLEAGUES = KEEPERS | {
    "partner-representative",
    "community-representative",
    "data-provider",
    "data-steward",
    "certifier",
    "indicator-owner",
    "indigenous-data-authority",
}
"""They work together, so they may know who is who; funders, auditors and the public may not."""
MOST = 200


class PutPerson(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Title
    contact: Title | None = Field(None, description="How the person is reached.")


class PersonView(View):
    reference: str
    name: str
    contact: str | None
    put_at: Instant


router = APIRouter(tags=["people"])
ONE = "/v1/people/{reference}"
Whom = Annotated[Reference, Path(description="An opaque reference to a person.")]
ASKED: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (401, 403, 404, 422, 429, 503)
}
WRITTEN: dict[int | str, dict[str, Any]] = {
    status: PROBLEMS[status] for status in (400, 401, 403, 413, 415, 422, 429, 503)
}
BODY = {
    "required": True,
    "content": {"application/json": {"schema": PutPerson.model_json_schema()}},
}
Then = Annotated[str | None, Query(description="Refused: the directory only knows the present.")]


@router.get("/v1/people", responses=ASKED, response_model_exclude_none=True)
async def read_people(
    request: Request,
    reference: Annotated[list[Reference], Query(min_length=1, max_length=MOST)],
    as_known_at: Then = None,
) -> list[PersonView]:
    """Who these references are, for a page that shows several. Those not in it are left out."""
    allow(authenticate(request), COLLEAGUES)
    _refuse_past(as_known_at)
    found = await _people(request).find(reference)
    return [PersonView.of(entry) for _, entry in sorted(found.items())]


@router.get(ONE, responses=ASKED, response_model_exclude_none=True)
async def read_person(request: Request, reference: Whom, as_known_at: Then = None) -> PersonView:
    """Who this reference is, now."""
    _allow(request, reference, COLLEAGUES)
    _refuse_past(as_known_at)
    found = await _people(request).find([reference])
    if reference not in found:
        raise _nobody(reference)
    return PersonView.of(found[reference])


@router.put(
    ONE,
    response_model=PersonView,
    responses=WRITTEN | {201: {"model": PersonView, "description": "New in the directory"}},
    openapi_extra={"requestBody": BODY, "parameters": [IDEMPOTENCY_KEY]},
)
async def put_person(request: Request, reference: Whom) -> Response:
    """Say who a reference is. What was there before is not kept; repeating it changes nothing."""
    _allow(request, reference, KEEPERS)
    idempotency_key(request)
    said = PutPerson.model_validate_json(await read_json(request))
    clock: Clock = request.app.state.clock
    entry = Entry(reference, said.name, said.contact, clock.now())
    new = await _people(request).put(entry)
    body = PersonView.of(entry).model_dump_json(exclude_none=True)
    return Response(body, 201 if new else 200, media_type="application/json")


@router.delete(
    ONE,
    status_code=204,
    responses=ASKED | {400: PROBLEMS[400]},
    openapi_extra={"parameters": [IDEMPOTENCY_KEY]},
)
async def delete_person(request: Request, reference: Whom) -> Response:
    """Forget who a reference is. Facts keep the reference, which then means nobody."""
    _allow(request, reference, KEEPERS)
    idempotency_key(request)
    if not await _people(request).delete(reference):
        raise _nobody(reference)
    return Response(status_code=204)


def _people(request: Request) -> People:
    people: People = request.app.state.people
    return people


def _allow(request: Request, reference: str, roles: frozenset[str]) -> None:
    """Oneself, or somebody in one of these roles."""
    token: Token = authenticate(request)
    if token.sub != reference:
        allow(token, roles)


def _refuse_past(as_known_at: str | None) -> None:
    if as_known_at is not None:
        detail = "the directory only knows the present; leave as_known_at out"
        errors: list[Any] = [{"pointer": "query:as_known_at", "detail": detail}]
        raise Problem(422, "invalid-shape", f"as_known_at: {detail}.", errors=errors)


def _nobody(reference: str) -> Problem:
    return Problem(404, "not-found", f"Nobody is in the directory as {reference}.")
