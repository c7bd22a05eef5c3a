"""An initiative on one page, initiatives side by side, and how each works."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import READ_PROBLEMS, answer
from gateway.api.asked import Asked, given
from gateway.api.initiatives import Id, require
from gateway.api.lists import Listed, Page, listing, sequence_of
from gateway.api.overview_views import Overview, Portfolio, ProcessMetrics
from gateway.api.remembered import remembered
from gateway.registers import metrics, overview, portfolio
from gateway.registers.facts import counted, gathered

router = APIRouter(tags=["gateway"])
SCHEME = Annotated[
    str | None,
    Query(max_length=200, description="Only codes of this scheme.", examples=["iris-plus"]),
]
CODE = Annotated[str | None, Query(max_length=200, description="Only this code.")]


@router.get("/v1/initiatives/{id}/overview", response_model=Overview, responses=READ_PROBLEMS)
@remembered
async def read_overview(request: Request, cut: Asked, id: Id) -> Response:
    """One initiative on one page: the five conditions, phases, readiness, partners, what is due.

    Each condition is in place, forming or missing by the predicate that is shown with it, and with
    the facts that say so. What is not in place is forming where there are first signs.
    """
    name = await require(request, cut, id)
    facts = await gathered(request.app.state.models.pool, cut, id, overview.KINDS)
    content = {"initiative": {"id": id, "name": name}} | overview.overview(facts)
    return answer(request, cut, content)


@router.get("/v1/portfolio", response_model=Portfolio, responses=READ_PROBLEMS)
async def list_portfolio(
    request: Request, listed: Listed, scheme: SCHEME = None, code: CODE = None
) -> Response:
    """Initiatives that share an indicator, side by side.

    They share it where both mapped theirs to the same code of the same scheme. Only values of the
    same unit compare.
    """
    pool, cut = request.app.state.models.pool, listed.cut
    begin = listed.place(sequence_of, 0)
    found = [
        one
        for one in await portfolio.shared(pool, cut)
        if scheme in (None, one.scheme) and code in (None, one.code)
    ]
    kept = found[begin : begin + listed.limit + 1]
    shown = [
        (await portfolio.side_by_side(pool, cut, one), (begin + number,))
        for number, one in enumerate(kept, 1)
    ]
    filters = given(scheme=scheme, code=code)
    return listing(request, listed, "indicators", Page.of(shown, listed.limit), filters)


@router.get(
    "/v1/initiatives/{id}/process-metrics", response_model=ProcessMetrics, responses=READ_PROBLEMS
)
@remembered
async def read_metrics(request: Request, cut: Asked, id: Id) -> Response:
    """How the initiative works, as its own log says: each figure with the facts it comes from.

    Sectors per decision, objections integrated, days until people were answered, learning latency,
    commitments kept, links confirmed, corrections per 100 observations, months of runway. That
    something was corrected is counted for every reader; what it was is not told.
    """
    name = await require(request, cut, id)
    pool = request.app.state.models.pool
    facts = await gathered(pool, replace(cut, outside=None), id, metrics.KINDS)
    found = metrics.metrics(facts, await counted(pool, cut, id))
    return answer(request, cut, {"initiative": {"id": id, "name": name}, "metrics": found})
