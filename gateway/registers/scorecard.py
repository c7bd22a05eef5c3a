"""The scorecard: each indicator with its trend, and the story behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from gateway.registers.facts import Fact, Facts, Kinds, Shown

ENOUGH_POINTS = 3
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
    """Where the values go, by pairs: it rises if two of three pairs of periods rise.

    `points`: the latest first. Fewer than three say nothing, and that is what is said.
    """
    shown = [
        {"value": each["value"], "period": each["period"], "positions": each["positions"]}
        for each in points[:SHOWN_POINTS]
    ][::-1]
    if len(shown) < ENOUGH_POINTS:
        return {
            "direction": None,
            "meaning": "too few points",
            "points": shown,
            "needed": ENOUGH_POINTS,
        }
    direction = _direction([Decimal(each["value"]) for each in shown])
    return {
        "direction": direction,
        "meaning": _meaning(direction, polarity),
        "points": shown,
        "needed": ENOUGH_POINTS,
    }


def _direction(values: Sequence[Decimal]) -> str:
    pairs = list(combinations(values, 2))
    rising = sum(1 for earlier, later in pairs if later > earlier)
    falling = sum(1 for earlier, later in pairs if later < earlier)
    if 3 * rising >= 2 * len(pairs):
        return "rising"
    return "falling" if 3 * falling >= 2 * len(pairs) else "level"


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
