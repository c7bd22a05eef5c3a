"""What the registers say of figures and of links, without a database."""

from __future__ import annotations

from typing import Any

import networkx
import pytest

from gateway.registers.reinforcements import said_of
from gateway.registers.scorecard import trend


def points(*values: str) -> list[dict[str, Any]]:
    """The earliest first here; the latest first is how they come."""
    return [{"value": value, "period": None, "positions": []} for value in values][::-1]


@pytest.mark.parametrize(
    ("values", "polarity", "direction", "meaning"),
    [
        (("1", "2"), "higher-is-better", None, "too few points"),
        (("1", "2", "3"), "higher-is-better", "rising", "improving"),
        (("1", "2", "3"), "lower-is-better", "rising", "worsening"),
        (("10", "9", "8.5"), "lower-is-better", "falling", "improving"),
        (("1", "3", "1"), "higher-is-better", "level", "no clear trend"),
        (("1", "2", "3"), "neither", "rising", "not judged"),
    ],
)
def test_a_trend_takes_three_periods_and_most_pairs(
    values: tuple[str, ...], polarity: str, direction: str | None, meaning: str
) -> None:
    found = trend(points(*values), polarity)
    assert (found["direction"], found["meaning"]) == (direction, meaning)
    assert [each["value"] for each in found["points"]] == list(values)


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
