"""Registers of what was changed about the measuring itself: definitions and targets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.registers.facts import Fact, Facts, Kinds, Shown

PROPOSED, DEFINED = "measurement.indicator-proposed", "measurement.indicator-defined"
CHANGED, DEPRECATED = "measurement.indicator-definition-changed", "measurement.indicator-deprecated"
SET, REVISED = "measurement.target-set", "measurement.target-revised"
WITHDRAWN = "measurement.target-withdrawn"
MEASURES: Kinds = {
    PROPOSED: ("code", "name"),
    DEFINED: ("version", "definition"),
    CHANGED: ("version", "definition", "comparable", "series_version"),
    DEPRECATED: ("version",),
}
TARGETS: Kinds = {
    PROPOSED: ("code", "name"),
    SET: ("target", "carried_over_from", "no_baseline_yet"),
    REVISED: ("target", "was"),
    WITHDRAWN: ("target",),
}
PLACED = ("period", "start", "end", "place", "dimensions")
SAID_OF_A_TARGET = ("target_id", "version", "tolerance", *PLACED)


def measures(facts: Facts) -> list[Shown]:
    """Every change of a definition: what was, what is, why, and whether values still compare."""
    codes = _codes(facts)
    before: dict[str, Mapping[str, Any]] = {}
    found = []
    for fact in facts.of(DEFINED, CHANGED, DEPRECATED):
        if fact.kind != DEFINED:
            found.append(_measure(fact, codes, before.get(fact.thing, {})))
        if fact.kind != DEPRECATED:
            before[fact.thing] = fact["definition"]
    return found


def _measure(fact: Fact, codes: Mapping[str, str], was: Mapping[str, Any]) -> Shown:
    deprecated = fact.kind == DEPRECATED
    now = {} if deprecated else fact["definition"]
    changed = sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
    return {
        "indicator": fact.named(fact.thing) | {"code": codes.get(fact.thing)},
        "change": "deprecated" if deprecated else "redefined",
        "version": fact["version"],
        "comparable": None if deprecated else fact["comparable"],
        "break": not deprecated and not fact["comparable"],
        "series_version": fact["series_version"],
        "fields": []
        if deprecated
        else [{"field": name, "was": was.get(name), "now": now.get(name)} for name in changed],
    } | fact.told()


def targets(facts: Facts) -> list[Shown]:
    """Every target that was set, carried over, revised or withdrawn; by which decision, and why."""
    codes = _codes(facts)
    return [_target(facts, fact, codes) for fact in facts.of(SET, REVISED, WITHDRAWN)]


def _target(facts: Facts, fact: Fact, codes: Mapping[str, str]) -> Shown:
    target = fact["target"]
    change = fact.kind.rpartition("-")[2]
    over = fact["carried_over_from"]
    was = fact["was"]
    if over is not None:
        change, was = "carried-over", _value_of(facts, over, before=fact.sequence)
    if fact.kind == WITHDRAWN:
        was = target["value"]
    return {
        "indicator": fact.named(fact.thing) | {"code": codes.get(fact.thing)},
        "change": change,
        "was": was,
        "now": None if fact.kind == WITHDRAWN else target["value"],
        "carried_over_from": over,
        "no_baseline_yet": bool(fact["no_baseline_yet"]),
        "decision": fact.named(target.get("decision_id")) if target.get("decision_id") else None,
        **{name: target.get(name) for name in SAID_OF_A_TARGET},
    } | fact.told()


def _value_of(facts: Facts, target_id: str, *, before: int) -> str | None:
    """What a target stood at before a fact of the same service."""
    stood = [fact for fact in facts.of(SET, REVISED) if fact.sequence < before]
    found = [fact for fact in stood if fact["target"]["target_id"] == target_id]
    return found[-1]["target"]["value"] if found else None


def _codes(facts: Facts) -> Mapping[str, str]:
    return {fact.thing: fact["code"] for fact in facts.of(PROPOSED)}
