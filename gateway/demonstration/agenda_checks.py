"""What the agenda's part of the scenario has to show: agreed, told, found, learnt."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.demonstration.cast import PARTNERS, Person
from gateway.demonstration.player import MELBOURNE, Player

Noted = Mapping[str, Any]
Shown = dict[str, Any]


async def agreed(reading: Player, noted: Noted) -> list[str]:
    """What is wrong with readiness, decisions, agenda, promises and cycle; nothing if all is so."""
    seen = {
        **await _ready(reading, noted),
        **await _decided(reading, noted),
        **await _worded(reading, noted),
        **await _promised(reading, noted),
        **await _learnt(reading, noted),
    }
    return [f"{what}: {found}, not {due}" for what, (found, due) in seen.items() if found != due]


async def _ready(reading: Player, noted: Noted) -> dict[str, tuple[object, object]]:
    """Rows 1 to 6 and 47."""
    path = f"/v1/readiness-assessments/{noted['assessment']}"
    assessment = await reading.reads(Person.EVALUATOR, path)
    apart = next(one for one in assessment["divergence"] if one["item"] == "relationships")
    initiative = await reading.reads(Person.EVALUATOR, _here(noted))
    where = {one["element"]: one["phase"] for one in initiative["phases"]}
    return {
        "answers on readiness": (len(assessment["responses"]), 9),
        "who was lowest on relationships": (apart["lowest_by"], ["lived-experience"]),
        "who was highest on relationships": (apart["highest_by"], ["board"]),
        "agreed on relationships": (apart["agreed"], 3),
        "stood aside": (len(initiative["judgement"]["stood_aside"]), 1),
        "the phase of measurement": (where["measurement"], "building-the-foundations"),
        "the phase of community": (where["community"], "creating-a-shared-vision"),
    }


async def _decided(reading: Player, noted: Noted) -> dict[str, tuple[object, object]]:
    """Rows 13, 37, 41 and 43: D-1, D-7 and D-8."""
    made = {
        name: await reading.reads(Person.EVALUATOR, f"/v1/proposals/{noted['decisions'][name]}")
        for name in ("D-1", "D-7", "D-8")
    }
    first, seventh, eighth = made.values()
    settled = [one["outcome"] for one in first["decision"]["objections"]]
    backbone = await reading.reads(Person.EVALUATOR, f"{_here(noted)}/backbone")
    appointed = backbone["appointments"][-1]
    return {
        "sectors per decision": (
            [len(one["decision"]["sectors"]) for one in made.values()],
            [7] * 3,
        ),
        "charter versions": (
            [one["decision"]["charter_version"] for one in made.values()],
            [1] * 3,
        ),
        "objections to D-1": (settled, ["integrated"]),
        "D-7 is reversed by": (seventh.get("reversed_by"), eighth["id"]),
        "the evidence of D-7 is superseded": (bool(seventh["superseded"]), True),
        "functions of the backbone": (len(appointed["functions"]), 6),
        "the backbone by decision": (appointed["decision_id"], noted["decisions"]["D-B"]),
    }


async def _worded(reading: Player, noted: Noted) -> dict[str, tuple[object, object]]:
    """Row 14: what is adopted is what was decided, and twelve partners stand behind it."""
    path = f"{_here(noted)}/common-agenda"
    version = await reading.reads(Person.EVALUATOR, f"{path}/versions/1")
    agenda = await reading.reads(Person.EVALUATOR, path)
    decision = noted["decisions"]["D-1"]
    proposal = await reading.reads(Person.EVALUATOR, f"/v1/proposals/{decision}")
    first = version["outcomes"][0]["wording"]
    return {
        "version 1 was adopted by": (version["decision_id"], decision),
        "version 1 is worded": (agenda["draft_sha256"], proposal["decision"]["draft"]),
        "endorsements": (len(version["endorsed_by"]), len(PARTNERS)),
        "the first outcome": (
            first,
            "Young people are re-engaged in learning or work they choose.",
        ),
        "what version 1 added": (len(version["differences"]), 2 + 2 + 3),
    }


async def _promised(reading: Player, noted: Noted) -> dict[str, tuple[object, object]]:
    """Rows 14, 46 and 48: answers, updates and money."""
    told = await reading.reads(Person.EVALUATOR, f"{_here(noted)}/communication")
    acknowledged = [len(one["acknowledged"]) for one in told["updates"]]
    waits = [await _waited(reading, one) for one in noted["engagements"]]
    missed = await _facts(reading, noted, "agenda.update-cadence-missed")
    gaps = await _facts(reading, noted, "agenda.backbone-funding-gap-detected")
    return {
        "days until feedback": (waits, [21, 0]),
        "updates and who took note": (acknowledged, [2, 2, 1, 3, 1, 3]),
        "a cadence was missed first on": (_day(missed[0]), date(2022, 10, 29)),
        "the gap in funding was found on": ([_day(one) for one in gaps], [date(2023, 5, 31)]),
    }


async def _learnt(reading: Player, noted: Noted) -> dict[str, tuple[object, object]]:
    """Rows 19, 35 to 38, 42, 44 and 49."""
    theory = f"{_here(noted)}/theory-of-change"
    before = await reading.reads(Person.EVALUATOR, theory, as_known_at="2023-02-20")
    now = await reading.reads(Person.EVALUATOR, theory)
    cycle = await reading.reads(Person.EVALUATOR, f"/v1/cycles/{noted['cycle']}")
    packs = cycle["review"]["evidence"]
    opened = await _facts(reading, noted, "agenda.review-opened")
    enacted = await _facts(reading, noted, "agenda.adaptation-enacted")
    cycles = await _facts(reading, noted, "agenda.cycle-opened")
    return {
        "H1 as known on 2023-02-20": (before["hypotheses"][0]["standing"], "supported"),
        "the hypothesis now": (now["hypotheses"][0]["label"], "H1b"),
        "cycle 1 is": (cycle["phase"], "closed"),
        "lines of evidence that are as they were": (
            {ref.get("intact") for pack in packs for ref in pack["cites"]["refs"]}, {True}
        ),
        "packs of evidence": ([pack["title"] for pack in packs], ["E1", "E2"]),
        "dissents in the first finding": (len(cycle["review"]["findings"][0]["dissent"]), 1),
        "adaptations": ([one["state"] for one in cycle["improve"]["adaptations"]], ["enacted"] * 2),
        "days from review to the first change": ((_day(enacted[0]) - _day(opened[0])).days, 14),
        "cycles": (len(cycles), 2),
    }  # fmt: skip


async def _waited(reading: Player, engagement: str) -> int:
    shown = await reading.reads(Person.EVALUATOR, f"/v1/engagements/{engagement}")
    return (_on(shown["feedback"][0]["returned_at"]) - _on(shown["held_at"])).days


async def _facts(reading: Player, noted: Noted, fact: str) -> list[Shown]:
    """In the order of recording."""
    page = await reading.reads(Person.EVALUATOR, f"{_here(noted)}/timeline", type=fact)
    found: list[Shown] = page["facts"]
    return found


def _here(noted: Noted) -> str:
    return f"/v1/initiatives/{noted['initiative']}"


def _day(fact: Shown) -> date:
    return _on(fact["time"])


def _on(moment: str, zone: ZoneInfo = MELBOURNE) -> date:
    return datetime.fromisoformat(moment).astimezone(zone).date()
