"""Every value of an indicator, exactly as it was given: as JSON in pages, or all of it as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from gateway.api.answers import READ_PROBLEMS
from gateway.api.asked import given
from gateway.api.initiatives import Id
from gateway.api.lists import Listed, Page, listing
from gateway.api.remembered import remembered
from gateway.api.views import ObservationList
from gateway.readmodels import observations
from gateway.readmodels.cut import Cut
from infra.kernel import Day, NotFound
from infra.postgres import Pool

router = APIRouter(tags=["gateway"])
PLACE = Annotated[
    str | None,
    Query(max_length=80, description="Only of the place with this code.", examples=["20801"]),
]
SINCE = Annotated[Day | None, Query(description="Only of periods that begin on this day or later.")]
UNTIL = Annotated[Day | None, Query(description="Only of periods that end on this day or before.")]
TOTAL = Annotated[
    bool | None,
    Query(description="true: only of all people together; false: only of some of them."),
]
CERTIFIED = Annotated[
    bool | None,
    Query(description="true: only values that may be used outside as they stand; false: others."),
]
CSV_PAGE = 2_000
FIXED = (
    "series_id",
    "definition_version",
    "place_scheme",
    "place_edition",
    "place_code",
    "place_label",
    "period",
    "period_start",
    "period_end",
    "value",
    "status",
    "numerator",
    "denominator",
    "submission_id",
    "position",
)
CONTENT: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"text/csv": {"schema": {"type": "string"}}},
        "description": "The values that stood at the cut, by series and period",
    }
}


@router.get(
    "/v1/indicators/{id}/observations",
    response_model=ObservationList,
    responses={**READ_PROBLEMS, **CONTENT},
)
@remembered
async def list_observations(
    request: Request,
    listed: Listed,
    id: Id,
    series_id: UUID | None = None,
    place: PLACE = None,
    since: SINCE = None,
    until: UNTIL = None,
    total: TOTAL = None,
    certified: CERTIFIED = None,
) -> Response:
    """The value that stood for each series and period, with place, dimensions, period and status.

    Funders and the public see the cells that were released to them, as they were released.
    `Accept: text/csv` streams all of them: a column for each dimension, nothing for the total.
    """
    pool: Pool = request.app.state.models.pool
    if await observations.home(pool, listed.cut, id) is None:
        raise NotFound(kind="indicator", id=id)
    wanted = observations.Wanted(series_id, place, since, until, total, certified)
    if "text/csv" in request.headers.get("accept", ""):
        return await _as_csv(pool, listed.cut, id, wanted)
    after = listed.place(_place, observations.FIRST)
    rows = await observations.page(pool, listed.cut, id, after, listed.limit + 1, wanted)
    shown = [(observations.shown(row), [str(part) for part in _end(row)]) for row in rows]
    page = Page.of(shown, listed.limit)
    filters = given(series_id=series_id, place=place, since=since, until=until)
    for name, wish in (("total", total), ("certified", certified)):
        if wish is not None:
            filters[name] = str(wish).lower()
    return listing(request, listed, "observations", page, filters, indicator_id=id)


def _place(series: str, start: str, end: str) -> observations.Place:
    return observations.Place(UUID(series), date.fromisoformat(start), date.fromisoformat(end))


def _end(row: Any) -> observations.Place:
    return observations.Place(row["series_id"], row["period_start"], row["period_end"])


async def _as_csv(pool: Pool, cut: Cut, id: UUID, wanted: observations.Wanted) -> Response:
    names = await observations.dimensions(pool, cut, id)
    return StreamingResponse(
        _csv(pool, cut, id, names, wanted),
        media_type="text/csv; charset=utf-8; header=present",
        headers={
            "Commonweal-Known-At": str(cut.vector.whole()),
            "Content-Disposition": f'attachment; filename="observations-{id}.csv"',
        },
    )


async def _csv(
    pool: Pool, cut: Cut, id: UUID, names: Sequence[str], wanted: observations.Wanted
) -> AsyncIterator[bytes]:
    """One page of rows in memory at a time."""
    yield head(names)
    after = observations.FIRST
    while rows := await observations.page(pool, cut, id, after, CSV_PAGE, wanted):
        yield body(rows, names)
        after = _end(rows[-1])


def head(names: Sequence[str]) -> bytes:
    """The first line of an export: a column for each dimension, told apart from ours."""
    return _lines([[*FIXED, *(f"dimension:{n}" if n in FIXED else n for n in names)]])


def body(rows: Sequence[Any], names: Sequence[str]) -> bytes:
    """The lines of some values."""
    return _lines(_cells(observations.shown(row), names) for row in rows)


def _cells(shown: dict[str, Any], names: Sequence[str]) -> list[Any]:
    place, period = shown["place"], shown["period"]
    flat = {
        **shown,
        **{f"place_{name}": value for name, value in place.items()},
        "period": period["text"],
        "period_start": period["start"],
        "period_end": period["end"],
    }
    dimensions: dict[str, str] = shown["dimensions"]
    return [flat.get(name) for name in FIXED] + [dimensions.get(name) for name in names]


def _lines(rows: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
