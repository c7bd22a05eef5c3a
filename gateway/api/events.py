"""The log itself: every line, from any vector, filtered, at the speed of the database."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.api.asked import (
    DATE,
    WAIT_FOR,
    cut_at,
    moment_asked,
    reached,
    reader,
    vector_asked,
)
from gateway.api.initiatives import FACT, SOURCE
from gateway.api.views import HeadView
from gateway.journal import Journal, Vector
from gateway.readmodels.cut import TICK
from gateway.replay import Range, copy_lines
from infra.kernel import NotFound
from infra.kernel.values import instant
from infra.postgres import Pool
from infra.web.auth import LOG_READERS, allow, authenticate
from infra.web.commands import PROBLEMS
from infra.web.problems import retry_later
from infra.web.reads import READ

router = APIRouter(tags=["log"])
JSON_LINES = "application/jsonl"
STREAMS = 4
"""At most so many replays at a time: each holds a connection as long as it lasts."""
STALLED_SECONDS = 60.0
LINES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {JSON_LINES: {"schema": {"type": "string"}}},
        "description": "One line a fact, as it was written, byte for byte",
    },
    **{status: PROBLEMS[status] for status in (401, 403, 422, 429, 503)},
}

AFTER = Query(
    alias="from",
    max_length=120,
    description="The vector after which to begin; a source that it does not name begins at 1. Or an"
    " instant of recording, after which to begin, or a date, with which to begin.",
    examples=["agenda:214,measurement:873"],
)
UP_TO = Query(
    alias="to",
    max_length=120,
    description="The vector at which to end; what it does not name is left out. Or an instant of"
    " recording, or a date (its end). Default: all that there is.",
)
SINCE = Query(max_length=40, description="Only facts whose `time` is not before this.")
UNTIL = Query(max_length=40, description="Only facts whose `time` is not after this.")


async def log_reader(request: Request) -> None:
    """Who may read whole lines."""
    allow(authenticate(request), LOG_READERS)


@router.get("/v1/events", responses=LINES, dependencies=[Depends(log_reader)])
async def stream_events(
    request: Request,
    after: Annotated[str | None, AFTER] = None,
    up_to: Annotated[str | None, UP_TO] = None,
    source: SOURCE | None = None,
    initiative: UUID | None = None,
    fact: FACT = None,
    since: Annotated[str | None, SINCE] = None,
    until: Annotated[str | None, UNTIL] = None,
    order: Literal["sequence", "recorded"] = "sequence",
    wait_for: Annotated[str | None, WAIT_FOR] = None,
) -> Response:
    """Replay the history as JSON Lines.

    One source after another, each in `sequence`; `order=recorded` merges them by (`recordedtime`,
    source, `sequence`). `Commonweal-Replay-After` and `Commonweal-Known-At` say from where to where
    it goes: continue from there, or after a break from the last sequence that came of each source.
    """
    journal: Journal = request.app.state.journal
    if wait_for is not None:
        await reached(journal, vector_asked(wait_for, "wait_for"))
    zone = request.app.state.timezone
    wanted = Range(
        await _begin(request, after) if after else Vector(),
        await _end(request, up_to) if up_to else (await journal.watermarks()).whole(),
        source=source,
        initiative_id=initiative,
        fact=fact,
        since=moment_asked(since, "since", zone, begins=True) if since else None,
        until=moment_asked(until, "until", zone) if until else None,
    )
    replays: asyncio.Semaphore = request.app.state.replays
    if replays.locked():
        raise retry_later(503, "too-many-replays", f"{STREAMS} replays are under way; try later.")
    return _Replay(request.app.state.models.pool, wanted, replays, recorded=order == "recorded")


async def _begin(request: Request, text: str) -> Vector:
    """A vector; or what was recorded by an instant, or before a day."""
    if not text[0].isdigit():
        return vector_asked(text, "from")
    moment = moment_asked(text, "from", request.app.state.timezone, begins=True)
    if DATE.fullmatch(text):
        moment -= TICK
    return await _cut(request, instant(moment), "from")


async def _end(request: Request, text: str) -> Vector:
    if text[0].isdigit():
        return await _cut(request, text, "to")
    end = vector_asked(text, "to").whole()
    await reached(request.app.state.journal, end)
    return end


async def _cut(request: Request, text: str, name: str) -> Vector:
    state = request.app.state
    cut = await cut_at(state.journal, text, state.clock.now(), state.timezone, name)
    return cut.vector


class _Replay(Response):
    """Pure ASGI: COPY writes into the connection, and stops when the reader is gone."""

    def __init__(
        self, pool: Pool, wanted: Range, replays: asyncio.Semaphore, *, recorded: bool
    ) -> None:
        super().__init__(media_type=JSON_LINES)
        self._pool, self._wanted, self._replays = pool, wanted, replays
        self._recorded = recorded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._replays:
            copying = asyncio.create_task(self._copy(send))
            leaving = asyncio.create_task(_gone(receive))
            try:
                await asyncio.wait([copying, leaving], return_when=asyncio.FIRST_COMPLETED)
            finally:
                leaving.cancel()
                if not copying.done():
                    copying.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await copying

    async def _copy(self, send: Send) -> None:
        started = False

        async def forward(chunk: bytes, *, more: bool = True) -> None:
            nonlocal started
            async with asyncio.timeout(STALLED_SECONDS):
                if not started:
                    started = True
                    await send(self._start())
                await send({"type": "http.response.body", "body": chunk, "more_body": more})

        await copy_lines(self._pool, self._wanted, forward, recorded=self._recorded)
        await forward(b"", more=False)

    def _start(self) -> dict[str, object]:
        headers = [
            (b"content-type", JSON_LINES.encode()),
            (b"commonweal-replay-after", str(self._wanted.after.whole()).encode()),
            (b"commonweal-known-at", str(self._wanted.up_to).encode()),
        ]
        return {"type": "http.response.start", "status": 200, "headers": headers}


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


@router.get(
    "/v1/events/{source}/{sequence}",
    responses={
        200: {
            "content": {"application/cloudevents+json": {"schema": {"type": "object"}}},
            "description": "The line as it was written, byte for byte",
        },
        **READ,
    },
    dependencies=[Depends(log_reader)],
)
async def read_event(
    request: Request, source: SOURCE, sequence: Annotated[int, Path(ge=1, le=2**62)]
) -> Response:
    """One line by its place."""
    journal: Journal = request.app.state.journal
    line = await journal.line(source, sequence)
    if line is None:
        raise NotFound(kind="line", id=f"{source}:{sequence}")
    etag = f'"{source}-{sequence}"'
    headers = {"ETag": etag, "Cache-Control": "private, max-age=31536000, immutable"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(line, media_type="application/cloudevents+json", headers=headers)


@router.get(
    "/v1/head",
    response_model=HeadView,
    responses={status: PROBLEMS[status] for status in (401, 403, 429, 503)},
    dependencies=[Depends(reader)],
)
async def read_head(request: Request) -> Response:
    """How far each service's log has come here, and through which instant it is known."""
    journal: Journal = request.app.state.journal
    standing = await journal.standing()
    known: dict[str, datetime] = dict(standing.known_through)
    shown = {
        "vector": str(standing.vector.whole()),
        "known_through": {
            source: instant(known[source]) if known[source].year > 1 else None for source in known
        },
    }
    return Response(orjson.dumps(shown), media_type="application/json")
