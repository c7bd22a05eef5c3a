"""What indicators come to in the places of another edition, cell by cell, by a concordance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

import orjson

from gateway.readmodels.conversion import Concordance, at
from gateway.readmodels.cut import Cut
from gateway.readmodels.measures import Measure
from gateway.readmodels.working import Measures, Working, rests_on
from gateway.registers.facts import SQL, Shown
from gateway.registers.results import Cell, InACell, outcome_told
from infra.formulas import NotComputable, Of, Outcome
from infra.postgres import Pool, connection


async def page(
    pool: Pool,
    cut: Cut,
    measure: Measure,
    measures: Measures,
    by: Concordance,
    after: Cell,
    limit: int,
) -> Sequence[tuple[Shown, Cell]]:
    """So many cells of the other edition in which an input has a value, or leads to one: with what
    a formula comes to there, or what the indicator's own values become."""
    inputs = list(rests_on(measure, measures).values()) if measure.formula else [measure]
    async with connection(pool) as db:
        rows = await db.fetch(
            SQL["cells_elsewhere"],
            [each.id for each in inputs],
            cut.vector["measurement"],
            cut.ended_by,
            *zip(*_led(by), strict=True),
            *(after.code, after.dimensions, after.start, after.end),
            limit,
        )
    found = []
    for cell, held in groupby(rows, lambda row: _cell(row, by)):
        here = list(held)
        figures = _figures(cell, here, inputs, by)
        told = outcome_told(_outcome(measure, measures, figures), figures.used)
        found.append((_where(cell, here[0]) | told, cell))
    return found


def _where(cell: Cell, row: Any) -> Shown:
    return {
        "place": {"scheme": cell.scheme, "edition": cell.edition, "code": cell.code},
        "dimensions": orjson.loads(cell.dimensions),
        "period": {"text": row["period"], "start": cell.start, "end": cell.end},
    }


def _led(by: Concordance) -> Iterator[tuple[str, str, str, str]]:
    """Each old place to each that it lies in, and each new place to itself."""
    for code, shares in by.shares.items():
        yield *by.to, code, code
        for old in shares:
            yield *by.of, old, code


def _cell(row: Any, by: Concordance) -> Cell:
    return Cell(*by.to, row["becomes"], row["dimensions"], row["period_start"], row["period_end"])


def _figures(
    cell: Cell, rows: Sequence[Any], inputs: Sequence[Measure], by: Concordance
) -> InACell:
    """What was submitted for the place stands; where nothing was, what leads to it is converted."""
    here, why = list[Any](), dict[UUID, str]()
    for measure in inputs:
        own = [row for row in rows if row["indicator_id"] == measure.id]
        there = [row for row in own if (row["place_scheme"], row["place_edition"]) == by.to]
        versions = {row["definition_version"] for row in there}
        here += there
        old = [row for row in own if (row["place_scheme"], row["place_edition"]) == by.of]
        present = {row["place_code"]: row for row in old if _present(row, measure)}
        if measure.present is None or measure.series in versions or not present:
            here += old
            continue
        terms = measure.adding
        told = terms.apart or at(cell.code, present, by, terms)
        if isinstance(told, str):
            why[measure.id] = told
        else:
            here.append(told)
    return InACell(cell, here, why)


def _present(row: Any, measure: Measure) -> bool:
    return measure.present is not None and row["definition_version"] == measure.series


def _outcome(measure: Measure, measures: Measures, figures: InACell) -> Outcome:
    if measure.formula is not None:
        return Working(measures, figures).outcome(measure)
    try:
        exact = figures.figure(measure, Of(measure.code, "value"))
    except NotComputable as missing:
        return Outcome(reason=missing.reason, detail=str(missing))
    return Outcome(exact=exact, value=figures.used[-1]["value"])
