"""What a formula comes to, with its lineage: for all of the initiative, and cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from gateway.readmodels import observations, whole
from gateway.readmodels.cut import Cut
from gateway.readmodels.known import Known
from gateway.readmodels.measures import Measure
from gateway.readmodels.totals import CERTIFIED
from gateway.readmodels.working import Measures, Working, named, rests_on
from gateway.registers.facts import SQL, Shown
from infra.formulas import DIGITS, NotComputable, Of, Outcome
from infra.postgres import Pool, connection


class Cell(NamedTuple):
    """A place, a stratum (as its canonical text) and a period: where figures meet."""

    scheme: str
    edition: str
    code: str
    dimensions: str
    start: date
    end: date


NOTHING: Mapping[UUID, str] = {}
FIRST = Cell("", "", "", "", date.min, date.min)


async def page(
    pool: Pool, cut: Cut, measure: Measure, measures: Measures, after: Cell, limit: int
) -> Sequence[tuple[Shown, Cell]]:
    """So many cells in which an input has a value, each with what the formula comes to there."""
    inputs = [each.id for each in rests_on(measure, measures).values()]
    async with connection(pool) as db:
        rows = await db.fetch(
            SQL["cells"], inputs, cut.vector["measurement"], cut.ended_by, *after, limit
        )
    return [
        (_in_cell(measure, measures, cell, list(held)), cell) for cell, held in groupby(rows, _cell)
    ]


def _cell(row: Any) -> Cell:
    return Cell(
        row["place_scheme"],
        row["place_edition"],
        row["place_code"],
        row["dimensions"],
        row["period_start"],
        row["period_end"],
    )


def _in_cell(measure: Measure, measures: Measures, cell: Cell, rows: Sequence[Any]) -> Shown:
    figures = InACell(cell, rows)
    outcome = Working(measures, figures).outcome(measure)
    where = observations.shown(rows[0])
    here = {name: where[name] for name in ("place", "dimensions", "period")}
    return here | outcome_told(outcome, figures.used)


def for_all(measure: Measure, known: Known) -> list[Shown]:
    """For all of the initiative, the latest period first."""
    return [
        {"place": None, "dimensions": {}, "period": each.period}
        | outcome_told(each.outcome, each.used)
        for each in whole.worked_out(measure, known.measures, known.spoken)
    ]


def outcome_told(outcome: Outcome, used: Sequence[Mapping[str, Any]]) -> Shown:
    """A result with what went in, or why there is none."""
    return {
        "state": "computed" if outcome.computed else "not-computable",
        "value": outcome.value,
        "exact": _exact(outcome.exact),
        "reason": outcome.reason,
        "detail": outcome.detail,
        "inputs": list(used),
    }


def _exact(number: Fraction | None) -> str | None:
    """As it was before rounding: 400/7. None where that would be longer than a number may be."""
    if number is None or max(abs(number.numerator), number.denominator) >= 10**DIGITS:
        return None
    return str(number)


class InACell:
    """The figures of one place, stratum and period; others are never put in their stead. `why`: of
    which indicator none could be converted."""

    def __init__(self, cell: Cell, rows: Sequence[Any], why: Mapping[UUID, str] = NOTHING) -> None:
        self._cell, self._why = cell, why
        self._rows: dict[UUID, list[Any]] = {}
        for row in rows:
            self._rows.setdefault(row["indicator_id"], []).append(row)
        self.used: list[Shown] = []

    def figure(self, measure: Measure, of: Of) -> Fraction:
        if of.part == "baseline":
            return self._baseline(measure)
        row = self._row(measure)
        given = row[of.part]
        if given is None:
            raise NotComputable("no-counts", f"{of.code} has no {of.part} here")
        self._use(measure, of, given, status=row["status"], **_whence(measure, row))
        return Fraction(given)

    def _row(self, measure: Measure) -> Any:
        """The certified value of the present series."""
        if measure.id in self._why:
            raise NotComputable("not-converted", f"{measure.code}: {self._why[measure.id]}")
        held = self._rows.get(measure.id, [])
        present = [row for row in held if row["definition_version"] == measure.series]
        if not held:
            detail = f"{measure.code} has no value for this place, stratum and period"
            raise NotComputable("no-value", detail)
        if not present:
            counted = held[-1]["definition_version"]
            detail = (
                f"{measure.code} was counted by version {counted} of its definition here, which"
            )
            raise NotComputable(
                "other-definition", f"{detail} does not compare with version {measure.series}"
            )
        row = present[0]
        if row["value"] is None:
            detail = f"{measure.code} has no value here; its status is {row['status']}"
            raise NotComputable("no-value", detail)
        if row["kind"] not in CERTIFIED:
            raise NotComputable("not-certified", f"the value of {measure.code} is not certified")
        return row

    def _baseline(self, measure: Measure) -> Fraction:
        cell = self._cell
        place = cell.scheme, cell.edition, cell.code
        side = measure.baseline(place, orjson.loads(cell.dimensions))
        if side is None:
            detail = f"{measure.code} has no baseline for this place and stratum"
            raise NotComputable("no-baseline", detail)
        self._use(
            measure,
            Of(measure.code, "baseline"),
            side.body["value"],
            status="A",
            positions=[side.position],
        )
        return Fraction(side.body["value"])

    def _use(self, measure: Measure, of: Of, given: str, **more: Any) -> None:
        self.used.append(
            {
                "code": measure.code,
                "indicator_id": measure.id,
                "definition_version": measure.series,
                "part": of.part,
                "value": given,
            }
            | more
        )


def _whence(measure: Measure, row: Any) -> Shown:
    """The lines that a figure rests on: its own, or those of what it was converted from."""
    if row.get("converted_by"):
        names = "positions", "converted_by", "made_of"
        return {name: row[name] for name in names}
    return {
        "series_id": row["series_id"],
        "submission_id": row["submission_id"],
        "positions": [f"measurement:{row['sequence']}"],
        "observation": f"/v1/indicators/{measure.id}/observations/{row['series_id']}"
        f"/{row['period_start']}/{row['period_end']}",
    }


def inputs(measure: Measure, measures: Measures) -> list[Shown]:
    """What a formula names, directly and through others, by the terms that stand at the cut."""
    return [told(each) for each in _reached(measure, measures)]


def _reached(measure: Measure, measures: Measures) -> Iterator[Measure]:
    waiting, seen = list(named(measure)), set[str]()
    while waiting:
        code = waiting.pop(0)
        if code not in seen and code in measures:
            seen.add(code)
            yield measures[code]
            waiting.extend(named(measures[code]))


def told(measure: Measure) -> Shown:
    """An indicator by its terms: its unit, its formula, and where it began new series."""
    who: Shown = {"id": measure.id, "code": measure.code, "name": measure.name}
    if measure.present is None:
        return who | {"unit": None, "definition": None, "formula": None, "breaks": []}
    return who | {
        "unit": measure.terms["unit"],
        "definition": {
            "version": measure.present["version"],
            "series_version": measure.series,
            "position": measure.sides[f"definition:{measure.present['version']}"].position,
        },
        "formula": measure.formula._asdict() if measure.formula else None,
        "breaks": [each["version"] for each in measure.versions if not each["comparable"]],
    }
