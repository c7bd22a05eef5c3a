"""The dossier of a number, and the registers of changed measures and targets."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import READ_PROBLEMS, answer
from gateway.api.asked import Asked, given, insider
from gateway.api.initiatives import Id, require
from gateway.api.lists import Listed, listing_of
from gateway.api.number_views import MeasureChanges, NumberDossier, TargetChanges
from gateway.api.remembered import remembered
from gateway.registers import changes, numbers
from gateway.registers.facts import gathered
from infra.kernel import Day, NotFound

router = APIRouter(tags=["gateway"])
INDICATOR = Annotated[UUID | None, Query(description="Only of this indicator.")]


@router.get(
    "/v1/indicators/{id}/observations/{series_id}/{start}/{end}",
    response_model=NumberDossier,
    responses=READ_PROBLEMS,
    dependencies=[Depends(insider)],
)
@remembered
async def read_number(
    request: Request, cut: Asked, id: Id, series_id: UUID, start: Day, end: Day
) -> Response:
    """One number and all there is to say of it: every version, who, why, and its lineage both ways.

    Back to submission, agreement, definition, outcome and the decision that agreed on it; forward
    to whoever cites it, with the value that was seen then and whether that still stands. Not for
    funders and the public: it tells true figures.
    """
    cell = numbers.Cell(id, series_id, start, end)
    dossier = await numbers.dossier(request.app.state.models.pool, cut, cell)
    if dossier is None:
        raise NotFound(kind="observation", id=f"{series_id}/{start}/{end}")
    return answer(request, cut, dossier)


@router.get(
    "/v1/initiatives/{id}/measure-changes", response_model=MeasureChanges, responses=READ_PROBLEMS
)
@remembered
async def list_measure_changes(
    request: Request, listed: Listed, id: Id, indicator_id: INDICATOR = None
) -> Response:
    """Every definition that was changed: what was, what is, why, and whether values still compare.

    A change that is not comparable begins a new series: `break` says so.
    """
    await require(request, listed.cut, id)
    facts = await gathered(request.app.state.models.pool, listed.cut, id, changes.MEASURES)
    filters = given(indicator_id=indicator_id)
    found = [one for one in changes.measures(facts) if _of(one, indicator_id)]
    return listing_of(request, listed, "changes", found, filters)


@router.get(
    "/v1/initiatives/{id}/target-changes", response_model=TargetChanges, responses=READ_PROBLEMS
)
@remembered
async def list_target_changes(
    request: Request, listed: Listed, id: Id, indicator_id: INDICATOR = None
) -> Response:
    """Every target that was set, carried over, revised or withdrawn, by which decision, and why."""
    await require(request, listed.cut, id)
    facts = await gathered(request.app.state.models.pool, listed.cut, id, changes.TARGETS)
    filters = given(indicator_id=indicator_id)
    found = [one for one in changes.targets(facts) if _of(one, indicator_id)]
    return listing_of(request, listed, "changes", found, filters)


def _of(change: dict[str, dict[str, str]], indicator_id: UUID | None) -> bool:
    return indicator_id is None or change["indicator"]["id"] == str(indicator_id)
