"""Search over everything that was said, and the news as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway.api.answers import READ_PROBLEMS, Answer, encoded
from gateway.api.asked import given, outside, reached, reader, vector_asked
from gateway.api.initiatives import FACT
from gateway.api.lists import Listed, Page, listing, sequence_of
from gateway.api.remembered import remembered
from gateway.api.views import NEXT, TimelineEntry
from gateway.journal import Journal, Vector
from gateway.readmodels import live, search
from infra.web.problems import retry_later

router = APIRouter(tags=["gateway"])
BREATH_SECONDS = 15.0
LISTENERS = 200
EVENTS = "text/event-stream"
WORDS = Query(
    min_length=1,
    max_length=400,
    description='As in a search engine: words, "phrases", or, -not.',
    examples=['"referral desk" -school'],
)
INITIATIVE = Annotated[UUID | None, Query(description="Only of this initiative.")]
LAST = Header(
    alias="Last-Event-ID",
    max_length=120,
    description="The id of the last event that came: a vector. Browsers send it by themselves.",
)
STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {EVENTS: {"schema": {"type": "string"}}},
        "description": "An event for each fact: its id is a vector, its data an entry as in the"
        " timeline",
    }
}


class FoundEntry(TimelineEntry):
    initiative_id: UUID
    found: str = Field(
        description="The place in its text, with the words in «».", examples=["«Nobody rings back»"]
    )


class FoundList(Answer):
    facts: list[FoundEntry]
    next: str | None = NEXT


@router.get("/v1/search", response_model=FoundList, responses=READ_PROBLEMS)
@remembered
async def search_facts(
    request: Request,
    listed: Listed,
    q: Annotated[str, WORDS],
    initiative: INITIATIVE = None,
    fact: FACT = None,
) -> Response:
    """Every fact that speaks of these words, the most fitting first: English full text search."""
    skip = listed.place(sequence_of, 0)
    found = await search.page(
        request.app.state.models.pool,
        listed.cut,
        q,
        initiative_id=initiative,
        fact=fact,
        skip=skip,
        limit=listed.limit + 1,
    )
    shown = [(entry, (skip + number,)) for number, entry in enumerate(found, 1)]
    filters = given(q=q, initiative=initiative, type=fact)
    return listing(request, listed, "facts", Page.of(shown, listed.limit), filters)


@router.get(
    "/v1/live",
    responses={**STREAM, **{s: READ_PROBLEMS[s] for s in (401, 403, 422, 503)}},
    dependencies=[Depends(reader)],
)
async def stream_live(
    request: Request,
    initiative: INITIATIVE = None,
    fact: FACT = None,
    last_event_id: Annotated[str | None, LAST] = None,
) -> Response:
    """Server-sent events: each fact as it comes to be known, as a sentence, resumable.

    Every event's id is the vector behind it: sent back as `Last-Event-ID` nothing is left out and
    nothing comes twice. Without it the stream begins now. Each service's facts come in order.
    """
    journal: Journal = request.app.state.journal
    after = (await journal.watermarks()).whole()
    if last_event_id is not None:
        after = vector_asked(last_event_id, "Last-Event-ID").whole()
        await reached(journal, after)
    state = request.app.state
    state.listeners = getattr(state, "listeners", None) or asyncio.Semaphore(LISTENERS)
    if state.listeners.locked():
        raise retry_later(503, "too-many-listeners", f"{LISTENERS} listen already; try later.")
    told = _told(request, after, initiative, fact)
    return StreamingResponse(told, media_type=EVENTS, headers={"Cache-Control": "no-store"})


async def _told(
    request: Request, after: Vector, initiative: UUID | None, fact: str | None
) -> AsyncIterator[bytes]:
    journal, pool = request.app.state.journal, request.app.state.models.pool
    async with request.app.state.listeners:
        yield f"id: {after}\n\n".encode()
        while True:
            if not await journal.wait_beyond(after, BREATH_SECONDS):
                yield b": still here\n\n"
                continue
            now = (await journal.watermarks()).whole()
            arrived = await live.since(
                pool, after, now, initiative_id=initiative, fact=fact, outside=outside(request)
            )
            for place, entry in arrived.entries:
                yield b"id: %s\nevent: fact\ndata: %s\n\n" % (str(place).encode(), encoded(entry))
            after = arrived.reached.whole()
            yield f"id: {after}\n\n".encode()
