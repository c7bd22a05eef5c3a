"""The five conditions at a glance, each by one predicate per state, with the facts that say so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from gateway.registers.facts import Fact, Facts, Kinds, Shown

ADOPTED = ("agenda.common-agenda-adopted", "agenda.common-agenda-revised")
DRAFTED = (
    "agenda.problem-statement-drafted",
    "agenda.vision-drafted",
    "agenda.outcome-defined",
)
FRAMEWORK = (
    "measurement.measurement-framework-adopted",
    "measurement.measurement-framework-revised",
)
MEASURED = "measurement.indicator-adopted"
MEASURING = (
    "measurement.measurement-framework-opened",
    "measurement.indicator-proposed",
    MEASURED,
)
PLANNED = ("activities.plan-of-action-adopted", "activities.plan-of-action-revised")
CONFIRMED, DISSOLVED = (
    "activities.reinforcement-confirmed",
    "activities.reinforcement-dissolved",
)
WORKING = ("activities.activity-proposed", "activities.reinforcement-claimed", CONFIRMED)
HELD, ANSWERED, OVERDUE = (
    "agenda.engagement-held",
    "agenda.feedback-returned",
    "agenda.feedback-overdue",
)
TALKING = ("agenda.engagement-planned", HELD, "agenda.update-published", ANSWERED)
APPOINTED, ENDED = "agenda.backbone-appointed", "agenda.backbone-term-ended"
FUNDED = "agenda.backbone-funding-secured"
KINDS: Kinds = {
    **{
        fact: ()
        for fact in (*ADOPTED, *DRAFTED, *FRAMEWORK, *MEASURING, *PLANNED, *WORKING, *TALKING)
    },
    DISSOLVED: (),
    OVERDUE: (),
    APPOINTED: ("appointment_id",),
    ENDED: ("appointment_id",),
    FUNDED: ("appointment_id", "covered_until"),
}
Found = Sequence[Fact] | None
"""The facts by which a state is reached; None where it is not."""


class Condition(NamedTuple):
    """In place and forming: in words, and as a predicate. What is neither is missing."""

    name: str
    in_place: str
    is_in_place: Callable[[Facts], Found]
    forming: str
    signs: tuple[str, ...]


def _agenda(facts: Facts) -> Found:
    adopted = facts.last(*ADOPTED)
    return [adopted] if adopted else None


def _measurement(facts: Facts) -> Found:
    framework, indicator = facts.last(*FRAMEWORK), facts.last(MEASURED)
    return [framework, indicator] if framework and indicator else None


def _activities(facts: Facts) -> Found:
    gone = {fact.thing for fact in facts.of(DISSOLVED)}
    links = [fact for fact in facts.of(CONFIRMED) if fact.thing not in gone]
    plan = facts.last(*PLANNED)
    return [plan, links[-1]] if plan and links else None


def _communication(facts: Facts) -> Found:
    """No answer is overdue: whatever was, has been given since."""
    answers = {fact.thing: fact.sequence for fact in facts.of(ANSWERED)}
    late = [f for f in facts.of(OVERDUE) if answers.get(f.thing, 0) < f.sequence]
    return facts.of(ANSWERED)[-1:] if answers and not late else None


def _backbone(facts: Facts) -> Found:
    ended = {fact["appointment_id"] for fact in facts.of(ENDED)}
    for appointed in facts.of(APPOINTED)[::-1]:
        id = appointed["appointment_id"]
        funded = [f for f in facts.of(FUNDED) if f["appointment_id"] == id and _covers(facts, f)]
        if id not in ended and funded:
            return [appointed, funded[-1]]
    return None


def _covers(facts: Facts, funded: Fact) -> bool:
    until = date.fromisoformat(funded["covered_until"])
    return facts.today is not None and facts.today <= until


CONDITIONS = (
    Condition(
        "common agenda",
        "A common agenda was adopted by a decision.",
        _agenda,
        "A problem, a vision or an outcome is written down.",
        DRAFTED,
    ),
    Condition(
        "shared measurement",
        "A measurement framework and at least one indicator are adopted.",
        _measurement,
        "A framework is open, or an indicator is proposed.",
        MEASURING,
    ),
    Condition(
        "mutually reinforcing activities",
        "A plan of action is adopted, and a reinforcement between activities is confirmed.",
        _activities,
        "An activity is proposed, or a reinforcement is claimed.",
        WORKING,
    ),
    Condition(
        "continuous communication",
        "People who were asked have been answered, and no answer is overdue.",
        _communication,
        "An engagement is planned or held, or an update was published.",
        TALKING,
    ),
    Condition(
        "backbone support",
        "A backbone is appointed, and its funding covers the day of the cut.",
        _backbone,
        "A backbone is appointed.",
        (APPOINTED,),
    ),
)


def conditions(facts: Facts) -> list[Shown]:
    """Each of the five: in place, forming or missing, by which predicate and which facts."""
    return [_state(facts, condition) for condition in CONDITIONS]


def _state(facts: Facts, condition: Condition) -> Shown:
    found = condition.is_in_place(facts)
    if found is not None:
        return _shown(condition, "in place", condition.in_place, found)
    signs = facts.of(*condition.signs)[-3:]
    if signs:
        return _shown(condition, "forming", condition.forming, signs)
    return _shown(condition, "missing", f"Not so: {condition.forming}", [])


def _shown(condition: Condition, state: str, because: str, found: Sequence[Fact]) -> Shown:
    return {
        "condition": condition.name,
        "state": state,
        "because": because,
        "facts": [fact.told() for fact in found],
    }
