"""What would be, if: a series by another definition, formula, target or rule of de-duplication.

Worked out anew from what was recorded. Nothing is written, and nothing is guessed: where the
inputs were never collected, that is the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from gateway.readmodels import whole
from gateway.readmodels.conversion import Concordance
from gateway.readmodels.cut import Cut
from gateway.readmodels.headline import Headline
from gateway.readmodels.known import Known, figures
from gateway.readmodels.measures import Formula, Measure
from gateway.readmodels.standing import standing
from gateway.readmodels.totals import marked
from gateway.readmodels.undoubled import undoubled
from gateway.readmodels.working import rests_on
from gateway.registers.facts import Shown
from gateway.registers.scorecard import trend
from infra.kernel import NotFound
from infra.postgres import Pool

PERIODS = 120


class Supposed(NamedTuple):
    """What is to be otherwise; None as it is."""

    version: int | None = None
    formula: Formula | None = None
    target: str | None = None
    deduplicated_to: int | None = None
    """De-duplications after this place in measurement's log are left out; 0 for all of them."""


async def what_if(
    pool: Pool,
    cut: Cut,
    initiative_id: UUID,
    indicator_id: UUID,
    supposed: Supposed,
    concordance: Concordance | None = None,
) -> Shown:
    """How an indicator stands, and how it would stand."""
    known = await figures(pool, cut, initiative_id, concordance)
    measure = known.of(indicator_id)
    other = measure.supposing(version=supposed.version, formula=supposed.formula)
    if supposed.version is not None and other.present is None:
        raise NotFound(kind="definition version of this indicator", id=supposed.version)
    blurred: frozenset[tuple[UUID, Any, Any]] = frozenset()
    others = known
    if supposed.deduplicated_to is not None:
        inputs = rests_on(other, known.measures).values() if other.formula else [other]
        found = await undoubled(
            pool,
            cut,
            initiative_id,
            [each.id for each in inputs],
            after=supposed.deduplicated_to,
        )
        others, blurred = known.instead(found), found.blurred
    actual = known.points(measure)
    return {
        "id": indicator_id,
        "code": measure.code,
        "name": measure.name,
        "actual": _shown(cut, measure, actual),
        "what_if": _supposedly(cut, measure, other, others, blurred, supposed),
    }


def _supposedly(
    cut: Cut,
    measure: Measure,
    other: Measure,
    known: Known,
    blurred: frozenset[tuple[UUID, Any, Any]],
    supposed: Supposed,
) -> Shown:
    if other.present is None:
        return _nothing("not-defined", f"{measure.code} has no definition yet")
    periods = list(_periods(other, known, blurred))
    points = known.points(other)
    shown = _shown(cut, other, points, fallback=measure, target=supposed.target)
    missing = next((each for each in periods if each["state"] != "computed"), None)
    reason = missing if missing and not points else None
    if not points and reason is None:
        what = "what its formula names" if other.formula else measure.code
        reason = {"reason": "no-value", "detail": f"nothing was recorded of {what}"}
    return shown | {
        "computable": bool(points),
        "reason": reason["reason"] if reason else None,
        "detail": reason["detail"] if reason else None,
        "periods": periods[:PERIODS],
    }


def _nothing(reason: str, detail: str) -> Shown:
    return {"computable": False, "reason": reason, "detail": detail, "periods": []}


def _periods(
    measure: Measure, known: Known, blurred: frozenset[tuple[UUID, Any, Any]]
) -> Iterator[Shown]:
    """Each period of which anything is known, the latest first: a value, or why there is none."""
    if measure.formula is not None:
        for each in whole.worked_out(measure, known.measures, known.spoken):
            if each.outcome.computed:
                yield _computed(each.point())
            else:
                yield _missing(each.period, each.outcome.reason, each.outcome.detail)
        return
    spoken = {_span(point["period"]): point for point in known.points(measure)}
    rows: dict[tuple[Any, Any], list[Any]] = {}
    for row in known.rows(measure):
        rows.setdefault((row["period_end"], row["period_start"]), []).append(row)
    unclear = {(end, start) for id, start, end in blurred if id == measure.id}
    missing = known.missing(measure)
    for span in sorted({*rows, *unclear, *spoken, *missing}, reverse=True):
        if span in spoken:
            yield _computed(spoken[span])
        elif span in missing and span not in unclear:
            period = {"text": None, "start": span[1], "end": span[0]}
            yield _missing(period, "incomplete", missing[span])
        else:
            yield _why(measure, span, rows.get(span, []), span in unclear)


def _why(measure: Measure, span: tuple[Any, Any], rows: Sequence[Any], unclear: bool) -> Shown:
    period = {"text": rows[0]["period"] if rows else None, "start": span[1], "end": span[0]}
    if unclear:
        detail = "a value was corrected after doubles had been taken out of it"
        return _missing(period, "corrected-since", detail)
    versions = sorted({row["definition_version"] for row in rows})
    if measure.series in versions:
        detail = "no value speaks for all of the initiative: not every place gave what is added up"
        return _missing(period, "incomplete", detail)
    counted = " and ".join(map(str, versions))
    detail = (
        f"what was submitted was counted by version {counted} of the definition; nothing that"
        f" version {measure.series} counts (“{measure.name}”) was ever collected"
    )
    return _missing(period, "inputs-never-collected", detail)


def _computed(point: Headline) -> Shown:
    names = ("value", "numerator", "denominator", "status", "basis", "places", "positions")
    return {
        "period": point["period"],
        "state": "computed",
        "reason": None,
        "detail": None,
        "certified": point["certified"],
        **{name: point[name] for name in names},
        **marked([point]),
    }


def _missing(period: Mapping[str, Any], reason: str | None, detail: str | None) -> Shown:
    return {"period": period, "state": "not-computable", "reason": reason, "detail": detail}


def _span(period: Mapping[str, Any]) -> tuple[Any, Any]:
    return period["end"], period["start"]


def _shown(
    cut: Cut,
    measure: Measure,
    points: Sequence[Headline],
    *,
    fallback: Measure | None = None,
    target: str | None = None,
) -> Shown:
    """How it stands: the target of a series that has none is that of the present one."""
    if measure.present is None:
        return {}
    terms, series = measure.terms, measure.series

    def judge(series: int, supposed: Shown | None = None) -> Shown:
        return standing(
            cut,
            measure.sides,
            points=points,
            series=series,
            polarity=terms["polarity"],
            supposed=supposed,
        )

    judged = judge(series)
    if target is not None:
        judged = judge(series, {"value": target, "position": None})
    elif judged["target"] is None and fallback is not None and fallback.present is not None:
        judged = judge(series, judge(fallback.series)["target"])
    aim = judged["target"]
    return {
        "definition": {
            "version": measure.present["version"],
            "series_version": series,
            "name": measure.name,
            "unit": terms["unit"],
        },
        "formula": measure.formula._asdict() if measure.formula else None,
        "target": {name: aim[name] for name in ("value", "period", "position")} if aim else None,
        **{name: judged[name] for name in ("baseline", "latest", "status", "pace")},
        "trend": trend(points, terms["polarity"]),
    }
