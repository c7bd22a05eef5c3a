"""The number that a decision was taken on, and what that number is now."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from gateway.journal.vector import Vector, VectorMalformed
from gateway.readmodels import progress
from gateway.readmodels.cut import Cut
from gateway.registers.facts import Shown
from infra.postgres import Pool


async def numbers(pool: Pool, cut: Cut, initiative: UUID, dossier: Shown) -> Shown:
    """What is said of superseded evidence, with the headlines of the indicator that was cited
    where nobody stated them: as they were known to the decision, and for that period now. Who
    reads from outside sees what was released."""
    said: Shown = dossier["superseded"]
    evidence = dossier["evidence"]
    if not said["flag"] or said["was"] is not None or not evidence:
        return said
    cited = {ref.get("id") for ref in evidence["refs"] if ref["source"] == "measurement"}
    try:
        known_at = Vector.parse(evidence["known_at"])
    except VectorMalformed:  # it names a service twice: nobody can say what was known
        return said
    then = replace(cut, vector=known_at, instant=None, as_at=None)
    for indicator, was in await _headlines(pool, then, initiative, cited):
        for same, now in await _headlines(pool, cut, initiative, {str(indicator["id"])}):
            return said | {"was": _shown(indicator, was[:1]), "now": _shown(same, _of(now, was))}
    return said


async def _headlines(
    pool: Pool, cut: Cut, initiative: UUID, ids: set[Any]
) -> list[tuple[Shown, list[Shown]]]:
    """Those of the indicators of which something was known, each with its values."""
    found = await progress.with_points(pool, cut, initiative)
    return [(one, list(points)) for one, points in found if str(one["id"]) in ids and points]


def _of(now: list[Shown], was: list[Shown]) -> list[Shown]:
    """The value for the period that was looked at."""
    period = was[0]["period"]
    return [each for each in now if each["period"] == period]


def _shown(indicator: Shown, values: list[Shown]) -> str | None:
    return f"{values[0]['value']} {indicator['unit']}" if values else None
