"""Initiatives: which there are, their timeline, and where their indicators stand."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import READ_PROBLEMS, answer
from gateway.api.asked import Asked, given
from gateway.api.concordances import By, said
from gateway.api.door import Door
from gateway.api.lists import Listed, Page, listing, sequence_of
from gateway.api.people import Names, name_persons
from gateway.api.remembered import remembered
from gateway.api.views import CyclePage, InitiativeList, ProgressPage, TimelinePage
from gateway.journal import SOURCES
from gateway.readmodels import cycle_page, initiatives, progress, timeline
from infra.kernel import NotFound
from infra.kernel.values import moment

router = APIRouter(tags=["gateway"])

SOURCE = Literal["agenda", "measurement", "activities"]
STEP = Literal["plan", "do", "review", "improve"]
STATUS = Literal["live", "paused", "closed"]
PLACE = Annotated[
    str | None,
    Query(max_length=80, description="Only with this code among its places.", examples=["20801"]),
]
ACTOR = Annotated[
    str | None,
    Query(max_length=200, description="Only what this person entered.", examples=["p-coordinator"]),
]
FACT = Annotated[
    str | None,
    Query(
        alias="type",
        max_length=120,
        pattern=r"^[a-z]+\.[a-z-]+$",
        description="Only facts of this type.",
        examples=["agenda.decision-made"],
    ),
]
ABOUT = Annotated[UUID | None, Query(description="Only the history of the thing with this id.")]
VERSION = Query(ge=1, le=2**31 - 1, description="The aggregate as it was at this version.")
Id = Annotated[UUID, Path(description="A UUID.")]


@router.get("/v1/initiatives", response_model=InitiativeList, responses=READ_PROBLEMS)
async def list_initiatives(
    request: Request, listed: Listed, status: STATUS | None = None, place: PLACE = None
) -> Response:
    """All initiatives, in the order of their registration."""
    pool = request.app.state.models.pool
    after = listed.place(sequence_of, 0)
    found = await initiatives.page(
        pool, listed.cut, after, listed.limit + 1, status=status, place=place
    )
    shown = [(initiative.shown(), (initiative.registered,)) for initiative in found]
    filters = given(status=status, place=place)
    return listing(request, listed, "initiatives", Page.of(shown, listed.limit), filters)


@router.get("/v1/initiatives/{id}/timeline", response_model=TimelinePage, responses=READ_PROBLEMS)
@remembered
async def read_timeline(
    request: Request,
    listed: Listed,
    id: Id,
    step: STEP | None = None,
    cycle_id: UUID | None = None,
    source: SOURCE | None = None,
    fact: FACT = None,
    about: ABOUT = None,
    actor: ACTOR = None,
    names: Names = False,
) -> Response:
    """The whole story: every fact as a sentence, who, when it was so, when it was recorded.

    With `about` it is the history of one thing: of a decision, an engagement, an indicator …
    Sorted by (`recordedtime`, source, `sequence`). Ids are said by the names they had at the cut;
    persons by their references, unless their `names` are asked for.
    """
    pool = request.app.state.models.pool
    await require(request, listed.cut, id)
    wanted = timeline.Wanted(step, cycle_id, source, fact, about, actor)
    after = listed.place(_place, timeline.Place())
    found = await timeline.page(pool, listed.cut, id, wanted, after, listed.limit + 1)
    shown = [
        (entry, (entry["recordedtime"], entry["source"], entry["sequence"])) for entry in found
    ]
    filters = given(step=step, cycle_id=cycle_id, source=source, type=fact, about=about)
    filters |= given(actor=actor)
    if names:
        await name_persons(request, found)
        filters["names"] = "true"
    return listing(request, listed, "facts", Page.of(shown, listed.limit), filters)


@router.get("/v1/initiatives/{id}/progress", response_model=ProgressPage, responses=READ_PROBLEMS)
@remembered
async def read_progress(request: Request, cut: Asked, by: By, id: Id) -> Response:
    """Each indicator against its target: baseline, target in force, latest value, status and pace.

    The latest value speaks for everybody in the whole place. Where no series does, a percentage is
    computed from the initiative's places, if all of them gave both counts (`basis`: computed).
    """
    name = await require(request, cut, id)
    shown = await progress.of_initiative(request.app.state.models.pool, cut, id, by)
    content = {"initiative": {"id": id, "name": name}, "indicators": shown, **said(by)}
    return answer(request, cut, content)


@router.get("/v1/cycles/{id}", response_model=CyclePage, responses=READ_PROBLEMS)
@remembered
async def read_cycle(
    request: Request,
    cut: Asked,
    id: Id,
    version: Annotated[int | None, VERSION] = None,
    names: Names = False,
) -> Response:
    """One learning cycle on one page: plan beside do beside review beside improve.

    Each line that an evidence pack cites is checked against the journal's bytes (`intact`).
    With `version` the agenda service answers for it, as for any aggregate.
    """
    if version is not None:
        return await Door("agenda").answer(request)
    page = await cycle_page.page(request.app.state.models.pool, cut, id)
    if page is None:
        raise NotFound(kind="cycle", id=id)
    if names:
        await name_persons(
            request, (fact for step in timeline.STEPS for fact in page.content[step]["facts"])
        )
    return answer(request, cut, page.content, again=page.of_its_own)


def _place(recorded: str, source: str, sequence: int) -> timeline.Place:
    if source not in SOURCES:
        raise ValueError("no source")
    return timeline.Place(moment(recorded), source, sequence_of(sequence))


async def require(request: Request, cut: Any, id: UUID) -> str:
    """The initiative's name; 404 where it was not known at the cut."""
    found = await initiatives.one(request.app.state.models.pool, cut, id)
    if found is None:
        raise NotFound(kind="initiative", id=id)
    name: str = found.sides["registered"].body["name"]
    return name
