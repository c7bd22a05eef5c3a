"""How an initiative stands: scorecard, ledger of commitments, graph of reinforcements."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import READ_PROBLEMS, answer
from gateway.api.asked import Asked, given
from gateway.api.concordances import By, said
from gateway.api.initiatives import Id, require
from gateway.api.lists import Listed, listing_of
from gateway.api.remembered import remembered
from gateway.api.standing_views import CommitmentLedger, ReinforcementGraph, Scorecard
from gateway.readmodels import progress
from gateway.readmodels.cut import Cut
from gateway.registers import commitments, coverage, reinforcements, scorecard
from gateway.registers.facts import gathered, joined

router = APIRouter(tags=["gateway"])
GRAPHML, JGF = "application/graphml+xml", "application/vnd.jgf+json"
PARTNER = Annotated[UUID | None, Query(description="Only of this partner.")]
STATE = Literal["pledged", "confirmed", "partly-kept", "renegotiated", "kept", "lapsed", "released"]
GRAPHED = joined(reinforcements.KINDS, coverage.COVERAGE)
FORMAT = Query(
    description="json: the graph in JSON Graph Format and what it says; jgf: a JSON Graph Format"
    " document and nothing else; graphml: for Gephi, yEd and Cytoscape."
)
DRAWN: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            GRAPHML: {"schema": {"type": "string"}},
            JGF: {"schema": {"type": "object"}},
        },
        "description": "The graph, and what it says",
    }
}


@router.get("/v1/initiatives/{id}/scorecard", response_model=Scorecard, responses=READ_PROBLEMS)
@remembered
async def read_scorecard(request: Request, cut: Asked, by: By, id: Id) -> Response:
    """Each indicator: baseline, target, latest, status, trend, and the story behind it.

    A trend takes five periods of the present series; with fewer it says so. It rises or falls where
    the Mann-Kendall test says so at 95 %, and is improving where that is what the indicator is for.
    """
    name = await require(request, cut, id)
    pool = request.app.state.models.pool
    facts = await gathered(pool, cut, id, scorecard.KINDS)
    scored = [
        scorecard.scored(indicator, points, facts)
        for indicator, points in await progress.with_points(pool, cut, id, by)
    ]
    content = {"initiative": {"id": id, "name": name}, "indicators": scored, **said(by)}
    return answer(request, cut, content)


@router.get(
    "/v1/initiatives/{id}/commitment-ledger",
    response_model=CommitmentLedger,
    responses=READ_PROBLEMS,
)
@remembered
async def list_commitments(
    request: Request,
    listed: Listed,
    id: Id,
    partner_id: PARTNER = None,
    state: STATE | None = None,
    overdue: bool | None = None,
) -> Response:
    """What each partner promised, and what of it was kept; `partners` adds all of it up."""
    await require(request, listed.cut, id)
    facts = await gathered(request.app.state.models.pool, listed.cut, id, commitments.KINDS)
    whole = commitments.ledger(facts)
    filters = given(state=state, overdue=overdue)
    found = [
        entry
        for entry in whole
        if (partner_id is None or entry["partner"]["id"] == str(partner_id))
        and all(entry[name] == value for name, value in filters.items())
    ]
    shown = {name: str(value).lower() for name, value in filters.items()}
    shown |= given(partner_id=partner_id)
    more = {"partners": commitments.by_partner(whole)}
    return listing_of(request, listed, "commitments", found, shown, **more)


@router.get(
    "/v1/initiatives/{id}/reinforcement-graph",
    response_model=ReinforcementGraph,
    responses={**READ_PROBLEMS, **DRAWN},
)
@remembered
async def read_graph(
    request: Request,
    cut: Asked,
    id: Id,
    format: Annotated[Literal["json", "jgf", "graphml"], FORMAT] = "json",
) -> Response:
    """How activities strengthen one another: what stands alone, twice or in a circle.

    Isolated is an activity without a confirmed link. Depended on most is what strengthens the most
    others, directly or through others; disputed links do not count. An outcome has an activity
    where one that is not over serves a strategy for it; an activity has a measure where it is
    claimed to contribute to an indicator.
    """
    await require(request, cut, id)
    facts = await gathered(request.app.state.models.pool, cut, id, GRAPHED)
    graph = reinforcements.network(facts)
    if format != "json":
        return _drawn(graph, cut, format)
    content = {
        "graph": reinforcements.graph_json(graph),
        "measures": reinforcements.said_of(graph, facts) | coverage.gaps(graph, facts),
    }
    return answer(request, cut, content)


def _drawn(graph: Any, cut: Cut, format: Literal["jgf", "graphml"]) -> Response:
    """The graph alone, for other tools; of which cut, says a header."""
    if format == "graphml":
        text, media_type = reinforcements.graphml(graph), GRAPHML
    else:
        document = {"graph": reinforcements.graph_json(graph)}
        text, media_type = orjson.dumps(document).decode(), JGF
    known_at = {"Commonweal-Known-At": str(cut.vector.whole())}
    return Response(text, media_type=media_type, headers=known_at)
