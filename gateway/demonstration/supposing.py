"""The demonstration checks what is computed: a formula's result, and what would be if."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.demonstration.cast import Person
from gateway.demonstration.player import Player

IF: Mapping[str, tuple[dict[str, str], tuple[Any, ...]]] = {
    "with the doubles": ({"deduplication": "ignored"}, ("61.3", "60", "met", None)),
    "with the doubles and a target of 65": (
        {"deduplication": "ignored", "target": "65"},
        ("61.3", "65", "below-target", None),
    ),
    "with a target of 55": ({"target": "55"}, ("57.1", "55", "met", None)),
    "after 10 weeks": (
        {"definition_version": "1"},
        (None, "60", "no-observation", "inputs-never-collected"),
    ),
}
"""Of I4, which is 57.1 % against 60 today: what is supposed, and what must come of it."""


async def supposed(reading: Player, noted: Mapping[str, Any]) -> list[str]:
    """What is wrong, as sentences."""
    return [*await _if(reading, noted["indicator"]), *await _computed(reading, noted["computed"])]


async def _if(reading: Player, indicator: str) -> list[str]:
    wrong = []
    for what, (query, right) in IF.items():
        path = f"/v1/indicators/{indicator}/what-if"
        found = (await reading.reads(Person.EVALUATOR, path, **query))["what_if"]
        latest, target = found["latest"], found["target"]
        value = latest["value"] if latest else None
        seen = (value, target and target["value"], found["status"], found["reason"])
        if seen != right:
            wrong.append(f"I4 {what}: {seen}, not {right}")
    return wrong


async def _computed(reading: Player, indicator: str) -> list[str]:
    """4 of 18 schools, with the line of the 4."""
    found = await reading.reads(Person.EVALUATOR, f"/v1/indicators/{indicator}/results")
    seen = [(each["value"], each["exact"], len(each["inputs"])) for each in found["whole"]]
    right = [("22.2", "200/9", 1)]
    return [] if seen == right else [f"I7 comes to {seen}, not {right}"]
