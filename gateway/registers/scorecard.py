"""The scorecard: each indicator with its trend, and the story behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from gateway.readmodels.headline import comparable
from gateway.readmodels.pace import years
from gateway.readmodels.totals import marked
from gateway.readmodels.trend import (
    MOST,
    NEEDED,
    Point,
    Tested,
    mann_kendall,
    slope,
    turning_points,
)
from gateway.registers.facts import Fact, Facts, Kinds, Shown
from infra.formulas import rounded, written

EPOCH = date(2000, 12, 31)
SHOWN_POINTS = 12
STORY = 10
OF_THE_INDICATOR = (
    "measurement.indicator-definition-changed",
    "measurement.target-set",
    "measurement.target-revised",
    "measurement.target-withdrawn",
)
NAMING_IT: Kinds = {
    "activities.contribution-claimed": ("indicator_id",),
    "activities.contribution-withdrawn": ("indicator_id",),
    "measurement.observation-corrected": ("indicator_id",),
    "measurement.observation-deduplicated": ("indicator_id",),
}
KINDS: Kinds = {**{fact: () for fact in OF_THE_INDICATOR}, **NAMING_IT}


def scored(
    indicator: Mapping[str, Any], points: Sequence[Mapping[str, Any]], facts: Facts
) -> Shown:
    """The indicator as progress shows it, its trend, and the facts behind it."""
    return {
        **indicator,
        "trend": trend(points, indicator.get("polarity")),
        "story": [fact.told() for fact in _about(facts, str(indicator["id"]))[-STORY:]],
    }


def trend(points: Sequence[Mapping[str, Any]], polarity: str | None) -> Shown:
    """Where the values go, by test; `points`: the latest first.

    Only values of the present series, counted in the same places, are one row. Fewer than five say
    nothing, and that is what is said.
    """
    alike = comparable(points)[:MOST]
    row = alike[::-1]
    told: Shown = {
        "direction": None,
        "meaning": "too few points",
        "test": None,
        "slope": None,
        "turning_points": [],
        "points": [_point(each) for each in row[-SHOWN_POINTS:]],
        "counted": len(row),
        "left_out": len(points) - len(row),
        "needed": NEEDED,
    }
    if len(row) < NEEDED:
        return told
    values = [Fraction(each["value"]) for each in row]
    tested = mann_kendall(values)
    return told | {
        "direction": tested.direction,
        "meaning": _meaning(tested.direction, polarity),
        "test": _told(tested),
        "slope": written(slope([Point(_at(each), Fraction(each["value"])) for each in row]), 4),
        "turning_points": [
            {"kind": turn.kind, **_point(row[turn.at])} for turn in turning_points(values)
        ],
    }


def _told(tested: Tested) -> Shown:
    return {
        "name": "Mann-Kendall",
        "s": tested.s,
        "p": rounded(tested.p, 4),
        "confidence": rounded(1 - tested.p, 4),
        "exact": tested.exact,
    }


def _point(each: Mapping[str, Any]) -> Shown:
    names = ("value", "period", "positions")
    return {name: each[name] for name in names} | dict(marked([each]))


def _at(each: Mapping[str, Any]) -> Fraction:
    return years(EPOCH, date.fromisoformat(str(each["period"]["end"])))


def _meaning(direction: str, polarity: str | None) -> str:
    if direction == "level":
        return "no clear trend"
    better = {"higher-is-better": "rising", "lower-is-better": "falling"}.get(polarity or "")
    if better is None:
        return "not judged"
    return "improving" if direction == better else "worsening"


def _about(facts: Facts, indicator: str) -> list[Fact]:
    return [
        fact
        for fact in facts
        if (fact.kind in OF_THE_INDICATOR and fact.thing == indicator)
        or (fact.kind in NAMING_IT and fact["indicator_id"] == indicator)
    ]
