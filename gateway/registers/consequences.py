"""What a decision changed: every fact that names it, and what was done because of those."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.registers.facts import Fact, Facts, Kinds, Shown

ADAPTED, ENACTED = "agenda.adaptation-decided", "agenda.adaptation-enacted"
DROPPED = "agenda.adaptation-dropped"
REVISED, ACTIVITY_ADAPTED = "activities.plan-of-action-revised", "activities.activity-adapted"
BY_DECISION = (
    "agenda.authority-delegated",
    "agenda.backbone-appointed",
    "agenda.backbone-functions-changed",
    "agenda.charter-amended",
    "agenda.common-agenda-adopted",
    "agenda.common-agenda-revised",
    "agenda.plan-approved",
    "measurement.indicator-adopted",
    "measurement.measurement-framework-adopted",
    "measurement.measurement-framework-revised",
    "activities.plan-of-action-adopted",
    "activities.strategic-fork-recorded",
    "activities.strategy-selected",
)
BY_TARGET = ("measurement.target-set", "measurement.target-revised", "measurement.target-withdrawn")
BY_ADAPTATION = (REVISED, ACTIVITY_ADAPTED)
CONSEQUENCES: Kinds = {
    ADAPTED: ("adaptation_id", "decision_id", "kind", "text", "changes"),
    ENACTED: ("adaptation_id", "done"),
    DROPPED: ("adaptation_id",),
    **{fact: ("decision_id",) for fact in BY_DECISION},
    **{fact: ("target",) for fact in BY_TARGET},
    "measurement.target-revised": ("target", "was"),
    **{fact: ("adaptation_id",) for fact in BY_ADAPTATION},
}


def consequences(facts: Facts, decision: str) -> Shown:
    """Adaptations with what became of them; targets; plans; and whatever else names it."""
    adaptations = [each for each in facts.of(ADAPTED) if each["decision_id"] == decision]
    ids = {each["adaptation_id"] for each in adaptations}
    caused = list(_caused(facts, decision, ids))
    return {
        "adaptations": [_adaptation(facts, each) for each in adaptations],
        "targets": [_target(each) for each in caused if each.kind in BY_TARGET],
        "plans": [each.told() for each in caused if each.kind.startswith("activities.plan-")],
        "other": [
            each.told()
            for each in caused
            if each.kind not in BY_TARGET and not each.kind.startswith("activities.plan-")
        ],
    }


def _caused(facts: Facts, decision: str, adaptations: set[str]) -> Iterator[Fact]:
    for fact in facts.of(*BY_DECISION, *BY_TARGET, *BY_ADAPTATION):
        named = fact["target"]["decision_id"] if fact.kind in BY_TARGET else fact["decision_id"]
        adapts = fact.kind in BY_ADAPTATION and fact["adaptation_id"] in adaptations
        if adapts or named == decision:
            yield fact


def _adaptation(facts: Facts, decided: Fact) -> Shown:
    settled = [
        fact
        for fact in facts.of(ENACTED, DROPPED)
        if fact["adaptation_id"] == decided["adaptation_id"]
    ]
    state = settled[0].kind.rpartition("-")[2] if settled else "open"
    return {
        "adaptation_id": decided["adaptation_id"],
        "kind": decided["kind"],
        "text": decided["text"],
        "changes": decided["changes"],
        "state": state,
        "decided": decided.place(),
        "settled": settled[0].place() if settled else None,
    }


def _target(fact: Fact) -> Shown:
    target = fact["target"]
    return {
        "indicator": fact.named(fact.thing),
        "target_id": target["target_id"],
        "was": fact["was"],
        "now": target["value"] if not fact.kind.endswith("withdrawn") else None,
    } | fact.told()
