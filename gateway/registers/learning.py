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
    caused, zone = _Caused(facts), facts.cut.zone
    found = []
    for review in facts.of(REVIEWED, TRIGGERED):
        change = caused.first_by(review)
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


class _Caused:
    """The changes of plans and targets, by the adaptation or the decision that they name."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._by_cause: dict[str, list[Fact]] = {}
        for fact in facts.of(REVISED, ENACTED, *BY_TARGET):
            target = fact["target"] if fact.kind in BY_TARGET else None
            for cause in {fact["adaptation_id"], target and target.get("decision_id")} - {None}:
                self._by_cause.setdefault(str(cause), []).append(fact)

    def first_by(self, review: Fact) -> Fact | None:
        """Of what the adaptations decided in this review, before the next one, brought about."""
        reviews = self._facts.of(REVIEWED, TRIGGERED, thing=review.thing)
        later = [each.sequence for each in reviews if each.sequence > review.sequence]
        end = min(later, default=2**62)
        adapted = [
            fact
            for fact in self._facts.of(ADAPTED, thing=review.thing)
            if review.sequence < fact.sequence < end
        ]
        causes = {fact[name] for fact in adapted for name in ("adaptation_id", "decision_id")}
        changes = [fact for cause in causes for fact in self._by_cause.get(cause, ())]
        return min(changes, key=_when, default=None)


def _when(fact: Fact) -> tuple[str, str, int]:
    return fact.line["time"], fact.source, fact.sequence
