"""How a command is answered: once, and the same again however often it is repeated."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from infra.eventstore import EventStore
from infra.kernel import IdempotencyKey
from infra.kernel.act import Answer
from infra.web.problems import Problem, retry_later


async def told_before(request: Request, source: str, named: IdempotencyKey) -> Response | None:
    """The stored answer to this key, if it was given one."""
    store: EventStore = request.app.state.store
    known = await store.remembered(named.client, named.key)
    if known is None:
        return None
    if known.body_sha256 != named.body_sha256:
        raise Problem(
            422,
            "idempotency-key-reused",
            "This Idempotency-Key was used for another request; take a fresh one.",
        )
    told = respond(source, known.answer, known.last_sequence)
    told.headers["Idempotent-Replayed"] = "true"
    return told


def respond(source: str, answer: Answer, last_sequence: int) -> Response:
    """The answer with the position from which it can be read back."""
    position = f"{source}:{last_sequence}"
    body = b'%s,"position":"%s"}' % (answer.body[:-1], position.encode())
    headers = dict(answer.headers) | {"Commonweal-Position": position}
    return Response(body, answer.status, headers, media_type="application/json")


def uuid_of(name: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Problem(
            422,
            "invalid-shape",
            f"{name} in the path is not a UUID.",
            errors=[{"pointer": f"path:{name}", "detail": "not a UUID"}],
        ) from error


@contextlib.contextmanager
def in_flight(request: Request, named: IdempotencyKey) -> Iterator[None]:
    """One request at a time may use a key in this process."""
    under_way: set[tuple[str, str]] = request.app.state.under_way
    mark = (named.client, named.key)
    if mark in under_way:
        raise retry_later(
            409, "still-under-way", "A request with this Idempotency-Key is still under way."
        )
    under_way.add(mark)
    try:
        yield
    finally:
        under_way.discard(mark)
