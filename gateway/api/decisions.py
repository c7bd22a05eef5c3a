"""The decision register, and the dossier of one decision."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import READ_PROBLEMS, answer
from gateway.api.asked import Asked, given
from gateway.api.decision_views import DecisionDossier, DecisionRegister
from gateway.api.initiatives import Id, require
from gateway.api.lists import Listed, listing_of
from gateway.api.remembered import remembered
from gateway.registers import decisions, taken_on
from gateway.registers.facts import gathered, home
from infra.kernel import NotFound

router = APIRouter(tags=["gateway"])
STATUS = Literal["open", "deferred", "lapsed", "decided", "reversed"]
CLASS = Query(max_length=80, description="Only decisions of this class.", examples=["adaptation"])
SECTOR = Query(max_length=80, description="Only those at which this sector counted.")
SUPERSEDED = Query(description="Only those whose evidence has, or has not, changed since.")


@router.get(
    "/v1/initiatives/{id}/decisions", response_model=DecisionRegister, responses=READ_PROBLEMS
)
@remembered
async def list_decisions(
    request: Request,
    listed: Listed,
    id: Id,
    status: STATUS | None = None,
    decision_class: Annotated[str | None, CLASS] = None,
    sector: Annotated[str | None, SECTOR] = None,
    superseded: Annotated[bool | None, SUPERSEDED] = None,
) -> Response:
    """The decision register: every proposal, what was decided, by whom, and whether it still holds.

    In the order in which they were raised. `superseded` says on what number it was taken, and
    what that number is now.
    """
    await require(request, listed.cut, id)
    facts = await gathered(request.app.state.models.pool, listed.cut, id, decisions.BASIC)
    filters = given(
        status=status, decision_class=decision_class, sector=sector, superseded=superseded
    )
    found = [entry for entry in decisions.register(facts) if _wanted(entry, filters)]
    shown = {name: str(value).lower() for name, value in filters.items()}
    return listing_of(request, listed, "decisions", found, shown)


def _wanted(entry: dict[str, Any], filters: dict[str, Any]) -> bool:
    seen = {
        "status": entry["status"],
        "decision_class": entry["decision_class"],
        "superseded": entry["superseded"]["flag"],
    }
    sector = filters.get("sector")
    return (sector is None or sector in entry["sectors"]) and all(
        seen[name] == value for name, value in filters.items() if name != "sector"
    )


@router.get("/v1/decisions/{id}", response_model=DecisionDossier, responses=READ_PROBLEMS)
@remembered
async def read_decision(request: Request, cut: Asked, id: Id) -> Response:
    """One decision on one page: rule, people, objections, dissent, evidence as it was seen.

    And what came of it: what it changed, whether what it stood on still holds, what reversed it.
    The id is that of the proposal.
    """
    pool = request.app.state.models.pool
    initiative = await home(pool, cut, id, decisions.RAISED)
    if initiative is None:
        raise NotFound(kind="decision", id=id)
    dossier = decisions.dossier(await gathered(pool, cut, initiative, decisions.KINDS), str(id))
    assert dossier is not None
    dossier["superseded"] = await taken_on.numbers(pool, cut, initiative, dossier)
    return answer(request, cut, {"initiative_id": initiative} | dossier)
