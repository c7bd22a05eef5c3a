"""The dossier of one number: its versions, who and why, whence it comes, who relies on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from gateway.readmodels.cut import Cut
from gateway.readmodels.observations import OBSERVED, shown
from gateway.readmodels.speech import Names
from gateway.registers import lineage
from gateway.registers.facts import SQL, Fact, Facts, Shown, about, gathered
from gateway.registers.origins import NOTED, RECEIVED, certified, origins, standing
from infra.postgres import Pool, connection

ACCEPTED = "measurement.submission-accepted"


class Cell(NamedTuple):
    """Where a number stands: whose, in which series, for which period."""

    indicator_id: UUID
    series_id: UUID
    start: date
    end: date


async def dossier(pool: Pool, cut: Cut, cell: Cell) -> Shown | None:
    """Everything about one number; None where nothing was known of it."""
    async with connection(pool) as db:
        known = cut.vector["measurement"]
        rows = await db.fetch(SQL["number"], *cell, known, cut.ended_by)
        if not rows:
            return None
    initiative = rows[0]["initiative_id"]
    submissions = {row["submission_id"] for row in rows if row["submission_id"]}
    facts = await gathered(pool, cut, initiative, lineage.KINDS)
    history = await about(pool, cut, initiative, submissions, without=[NOTED])
    agreements = {UUID(id) for each in history.of(RECEIVED) if (id := each["agreement_id"])}
    accepted = {each.thing: each.sequence for each in history.of(ACCEPTED)}
    versions = [_version(row, facts.names, accepted) for row in rows]
    acts = await about(pool, cut, initiative, [cell.series_id], without=list(OBSERVED))
    agreed = await about(pool, cut, initiative, agreements)
    now = standing([each for each in versions if each["counts"]])
    return _put_together(cell, rows, versions, facts, [*history, *agreed], list(acts)) | {
        "initiative_id": initiative,
        "origins": origins(history),
        "now": now,
        "certified": certified(now),
    }


def _version(row: Any, names: Names, accepted: Mapping[str, int]) -> Shown:
    """One version, with who gave it and why; it counts from the acceptance of its submission."""
    kind, series = f"measurement.{row['kind']}", str(row["series_id"])
    fact = Fact(kind, "measurement", row["sequence"], series, row["line"], names)
    submission = str(row["submission_id"]) if row["submission_id"] else None
    return {
        "sequence": row["sequence"],
        "value": row["value"],
        "numerator": row["numerator"],
        "denominator": row["denominator"],
        "status": row["status"],
        "counts": row["counts"],
        "counted_from": accepted.get(submission) if submission else row["sequence"],
        "submission_id": submission,
        "was": fact["was"],
        "removed": fact["removed"],
        "method": fact["method"],
        "parties": [fact.named(id) for id in fact["parties"] or []],
        "evidence": fact.provenance.get("evidence", []),
    } | fact.told()


def _put_together(
    cell: Cell,
    rows: Sequence[Any],
    versions: Sequence[Shown],
    facts: Facts,
    history: Sequence[Fact],
    acts: Sequence[Fact],
) -> Shown:
    indicator, series = str(cell.indicator_id), str(cell.series_id)
    version = rows[-1]["definition_version"]
    cites = {indicator: "its indicator", series: "its series"}
    cites |= {v["submission_id"]: "its submission" for v in versions if v["submission_id"]}
    where = shown(rows[-1])
    return {
        "id": f"{series}/{cell.start}/{cell.end}",
        "indicator": {"id": indicator, "name": _name(facts, indicator)},
        "series_id": series,
        "place": where["place"],
        "dimensions": where["dimensions"],
        "period": where["period"],
        "versions": versions,
        "acts": [each.told() for each in acts],
        "definition": lineage.definition(facts, indicator, version),
        "submissions": [each.told() for each in history],
        "outcomes": lineage.outcomes(facts, indicator),
        "cited_by": lineage.citations(facts, cites, versions),
        "used_by": list(lineage.uses(facts, indicator, version)),
    }


def _name(facts: Facts, indicator: str) -> str | None:
    return facts.names.get(indicator)
