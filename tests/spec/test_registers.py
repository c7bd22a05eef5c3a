"""What the registers say of figures and of links, without a database."""

from __future__ import annotations

from typing import Any

import networkx

from gateway.registers.reinforcements import said_of


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
