"""One door: every path of the services, unchanged, forwarded to the service that owns it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from gateway.clients import MAYBE_DONE, Services, unknown
from infra.web.bodies import JSON_BYTES, JSON_SECONDS, bounded

FORTH = (
    "authorization",
    "idempotency-key",
    "if-match",
    "if-none-match",
    "traceparent",
    "tracestate",
    "content-type",
    "content-encoding",
    "accept",
    "accept-language",
)
BACK = (
    "content-type",
    "content-length",
    "content-disposition",
    "etag",
    "location",
    "link",
    "commonweal-position",
    "retry-after",
    "idempotent-replayed",
    "www-authenticate",
    "cache-control",
    "vary",
)
LARGEST_BODY = 65 * 1024 * 1024
"""64 MiB of a file and what multipart puts around it."""
LARGE_SECONDS = 600.0
LARGE = frozenset({"multipart/form-data", "text/csv", "application/octet-stream"})


PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))


class Owned(NamedTuple):
    """A path and method of one service."""

    service: str
    method: str
    path: str


def owned(documents: Mapping[str, Mapping[str, Any]]) -> Iterator[Owned]:
    """What the services' OpenAPI documents say that they answer."""
    for service, document in documents.items():
        for path, operations in document["paths"].items():
            for method in operations:
                yield Owned(service, method.upper(), path)


class TwoOwners(Exception):
    """Two services answer the same path: the door would not know whom to ask."""


def doors(documents: Mapping[str, Mapping[str, Any]]) -> list[BaseRoute]:
    """A route for each of them; the gateway's own routes stand before these and win."""
    found: dict[tuple[str, str], str] = {}
    routes: list[BaseRoute] = []
    for service, method, path in owned(documents):
        if path in GATEWAYS_OWN:
            continue
        if found.setdefault((method, path), service) != service:
            raise TwoOwners(f"{method} {path}: {found[method, path]} and {service}")
        routes.append(Route(path, Door(service), methods=[method], include_in_schema=False))
    return routes


GATEWAYS_OWN = frozenset({"/v1/head"})
"""Paths that each service answers for itself and the gateway for all of them."""


class Door:
    """Forwards one request and streams the answer back."""

    def __init__(self, service: str) -> None:
        self.service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self.answer(Request(scope, receive, send)))(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """What the service says, still to be streamed."""
        services: Services = request.app.state.services
        answer = await services.ask(
            self.service,
            request.method,
            target(request.scope),
            forth(request),
            await _body(request),
            repeatable=request.method == "GET" or "idempotency-key" in request.headers,
        )
        return _Streamed(self.service, answer)


class _Streamed(Response):
    """A service's answer as it comes in; whole at once where it is small."""

    def __init__(self, service: str, answer: httpx.Response) -> None:
        super().__init__()
        self._service, self._answer = service, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [
            (name.encode(), value.encode("latin-1"))
            for name in BACK
            if (value := self._answer.headers.get(name)) is not None
        ]
        try:
            await self._stream(headers, send)
        finally:
            await self._answer.aclose()

    async def _stream(self, headers: list[tuple[bytes, bytes]], send: Send) -> None:
        started = False
        try:
            async for chunk in self._answer.aiter_raw():
                if not started:
                    await send(self._start(headers))
                    started = True
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except MAYBE_DONE as error:
            if started:
                raise  # too late to say so: the caller sees that the answer was torn
            raise unknown(self._service) from error
        if not started:
            await send(self._start(headers))
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _start(self, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
        status = self._answer.status_code
        return {"type": "http.response.start", "status": status, "headers": headers}


def target(scope: Scope) -> str:
    """The path and query as they came; what no URL may hold is percent-encoded."""
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    if {b".", b".."} & set(raw.split(b"/")):
        raise HTTPException(404)  # it would lead past what this door opens to
    return quote(raw + (b"?" + query if query else b""), safe=PRINTABLE)


def forth(request: Request) -> list[tuple[str, str]]:
    """The caller's headers that the service is to see, and the correlation id of this request."""
    headers = [(name, request.headers[name]) for name in FORTH if name in request.headers]
    if _is_large(request) and "content-length" in request.headers:
        headers.append(("content-length", request.headers["content-length"]))
    return [*headers, ("x-correlation-id", request.scope["correlation_id"])]


def _is_large(request: Request) -> bool:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type in LARGE


async def _body(request: Request) -> bytes | AsyncIterator[bytes]:
    """A file is passed on as it comes; anything else is read first, so that it can be repeated."""
    if _is_large(request):
        return bounded(request, LARGEST_BODY, LARGE_SECONDS)
    return b"".join([chunk async for chunk in bounded(request, JSON_BYTES, JSON_SECONDS)])
