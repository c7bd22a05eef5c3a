"""An auditor who reads the agenda's lines and nothing else, and holds every rule against them.

It shares no code with the domain: what it knows of a rule is what the charter's line says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

Line = Mapping[str, Any]
AFTER_A_DECISION = {"decision-reversed", "decision-evidence-superseded"}


class Auditor:
    """Take the lines in their order; a broken rule is an AssertionError."""

    def __init__(self) -> None:
        self.charter: Mapping[str, Any] | None = None
        self.charter_version = 0
        self.proposals: dict[str, dict[str, Any]] = {}
        self.adaptations: dict[str, dict[str, str]] = {}
        self.hosts: list[str] = []

    def read(self, lines: Iterable[str]) -> None:
        for text in lines:
            line = orjson.loads(text)
            fact = line["type"].split(".")[2]
            stream = line["subject"].rpartition("/")[2]
            self._nothing_edits_a_decision(stream, fact)
            getattr(self, f"on_{fact.replace('-', '_')}", self.nothing)(stream, line["data"])

    def nothing(self, stream: str, said: Line) -> None:
        """A fact that no rule here is about."""

    def decided(self, decision_id: str, decision_class: str) -> Mapping[str, Any]:
        """A decision of this class that stands."""
        proposal = self.proposals[decision_id]
        assert proposal["class"] == decision_class
        assert proposal["reversed"] is False
        decision: Mapping[str, Any] = proposal["decision"]
        assert decision is not None
        return decision

    def on_charter_adopted(self, stream: str, said: Line) -> None:
        assert self.charter_version == 0
        assert said["founding_group"]
        self._in_force(said)

    def on_charter_amended(self, stream: str, said: Line) -> None:
        made = self.decided(said["decision_id"], "charter")
        assert made["charter_version"] == self.charter_version
        self._in_force(said)

    def on_proposal_raised(self, stream: str, said: Line) -> None:
        self.proposals[stream] = {
            "class": said["decision_class"],
            "concerns": set(said["concerns"]),
            "reverses": said["reverses"],
            "objections": {},
            "conflicted": {"persons": set(), "organisations": set()},
            "decision": None,
            "reversed": False,
        }

    def on_proposal_amended(self, stream: str, said: Line) -> None:
        self.proposals[stream]["concerns"] = set(said["concerns"])

    def on_objection_raised(self, stream: str, said: Line) -> None:
        self.proposals[stream]["objections"][said["objection_id"]] = said["paramount"]

    def on_objection_integrated(self, stream: str, said: Line) -> None:
        del self.proposals[stream]["objections"][said["objection_id"]]

    on_objection_withdrawn = on_objection_integrated

    def on_conflict_declared(self, stream: str, said: Line) -> None:
        self.proposals[stream]["conflicted"]["persons"].add(said["person"])
        self.proposals[stream]["conflicted"]["organisations"].add(said["organisation"])

    def on_decision_made(self, stream: str, said: Line) -> None:
        proposal = self.proposals[stream]
        assert self.charter is not None
        rules = [r for r in self.charter["rules"] if r["decision_class"] == proposal["class"]]
        assert said["rule"] == rules[0]
        assert len(rules) == 1
        assert said["charter_version"] == self.charter_version
        counted = [one for one in said["attendees"] if not _excluded(one, proposal, rules[0])]
        assert counted == [one for one in said["attendees"] if one["counted"]]
        assert len({one["person"] for one in said["attendees"]}) == len(said["attendees"])
        _met(rules[0], counted)
        _agreed(rules[0], counted, proposal["objections"])
        proposal["decision"] = said

    def on_decision_reversed(self, stream: str, said: Line) -> None:
        assert self.proposals[stream]["reversed"] is False
        later = self.proposals[said["reversed_by"]]
        assert later["reverses"] == stream
        self.decided(said["reversed_by"], self.proposals[stream]["class"])
        self.proposals[stream]["reversed"] = True

    def on_common_agenda_adopted(self, stream: str, said: Line) -> None:
        self.decided(said["decision_id"], "agenda")
        assert said["problem"]
        assert said["vision"]
        assert said["outcomes"]

    def on_backbone_appointed(self, stream: str, said: Line) -> None:
        made = self.decided(said["decision_id"], "backbone")
        counted = {one["organisation"] for one in made["attendees"] if one["counted"]}
        assert said["host"] not in counted
        self.hosts.append(said["host"])

    def on_adaptation_decided(self, stream: str, said: Line) -> None:
        self.decided(said["decision_id"], "adaptation")
        self.adaptations.setdefault(stream, {})[said["adaptation_id"]] = "open"

    def on_adaptation_enacted(self, stream: str, said: Line) -> None:
        assert self.adaptations[stream].pop(said["adaptation_id"]) == "open"

    on_adaptation_dropped = on_adaptation_enacted

    def on_cycle_closed(self, stream: str, said: Line) -> None:
        assert not self.adaptations.get(stream)

    def _in_force(self, said: Line) -> None:
        self.charter_version += 1
        assert said["charter_version"] == self.charter_version
        self.charter = said["provisions"]

    def _nothing_edits_a_decision(self, stream: str, fact: str) -> None:
        proposal = self.proposals.get(stream)
        if proposal is not None and proposal["decision"] is not None:
            assert fact in AFTER_A_DECISION


def _excluded(one: Line, proposal: Line, rule: Line) -> bool:
    conflicted = proposal["conflicted"]
    return bool(
        one["organisation"] in proposal["concerns"]
        or one["person"] in conflicted["persons"]
        or (
            rule["conflict_excludes"] == "organisation"
            and one["organisation"] in conflicted["organisations"]
        )
    )


def _met(rule: Line, counted: list[Any]) -> None:
    assert len(counted) >= rule["quorum"]
    assert len({one["sector"] for one in counted}) >= rule["minimum_sectors"]
    voices = [one for one in counted if one["lived_experience"]]
    assert len(voices) >= rule["minimum_lived_experience"]


def _agreed(rule: Line, counted: list[Any], objections: Mapping[str, bool]) -> None:
    votes = Counter(one["position"] for one in counted)
    if rule["method"] == "consent":
        assert not any(objections.values())
    if rule["method"] == "consensus":
        assert not objections
        assert not votes["against"]
    if rule["method"] == "majority":
        cast = votes["for"] + votes["against"]
        assert votes["for"] * 100 > rule["majority_percent"] * cast
