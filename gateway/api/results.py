"""What a formula comes to, and what would be if something were measured otherwise."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import READ_PROBLEMS, answer
from gateway.api.asked import Asked, cut_at, given, insider
from gateway.api.concordances import By, said
from gateway.api.initiatives import Id
from gateway.api.lists import Listed, Page, listing
from gateway.api.remembered import remembered
from gateway.api.result_views import ResultList, WhatIf
from gateway.readmodels.cut import Cut
from gateway.readmodels.known import figures
from gateway.readmodels.measures import Formula
from gateway.registers import elsewhere, results, what_if
from gateway.registers.changes import PROPOSED
from gateway.registers.facts import home
from infra.formulas import LENGTH, FormulaMalformed, parse
from infra.kernel import NotFound
from infra.web.problems import Problem

router = APIRouter(tags=["gateway"], dependencies=[Depends(insider)])

VERSION = Query(ge=1, le=2**31 - 1, description="As this version of its definition counts.")
FORMULA = Query(
    min_length=1,
    max_length=LENGTH,
    description="As this formula computes it (docs/formulas.md), in the unit of the definition.",
    examples=["percent(numerator(I4), denominator(I4))"],
)
DECIMALS = Query(ge=0, le=12, description="What the formula's results are rounded to.")
TARGET = Query(
    max_length=40,
    pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$",
    description="With this value instead of the target in force.",
    examples=["65"],
)
DEDUPLICATION = Query(
    max_length=120,
    description="`applied`; `ignored`: as if nobody had been found to be counted twice; or an"
    " instant, a date or a vector: only what had been taken out by then.",
    examples=["ignored"],
)


@router.get("/v1/indicators/{id}/results", response_model=ResultList, responses=READ_PROBLEMS)
@remembered
async def list_results(request: Request, listed: Listed, by: By, id: Id) -> Response:
    """What the formula of an indicator comes to, from certified values, with the lineage of each.

    `whole` is for all of the initiative, `results` for each place, stratum and period in which one
    of its inputs has a value. Where there is no result, `reason` says why. An indicator without a
    formula has none; but with `concordance`, its own values in the places of the other edition.
    """
    pool = request.app.state.models.pool
    known = await figures(pool, listed.cut, await _home(request, listed.cut, id), by)
    measure = known.of(id)
    after = listed.place(_cell, results.FIRST)
    where = pool, listed.cut, measure, known.measures
    if by is None:
        found = await results.page(*where, after, listed.limit + 1)
    else:
        found = await elsewhere.page(*where, by, after, listed.limit + 1)
    shown = [(each, [str(part) for part in cell]) for each, cell in found]
    more = {
        "indicator": results.told(measure),
        "inputs": results.inputs(measure, known.measures),
        "whole": results.for_all(measure, known),
        **said(by),
    }
    filters = given(concordance=by.name if by else None)
    return listing(request, listed, "results", Page.of(shown, listed.limit), filters, **more)


@router.get("/v1/indicators/{id}/what-if", response_model=WhatIf, responses=READ_PROBLEMS)
@remembered
async def read_what_if(
    request: Request,
    cut: Asked,
    by: By,
    id: Id,
    definition_version: Annotated[int | None, VERSION] = None,
    formula: Annotated[str | None, FORMULA] = None,
    decimals: Annotated[int, DECIMALS] = 1,
    target: Annotated[str | None, TARGET] = None,
    deduplication: Annotated[str, DEDUPLICATION] = "applied",
) -> Response:
    """How it would stand by another definition, formula, target or rule of de-duplication.

    Worked out from what was submitted; nothing is written. Where the inputs were never collected,
    it is not computable, with the reason, as a whole and period by period.
    """
    supposed = what_if.Supposed(
        definition_version,
        _formula(formula, decimals),
        target,
        await _deduplicated_to(request, deduplication),
    )
    initiative = await _home(request, cut, id)
    pool = request.app.state.models.pool
    asked = {
        "definition_version": definition_version,
        "formula": formula,
        "target": target,
        "deduplication": deduplication,
    }
    found = await what_if.what_if(pool, cut, initiative, id, supposed, by)
    return answer(request, cut, {"asked": asked, **said(by)} | found)


async def _home(request: Request, cut: Cut, id: UUID) -> UUID:
    found = await home(request.app.state.models.pool, cut, id, PROPOSED)
    if found is None:
        raise NotFound(kind="indicator", id=id)
    return found


def _formula(text: str | None, decimals: int) -> Formula | None:
    if text is None:
        return None
    try:
        parse(text)
    except FormulaMalformed as error:
        raise Problem(
            422,
            "invalid-shape",
            f"formula: {error}.",
            errors=[{"pointer": "query:formula", "detail": str(error)}],
        ) from error
    return Formula(text, decimals)


async def _deduplicated_to(request: Request, text: str) -> int | None:
    """The place in measurement's log up to which doubles were taken out; None for all of it."""
    if text in ("applied", "ignored"):
        return None if text == "applied" else 0
    state = request.app.state
    cut = await cut_at(state.journal, text, state.clock.now(), state.timezone, "deduplication")
    return cut.vector["measurement"]


def _cell(*parts: str) -> results.Cell:
    scheme, edition, code, dimensions, start, end = parts
    return results.Cell(
        scheme, edition, code, dimensions, date.fromisoformat(start), date.fromisoformat(end)
    )
