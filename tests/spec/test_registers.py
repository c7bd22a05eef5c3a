"""What the registers say of figures and of links, without a database."""

from __future__ import annotations

from typing import Any, NamedTuple

import networkx

from gateway.registers.coverage import (
    CLAIMED,
    OUTCOME,
    REFRAMED,
    RETIRED,
    WAY,
    WITHDRAWN,
    gaps,
)
from gateway.registers.reinforcements import PROPOSED, said_of


class NoFlags(list[Any]):
    def of(self, *_: str) -> list[Any]:
        return []


def test_prerequisites_that_wait_for_one_another_are_a_circle() -> None:
    graph = networkx.MultiDiGraph()
    for begin, end, state in (("a", "b", "claimed"), ("b", "a", "claimed"), ("b", "c", "disputed")):
        graph.add_node(begin, title=begin.upper())
        graph.add_edge(begin, end, key=begin + end, kind="prerequisite_of", state=state)
    said = said_of(graph, NoFlags())  # type: ignore[arg-type]
    assert [[one["id"] for one in circle] for circle in said["circles"]] == [["a", "b"]]
    assert [(one["id"], one["through_others"]) for one in said["most_depended_on"]] == [
        ("a", 1),
        ("b", 1),
    ]


class Told(NamedTuple):
    """A fact as a register reads it."""

    kind: str
    thing: str
    said: dict[str, Any]

    def __getitem__(self, name: Any) -> Any:
        return self.said.get(name)


class AllTold(list[Told]):
    def of(self, *kinds: str, thing: str | None = None) -> list[Told]:
        return [each for each in self if each.kind in kinds and thing in (None, each.thing)]

    def last(self, *kinds: str, thing: str) -> Told | None:
        return next(reversed(self.of(*kinds, thing=thing)), None)


def test_what_no_activity_serves_and_no_measure_watches_is_named() -> None:
    facts = AllTold(
        [
            *(Told(OUTCOME, "agenda", {"outcome_id": id, "title": id.upper()}) for id in "opqr"),
            Told(RETIRED, "agenda", {"outcome_id": "r"}),
            Told(WAY, "w", {"outcomes": ["o"]}),
            Told(REFRAMED, "w", {"outcomes": ["p"]}),
            Told(WAY, "v", {"outcomes": ["q"]}),
            Told(PROPOSED, "a", {"strategies": ["w"]}),
            Told(PROPOSED, "b", {"strategies": ["v"]}),
            Told(PROPOSED, "c", {}),
            Told(CLAIMED, "claim", {"activity_id": "a"}),
            Told(CLAIMED, "gone", {"activity_id": "c"}),
            Told(WITHDRAWN, "gone", {"activity_id": "c"}),
        ]
    )
    graph = networkx.MultiDiGraph()
    for id, state in (("a", "started"), ("b", "stopped"), ("c", "started")):
        graph.add_node(id, title=id.upper(), state=state)
    said = gaps(graph, facts)  # type: ignore[arg-type]
    assert [each["name"] for each in said["outcomes_without_activity"]] == ["O", "Q"]
    assert [each["name"] for each in said["activities_without_measure"]] == ["C"]
