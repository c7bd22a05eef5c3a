"""Learning latency: from a review's opening to the first change of plan or target it caused."""

from __future__ import annotations

from gateway.registers.consequences import ADAPTED, BY_TARGET, ENACTED, REVISED
from gateway.registers.facts import Fact, Facts, Kinds, Shown

REVIEWED, TRIGGERED = "agenda.review-opened", "agenda.review-triggered"
LEARNING: Kinds = {
    REVIEWED: (),
    TRIGGERED: ("cause",),
    ADAPTED: ("adaptation_id", "decision_id"),
    ENACTED: ("adaptation_id",),
    REVISED: ("adaptation_id",),
    **{fact: ("target",) for fact in BY_TARGET},
}


def latencies(facts: Facts) -> list[Shown]:
    """For each review: the first change, and how many days it took."""
    found = []
    for review in facts.of(REVIEWED, TRIGGERED):
        change = _first_change(facts, review)
        zone = facts.cut.zone
        began = review.time.astimezone(zone).date()
        found.append(
            {
                "cycle": review.named(review.thing),
                "review": review.place(),
                "change": change.told() if change else None,
                "days": (change.time.astimezone(zone).date() - began).days if change else None,
                "facts": [review, change] if change else [review],
            }
        )
    return found


def _first_change(facts: Facts, review: Fact) -> Fact | None:
    """Of what the adaptations decided in this review, before the next one, brought about."""
    later = [
        each.sequence
        for each in facts.of(REVIEWED, TRIGGERED)
        if each.thing == review.thing and each.sequence > review.sequence
    ]
    end = min(later, default=2**62)
    adapted = [
        fact
        for fact in facts.of(ADAPTED)
        if fact.thing == review.thing and review.sequence < fact.sequence < end
    ]
    adaptations = {fact["adaptation_id"] for fact in adapted}
    named = {fact["decision_id"] for fact in adapted}
    changes = [
        fact
        for fact in facts.of(REVISED, ENACTED, *BY_TARGET)
        if fact["adaptation_id"] in adaptations
        or (fact.kind in BY_TARGET and fact["target"].get("decision_id") in named)
    ]
    changes.sort(key=lambda fact: (fact.line["time"], fact.source, fact.sequence))
    return changes[0] if changes else None
