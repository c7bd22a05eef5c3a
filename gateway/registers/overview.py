"""An initiative on one page: conditions, phases, readiness, partners, the cycle and what is due."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.registers import commitments, conditions
from gateway.registers.facts import Fact, Facts, Shown, joined

LOCATED = "agenda.phase-located"
AGREED, COMPLETED = "agenda.readiness-position-agreed", "agenda.readiness-assessment-completed"
SCHEDULED = "agenda.readiness-reassessment-scheduled"
JOINED, LEFT = (
    "agenda.partner-joined",
    (
        "agenda.partner-withdrew",
        "agenda.partner-agreement-lapsed",
    ),
)
OPENED, CLOSED = "agenda.cycle-opened", "agenda.cycle-closed"
PHASES = {
    OPENED: "plan",
    "agenda.do-phase-started": "do",
    "agenda.review-opened": "review",
    "agenda.review-triggered": "review",
    "agenda.adaptation-decided": "improve",
    CLOSED: "closed",
}
KINDS = joined(
    conditions.KINDS,
    commitments.KINDS,
    {fact: () for fact in PHASES},
    {
        LOCATED: ("framework", "framework_version", "element", "phase", "basis", "assessed_by"),
        AGREED: ("positions", "divergence", "band"),
        COMPLETED: ("total", "band", "respondents", "roles", "sectors"),
        SCHEDULED: ("due",),
        JOINED: ("partner_id", "organisation", "sector", "role"),
        LEFT[0]: ("partner_id",),
        LEFT[1]: ("partner_id",),
        OPENED: ("number", "title", "review_on"),
        conditions.HELD: ("answer_due",),
    },
)


def overview(facts: Facts) -> Shown:
    return {
        "conditions": conditions.conditions(facts),
        "phases": _phases(facts),
        "readiness": _readiness(facts),
        "partners": _partners(facts),
        "cycle": _cycle(facts),
        "due": sorted(_due(facts), key=lambda each: (each["on"], each["position"])),
    }


def _phases(facts: Facts) -> list[Shown]:
    """The grid: for each framework and element where it stands, and where it stood before."""
    found: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts.of(LOCATED):
        found.setdefault((fact["framework"], fact["element"]), []).append(fact)
    return [
        {
            "framework": framework,
            "element": element,
            "phase": located[-1]["phase"],
            "basis": located[-1]["basis"],
            "assessed_by": located[-1]["assessed_by"],
            "before": [each["phase"] for each in located[:-1]],
        }
        | located[-1].place()
        for (framework, element), located in sorted(found.items())
    ]


def _readiness(facts: Facts) -> Shown | None:
    completed, agreed = facts.last(COMPLETED), facts.last(AGREED)
    if agreed is None:
        return None
    return {
        "positions": agreed["positions"],
        "divergence": agreed["divergence"],
        "band": (completed or agreed)["band"],
        "total": completed["total"] if completed else None,
        "respondents": completed["respondents"] if completed else None,
        "agreed": agreed.place(),
        "completed": completed.place() if completed else None,
    }


def _partners(facts: Facts) -> list[Shown]:
    """Those who are partners on the day of the cut, by sector."""
    present: dict[str, Fact] = {}
    for fact in facts.of(JOINED, *LEFT):
        if fact.kind == JOINED:
            present[fact["partner_id"]] = fact
        else:
            present.pop(fact["partner_id"], None)
    sectors: dict[str, list[Shown]] = {}
    for id, fact in present.items():
        named = fact.named(id) | {"role": fact["role"]}
        sectors.setdefault(fact["sector"], []).append(named)
    return [{"sector": sector, "partners": found} for sector, found in sorted(sectors.items())]


def _cycle(facts: Facts) -> Shown | None:
    """The cycle that was opened last."""
    opened = facts.last(OPENED)
    if opened is None:
        return None
    turned = facts.last(*PHASES, thing=opened.thing) or opened
    return {
        "id": opened.thing,
        "number": opened["number"],
        "title": opened["title"],
        "phase": PHASES[turned.kind],
        "review_on": opened["review_on"],
        "page": f"/v1/cycles/{opened.thing}",
    } | opened.place()


def _due(facts: Facts) -> Iterator[Shown]:
    """What is to be done by a day: answers, commitments, reviews, funding, readiness."""
    yield from _owed(facts)
    closed = {fact.thing for fact in facts.of(CLOSED)}
    for opened in facts.of(OPENED):
        if opened.thing not in closed:
            yield _on(facts, opened, opened["review_on"], "review of the cycle")
    funded = facts.last(conditions.FUNDED)
    if funded is not None:
        yield _on(facts, funded, funded["covered_until"], "end of the backbone's funding")
    scheduled = facts.last(SCHEDULED)
    if scheduled is not None:
        yield _on(facts, scheduled, scheduled["due"], "readiness is assessed again")


def _owed(facts: Facts) -> Iterator[Shown]:
    """Answers to people who were asked, and what partners promised."""
    answered = {fact.thing for fact in facts.of(conditions.ANSWERED)}
    for held in facts.of(conditions.HELD):
        if held["answer_due"] and held.thing not in answered:
            yield _on(facts, held, held["answer_due"], "answer to those who were asked")
    pledged = {fact.thing: fact for fact in facts.of(commitments.PLEDGED)}
    for entry in commitments.commitments(facts):
        if entry["state"] in commitments.OPEN:
            yield _on(facts, pledged[entry["id"]], entry["due"], entry["promise"])


def _on(facts: Facts, fact: Fact, day: Any, what: str) -> Shown:
    on = str(day)[:10]
    overdue = facts.today is not None and on < facts.today.isoformat()
    return {"on": on, "what": what, "overdue": overdue} | fact.place()
