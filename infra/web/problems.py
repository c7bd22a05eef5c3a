"""Refusals as RFC 9457 problem details: the domain says what is so, this gives it a status."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from infra.eventstore.batcher import Overloaded
from infra.kernel import (
    Conflict,
    DomainError,
    NotDelegated,
    NotFound,
    NotKnownHere,
    PreconditionFailed,
    RuleForbids,
    StateForbids,
)
from infra.postgres import Unavailable

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
STATUSES: Mapping[type[DomainError], int] = {
    NotFound: 404,
    NotDelegated: 403,
    NotKnownHere: 409,
    Conflict: 409,
    StateForbids: 409,
    PreconditionFailed: 412,
    RuleForbids: 422,
}
MAX_ERRORS = 100
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
Handler = Callable[[Request, Exception], Awaitable[Response]]


class FieldError(BaseModel):
    pointer: str = Field(description="RFC 6901 pointer to the field, such as /partners/0/sector")
    detail: str


class ProblemDetails(BaseModel):
    """RFC 9457. `type` says which problem it is; `detail` says what to do."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[FieldError] | None = None


class Problem(Exception):
    """A refusal by the web layer itself."""

    def __init__(
        self,
        status: int,
        slug: str,
        detail: str,
        *,
        errors: Sequence[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.status, self.slug, self.detail = status, slug, detail
        self.errors, self.headers, self.more = errors, dict(headers or {}), more


def retry_later(status: int, slug: str, detail: str, seconds: int = 1) -> Problem:
    return Problem(status, slug, detail, headers={"Retry-After": str(seconds)})


def response(problem: Problem, instance: str) -> Response:
    body = {
        "type": f"/problems/{problem.slug}",
        "title": problem.slug.replace("-", " ").capitalize(),
        "status": problem.status,
        "detail": problem.detail,
        "instance": instance,
        **problem.more,
    }
    if problem.errors:
        body["errors"] = list(problem.errors)
    return Response(
        orjson.dumps(body, default=str), problem.status, problem.headers, media_type=MEDIA_TYPE
    )


def of_domain(error: DomainError) -> Problem:
    status = next((STATUSES[base] for base in type(error).__mro__ if base in STATUSES), 422)
    headers = {"Retry-After": "1"} if isinstance(error, NotKnownHere | Conflict) else {}
    details = {name: value for name, value in error.details.items() if name not in RESERVED}
    return Problem(status, error.slug, str(error), headers=headers, **details)


RESERVED = frozenset({"type", "title", "status", "detail", "instance", "errors", "slug", "headers"})


def of_shape(error: ValidationError | RequestValidationError, within: str = "") -> Problem:
    """400 for what is not JSON at all, 422 for JSON of another shape; each field is named.
    `within`: the part of a form that it is."""
    found = error.errors()
    if any(entry["type"] == "json_invalid" for entry in found):
        what = within or "body"
        return Problem(400, "malformed-json", f"The {what} is not valid JSON: {found[0]['msg']}.")
    errors = [
        {"pointer": _where(error, entry["loc"], within), "detail": sentence(entry)}
        for entry in found[:MAX_ERRORS]
    ]
    first = errors[0]
    detail = f"{first['pointer'] or 'The body'}: {first['detail']}"
    if len(found) > 1:
        detail += f" (and {len(found) - 1} more, see errors)"
    return Problem(422, "invalid-shape", detail, errors=errors)


def _where(error: Exception, location: Sequence[int | str], within: str) -> str:
    """`/partners/0/sector` in a body, `query:since` or `path:id` around it."""
    if isinstance(error, RequestValidationError):
        return ":".join(map(str, location[:2]))
    return pointer([within, *location] if within else location)


def pointer(location: Iterable[int | str]) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in location)


def sentence(entry: Mapping[str, Any]) -> str:
    if entry["type"] == "extra_forbidden":
        return "this field is not known here; leave it out"
    return str(entry["msg"]).removeprefix("Value error, ")


def of_http(error: HTTPException, request: Request) -> Problem:
    """What the router itself refuses: an unknown path, a method that is not there."""
    path, headers = request.url.path, error.headers
    slug = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    detail = str(error.detail)
    if error.status_code == 404:
        detail = f"There is nothing at {path}; /openapi.json lists what there is."
    if error.status_code == 405:
        allowed = ", ".join(_methods(request))
        detail = f"{request.method} is not for {path}; there is {allowed}."
        headers = {"Allow": allowed}
    return Problem(error.status_code, slug, detail, headers=headers)


def _methods(request: Request) -> Iterator[str]:
    """Those that this path has, whichever of its routes each stands in."""
    routes: Sequence[BaseRoute] = request.app.routes
    for method in METHODS:
        scope = {**request.scope, "method": method}
        if any(route.matches(scope)[0] is Match.FULL for route in routes):
            yield method


def away(error: Exception) -> Problem:
    log.warning("unavailable: %s", error)
    detail = "This cannot be answered right now; repeat the request with the same key."
    return retry_later(503, "unavailable", detail)


def our_mistake(error: Exception) -> Problem:
    """The shell logs it with the correlation id."""
    detail = "This is our mistake; it is logged under the X-Correlation-ID of this answer."
    return Problem(500, "internal-error", detail)


TRANSLATIONS: Mapping[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda problem: problem,
    DomainError: of_domain,
    ValidationError: of_shape,
    RequestValidationError: of_shape,
    Unavailable: away,
    Overloaded: away,
    Exception: our_mistake,
}


def install(app: FastAPI) -> None:
    """Every answer that is not a success is a problem document."""

    def handler(translate: Callable[[Any], Problem]) -> Handler:
        async def handle(request: Request, error: Exception) -> Response:
            return response(translate(error), request.url.path)

        return handle

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return response(of_http(error, request), request.url.path)

    for error, translate in TRANSLATIONS.items():
        app.add_exception_handler(error, handler(translate))
    app.add_exception_handler(HTTPException, http)
