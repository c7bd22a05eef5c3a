"""Whence a number comes and where it went: definition, outcome and decision, and who cites it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.journal import Vector
from gateway.registers.changes import CHANGED, DEFINED
from gateway.registers.facts import Fact, Facts, Kinds, Shown, cited, joined
from gateway.registers.origins import standing

LINKED, UNLINKED = "measurement.indicator-linked-to-outcome", "measurement.indicator-unlinked"
OUTCOME, REWORDED = "agenda.outcome-defined", "agenda.outcome-reworded"
AGENDA = ("agenda.common-agenda-adopted", "agenda.common-agenda-revised")
CITING = (
    "agenda.problem-statement-drafted",
    "agenda.proposal-raised",
    "agenda.proposal-amended",
    "agenda.decision-made",
    "agenda.evidence-pack-frozen",
    "agenda.review-triggered",
)
TARGETS = ("measurement.target-set", "measurement.target-revised", "measurement.target-withdrawn")
CLAIMED = "activities.contribution-claimed"
KINDS: Kinds = joined(
    {
        DEFINED: ("version", "definition"),
        CHANGED: ("version", "definition", "comparable", "series_version"),
        LINKED: ("indicator_id", "outcome_id"),
        UNLINKED: ("indicator_id", "outcome_id"),
        OUTCOME: ("outcome_id", "title", "wording"),
        REWORDED: ("outcome_id", "wording"),
        CLAIMED: ("indicator_id", "activity_id", "mechanism"),
    },
    {fact: ("decision_id", "outcomes") for fact in AGENDA},
    {fact: ("cites",) for fact in CITING},
    {fact: ("target",) for fact in TARGETS},
)


def definition(facts: Facts, indicator: str, version: int) -> Shown | None:
    """The definition by which it was counted, and whether a later one has taken its place."""
    versions = [each for each in facts.of(DEFINED, CHANGED) if each.thing == indicator]
    mine = [each for each in versions if each["version"] == version]
    if not mine:
        return None
    return {
        "version": version,
        "present": versions[-1] is mine[-1],
        "terms": mine[-1]["definition"],
    } | mine[-1].told()


def outcomes(facts: Facts, indicator: str) -> list[Shown]:
    """The outcomes that it shows, and the decision by which each was agreed."""
    linked: dict[str, Fact] = {}
    for fact in facts.of(LINKED, UNLINKED):
        if fact["indicator_id"] == indicator and fact.kind == LINKED:
            linked[fact["outcome_id"]] = fact
        elif fact["indicator_id"] == indicator:
            linked.pop(fact["outcome_id"], None)
    return [_outcome(facts, id, fact) for id, fact in linked.items()]


def _outcome(facts: Facts, id: str, linked: Fact) -> Shown:
    worded = [each for each in facts.of(OUTCOME, REWORDED) if each["outcome_id"] == id]
    agreed = [each for each in facts.of(*AGENDA) if id in _ids(each["outcomes"])]
    return linked.named(id) | {
        "wording": worded[-1]["wording"] if worded else None,
        "linked": linked.place(),
        "agreed": agreed[-1].place() | {"decision": agreed[-1].named(agreed[-1]["decision_id"])}
        if agreed
        else None,
    }


def _ids(outcomes: Sequence[Mapping[str, Any]]) -> set[str]:
    return {str(each.get("outcome_id")) for each in outcomes}


def citations(facts: Facts, cites: Mapping[str, Any], versions: Sequence[Shown]) -> list[Shown]:
    """Who cites the number: what each saw then, and whether that still stands.

    `cites`: the ids by which it may be cited. A line is cited by its sequence.
    """
    sequences = {each["sequence"] for each in versions}
    now = _value(standing([each for each in versions if each["counts"]]))
    found = []
    for fact, ref, known_at in cited(facts.of(*CITING)):
        if ref["source"] != "measurement":
            continue
        by_line = ref.get("sequence") in sequences
        if not by_line and ref.get("id") not in cites:
            continue
        seen = _seen(versions, Vector.parse(known_at)["measurement"])
        found.append(
            {
                "by": fact.named(fact.thing),
                "as": "this line" if by_line else cites[ref["id"]],
                "known_at": known_at,
                "saw": seen,
                "superseded": seen is not None and seen != now,
            }
            | fact.told()
        )
    return found


def _seen(versions: Sequence[Shown], known: int) -> str | None:
    """The value that counted at a place in measurement's log."""
    then = [each for each in versions if each["sequence"] <= known]
    counted = [each for each in then if each["counted_from"] and each["counted_from"] <= known]
    return _value(standing(counted))


def _value(version: Shown | None) -> str | None:
    return None if version is None else version["value"]


def uses(facts: Facts, indicator: str, version: int) -> Iterator[Shown]:
    """Targets of this definition and claims of activities to move it."""
    for fact in facts.of(*TARGETS):
        if fact.thing == indicator and fact["target"]["version"] == version:
            yield fact.told()
    for fact in facts.of(CLAIMED):
        if fact["indicator_id"] == indicator:
            yield fact.told()
