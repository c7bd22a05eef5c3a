"""The demonstration checks its registers: what they must say of decisions, numbers and learning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.demonstration.cast import Person
from gateway.demonstration.player import Player

SCALED = "Scale the referral desk, raise the target"
RESTORED = "Scale to 12 schools, restore the target"
SEVEN = ("Common agenda, version 1", SCALED, RESTORED)
"""D-1, D-7 and D-8: seven sectors were present at each."""
AFTER_DAYS, MEDIAN = [21, 0], "10.5"
LATENCY = 14


async def registered(reading: Player, noted: Mapping[str, Any]) -> list[str]:
    """What is wrong, as sentences."""
    here = f"/v1/initiatives/{noted['initiative']}"
    return [
        *await _dossier(reading, noted["decision"]),
        *await _measures(reading, here),
        *await _metrics(reading, here),
    ]


async def _dossier(reading: Player, decision: str) -> list[str]:
    """D-7: taken on 61.3 %, now 57.1 %; what it changed, and what reversed it."""
    path = f"/v1/decisions/{decision}"
    one = await reading.reads(Person.EVALUATOR, path)
    seen = {
        "status": one["status"],
        "was": one["superseded"]["was"],
        "now": one["superseded"]["now"],
        "reversed by": (one["reversed_by"] or {}).get("name"),
        "targets": [(each["was"], each["now"]) for each in one["changed"]["targets"]],
        "plans": len(one["changed"]["plans"]),
        "sectors": len(one["people"]),
        "charter": one["rule"]["charter_version"],
    }
    wanted = {
        "status": "reversed",
        "was": "61.3 %",
        "now": "57.1 %",
        "reversed by": RESTORED,
        "targets": [("60", "65")],
        "plans": 1,
        "sectors": 7,
        "charter": 1,
    }
    then = await reading.reads(Person.EVALUATOR, path, as_known_at="2023-02-28")
    early = (then["status"], then["superseded"]["flag"])
    wrong = [
        f"the dossier of D-7 says {name} {seen[name]}, not {wanted[name]}"
        for name in wanted
        if seen[name] != wanted[name]
    ]
    if early != ("decided", False):
        wrong.append(f"the dossier of D-7 as known on 2023-02-28: {early}")
    return wrong


async def _measures(reading: Player, here: str) -> list[str]:
    """The break of I4 is in the register of changed measures."""
    page = await reading.reads(Person.EVALUATOR, f"{here}/measure-changes")
    breaks = [one["indicator"]["code"] for one in page["changes"] if one["break"]]
    return [] if breaks == ["I4"] else [f"breaks of series: {breaks}, not of I4 alone"]


async def _metrics(reading: Player, here: str) -> list[str]:
    page = await reading.reads(Person.EVALUATOR, f"{here}/process-metrics")
    found = {one["metric"]: one["figures"] for one in page["metrics"]}
    sectors = {
        one["decision"]["name"]: one["sectors"] for one in found["cross-sector"]["decisions"]
    }
    integrated = found["power"]["objections_integrated"]
    talk = found["communication"]
    latency = found["learning-latency"]["reviews"][0]["days"]
    seen = {
        "sectors at D-1, D-7 and D-8": [sectors.get(name) for name in SEVEN],
        "objections integrated": (integrated["count"], integrated["of"]),
        "days until feedback": [one["days"] for one in talk["engagements"]],
        "median of days until feedback": talk["median_days"],
        "learning latency in days": latency,
        "commitments renegotiated": found["commitments"]["renegotiated"],
    }
    wanted = [[7, 7, 7], (1, 1), AFTER_DAYS, MEDIAN, LATENCY, 1]
    return [
        f"{name}: {said}, not {right}"
        for (name, said), right in zip(seen.items(), wanted, strict=True)
        if said != right
    ]
