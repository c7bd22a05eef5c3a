"""Decisions: by which rule, with whom, on what evidence, and what has become of it since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.registers.consequences import CONSEQUENCES, consequences
from gateway.registers.facts import Fact, Facts, Kinds, Shown, joined
from gateway.registers.objections import OBJECTIONS, objections

RAISED, AMENDED = "agenda.proposal-raised", "agenda.proposal-amended"
MADE, DEFERRED = "agenda.decision-made", "agenda.decision-deferred"
LAPSED, REVERSED = "agenda.proposal-lapsed", "agenda.decision-reversed"
SUPERSEDED = "agenda.decision-evidence-superseded"
CHARTERED = ("agenda.charter-adopted", "agenda.charter-amended")
BASIC: Kinds = {
    RAISED: ("decision_class", "title", "text", "options", "concerns", "reverses", "cites"),
    MADE: (
        "decision_class",
        "charter_version",
        "rule",
        "attendees",
        "sectors",
        "voices",
        "result",
        "option",
        "dissent",
        "cites",
        "decided_at",
        "wording",
    ),
    DEFERRED: ("until", "text"),
    LAPSED: (),
    REVERSED: ("reversed_by",),
    SUPERSEDED: ("cause", "was", "now", "note"),
}
"""What the register reads."""
KINDS = joined(
    BASIC,
    OBJECTIONS,
    CONSEQUENCES,
    {
        AMENDED: ("wording", "text", "cites"),
        "agenda.stood-aside": ("person", "organisation", "text"),
        "agenda.conflict-declared": ("person", "organisation", "nature"),
        **{fact: ("charter_version",) for fact in CHARTERED},
    },
)
"""What a dossier reads."""


def register(facts: Facts) -> list[Shown]:
    """Every proposal and what was decided, in the order in which they were raised."""
    return [entry(facts, raised) for raised in facts.of(RAISED)]


def entry(facts: Facts, raised: Fact) -> Shown:
    """One line of the register."""
    id = raised.thing
    made = facts.last(MADE, thing=id)
    return {
        "id": id,
        "title": raised["title"],
        "decision_class": raised["decision_class"],
        "status": status(facts, id),
        "raised": raised.place() | {"who": raised.who()},
        "decided": made.place() | {"decided_at": made["decided_at"]} if made else None,
        "result": made["result"] if made else None,
        "charter_version": made["charter_version"] if made else None,
        "method": made["rule"]["method"] if made else None,
        "sectors": made["sectors"] if made else [],
        "voices": made["voices"] if made else None,
        "superseded": superseded(facts, id),
        "reversed_by": reversal(facts, id),
        "dossier": f"/v1/decisions/{id}",
    }


def status(facts: Facts, id: str) -> str:
    """open, deferred, lapsed, decided or reversed."""
    if facts.of(REVERSED, thing=id):
        return "reversed"
    if facts.of(MADE, thing=id):
        return "decided"
    if facts.of(LAPSED, thing=id):
        return "lapsed"
    return "deferred" if facts.of(DEFERRED, thing=id) else "open"


def superseded(facts: Facts, id: str) -> Shown:
    """Whether what it stood on has changed since: what it was taken on, and what it is now."""
    flags = facts.of(SUPERSEDED, thing=id)
    known = [flag for flag in flags if flag["was"] is not None]
    newer = [flag for flag in flags if flag["now"] is not None]
    causes = [
        {"cause": flag["cause"], "was": flag["was"], "now": flag["now"], "note": flag["note"]}
        | flag.place()
        for flag in flags
    ]
    return {
        "flag": bool(flags),
        "was": known[0]["was"] if known else None,
        "now": newer[-1]["now"] if newer else None,
        "causes": causes,
    }


def reversal(facts: Facts, id: str) -> Shown | None:
    """The later decision that reversed this one, and why."""
    fact = facts.last(REVERSED, thing=id)
    if fact is None:
        return None
    return fact.named(fact["reversed_by"]) | {"reason": fact.reason} | fact.place()


def dossier(facts: Facts, id: str) -> Shown | None:
    """Everything about one decision; None where the proposal was not known."""
    raised = facts.last(RAISED, thing=id)
    if raised is None:
        return None
    made = facts.last(MADE, thing=id)
    last = facts.last(AMENDED, thing=id) or raised
    return entry(facts, raised) | {
        "text": last["text"],
        "wordings": _wordings(facts, raised),
        "options": raised["options"] or [],
        "option": made["option"] if made else None,
        "concerns": [raised.named(each) for each in raised["concerns"] or []],
        "deferrals": [
            {"until": each["until"], "text": each["text"]} | each.place()
            for each in facts.of(DEFERRED, thing=id)
        ],
        "rule": _rule(facts, made),
        "people": _people(made),
        "objections": objections(facts, id),
        "stood_aside": _persons(facts.of("agenda.stood-aside", thing=id), "text"),
        "conflicts": _persons(facts.of("agenda.conflict-declared", thing=id), "nature"),
        "dissent": [_dissent(made, each) for each in made["dissent"]] if made else [],
        "evidence": evidence(made or last, outside=facts.cut.outside is not None),
        "reverses": raised.named(raised["reverses"]) if raised["reverses"] else None,
        "changed": consequences(facts, id),
    }


def _wordings(facts: Facts, raised: Fact) -> list[Shown]:
    first = {"wording": 1, "text": raised["text"]} | raised.place()
    amended = facts.of(AMENDED, thing=raised.thing)
    return [first, *({"wording": f["wording"], "text": f["text"]} | f.place() for f in amended)]


def _rule(facts: Facts, made: Fact | None) -> Shown | None:
    """The rule as it was in force, with the charter's fact that put it there."""
    if made is None:
        return None
    version = made["charter_version"]
    charter = [each for each in facts.of(*CHARTERED) if each["charter_version"] == version]
    in_force = charter[-1].place() if charter else None
    return dict(made["rule"]) | {"charter_version": version, "charter": in_force}


def _people(made: Fact | None) -> list[Shown]:
    """Who was there, by sector."""
    if made is None:
        return []
    sectors: dict[str, list[Mapping[str, Any]]] = {}
    for attendee in made["attendees"]:
        sectors.setdefault(attendee["sector"], []).append(attendee)
    return [
        {"sector": sector, "counted": _counted(found), "people": [_person(made, p) for p in found]}
        for sector, found in sorted(sectors.items())
    ]


def _counted(people: Sequence[Mapping[str, Any]]) -> int:
    return sum(1 for each in people if each["counted"])


def _person(made: Fact, attendee: Mapping[str, Any]) -> Shown:
    said = {name: value for name, value in attendee.items() if name != "sector"}
    return said | {"organisation": made.named(attendee["organisation"])}


def _persons(facts: Sequence[Fact], what: str) -> list[Shown]:
    return [
        {
            "person": each["person"],
            "organisation": each.named(each["organisation"]),
            what: each[what],
        }
        | each.place()
        for each in facts
    ]


def _dissent(made: Fact, said: Mapping[str, Any]) -> Shown:
    return dict(said) | {"organisation": made.named(said["organisation"])}


def evidence(fact: Fact, *, outside: bool) -> Shown | None:
    """What was cited, and where to see it just as it was known then. Outside nobody is told what
    a cited line of measurement says."""
    cites = fact["cites"]
    if not cites:
        return None
    known_at = cites["known_at"]
    return {
        "known_at": known_at,
        "refs": [_ref(fact, each, known_at, outside=outside) for each in cites["refs"]],
    }


def _ref(fact: Fact, ref: Mapping[str, Any], known_at: str, *, outside: bool) -> Shown:
    said = {name: value for name, value in ref.items() if value is not None}
    if outside and ref["source"] == "measurement" and ref.get("sequence"):
        said.pop("note", None)
    initiative = fact.line["partitionkey"]
    if ref.get("sequence"):
        return said | {"seen": f"/v1/events/{ref['source']}/{ref['sequence']}"}
    query = f"as_known_at={known_at}"
    page = f"/v1/initiatives/{initiative}/progress?{query}"
    if ref["source"] != "measurement":
        page = f"/v1/initiatives/{initiative}/timeline?about={ref['id']}&{query}"
    return said | {"name": fact.names.get(ref["id"]), "seen": page}
