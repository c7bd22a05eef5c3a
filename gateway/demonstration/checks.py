"""The demonstration checks its own answers: what was known of I4, and when."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from importlib import resources
from typing import Any

from gateway.demonstration.agenda_checks import agreed
from gateway.demonstration.cast import Person
from gateway.demonstration.player import Player
from gateway.demonstration.registers import registered
from gateway.demonstration.released import released
from gateway.demonstration.rows import played
from gateway.demonstration.scenario import FILE, STORY, player
from gateway.demonstration.stories import remembered
from gateway.demonstration.supposing import supposed
from infra.runtime import House

KNOWN = (
    ("2023-02-20", "61.3", "60"),
    ("2023-03-25", "57.1", "65"),
    ("", "57.1", "60"),
)
"""As known at the end of that day (today for none): the value of I4 and its target."""


async def check(house: House) -> list[str]:
    """What is wrong, as sentences; nothing if every answer is right."""
    noted = json.loads((house.notes / STORY).read_text())
    async with player(house) as reading:
        return [
            *await _known(reading, noted["initiative"]),
            *await agreed(reading, noted),
            *await registered(reading, noted),
            *await remembered(reading, noted),
            *await played(reading, noted),
            *await released(reading, noted),
            *await supposed(reading, noted),
            *await _timeline(reading, noted["initiative"]),
            *await _file(reading, noted["comparison"]),
        ]


async def _known(reading: Player, initiative: str) -> list[str]:
    wrong = []
    for day, value, target in KNOWN:
        query = {"as_known_at": day} if day else {}
        path = f"/v1/initiatives/{initiative}/progress"
        page = await reading.reads(Person.EVALUATOR, path, **query)
        found = next(one for one in page["indicators"] if one["code"] == "I4")
        seen = (found["latest"]["value"], found["target"]["value"])
        if seen != (value, target):
            wrong.append(f"I4 as known {day or 'today'}: {seen}, not {(value, target)}")
    return wrong


async def _timeline(reading: Player, initiative: str) -> list[str]:
    """Every fact of the initiative is a sentence, and all four steps of the cycle are there."""
    path: str | None = f"/v1/initiatives/{initiative}/timeline"
    steps, without = set(), []
    query = {"limit": "500"}
    while path:
        page = await reading.reads(Person.EVALUATOR, path, **query)
        steps |= {fact["step"] for fact in page["facts"]}
        without += [fact["position"] for fact in page["facts"] if not fact["sentence"]]
        path, query = (path, {"cursor": page["next"]}) if page.get("next") else (None, {})
    missing = {"plan", "do", "review", "improve"} - steps
    return [f"no fact of the step {step}" for step in sorted(missing)] + [
        f"{position} has no sentence" for position in without
    ]


async def _file(reading: Player, indicator: str) -> list[str]:
    """Every value of the real file comes out again as it went in."""
    path = f"/v1/indicators/{indicator}/observations"
    query, values = {"limit": "500"}, list[str]()
    while True:
        page = await reading.reads(Person.EVALUATOR, path, **query)
        values += [one["value"] or "" for one in page["observations"]]
        if not page.get("next"):
            break
        query = {"cursor": page["next"]}
    text = (resources.files(__package__) / "data" / FILE).read_text(encoding="utf-8-sig")
    given = [row["Value"] for row in csv.DictReader(text.splitlines())]
    if _sorted(values) == _sorted(given):
        return []
    return [f"{FILE} holds {len(given)} values; {len(values)} came out, and not the same"]


def _sorted(values: list[str]) -> list[Any]:
    return sorted((Decimal(value or "-1"), value) for value in values)
