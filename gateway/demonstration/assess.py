"""Rows 2 to 5: is the initiative ready, by whom, and where do they differ."""

from __future__ import annotations

from datetime import date

from gateway.demonstration.cast import INDUSTRY, Person
from gateway.demonstration.story import Story

ITEMS = (
    *("partners-committed", "cross-sector-issue", "systems-change", "new-responses"),
    *("champions", "resources", "urgency", "relationships", "data-commitment"),
)
ANSWERS: tuple[tuple[Person, str, tuple[int, ...], tuple[int, ...]], ...] = (
    (Person.COORDINATOR, "staff", (5, 5, 5, 4), (4, 3, 5, 3, 3)),
    (Person.CHAIR, "board", (4, 5, 4, 4), (4, 3, 5, 4, 3)),
    (Person.BAYSIDE_LEAD, "partner", (4, 5, 4, 4), (4, 3, 5, 3, 3)),
    (Person.GLEN_EIRA_LEAD, "partner", (4, 4, 4, 4), (4, 2, 5, 3, 3)),
    (Person.KINGSTON_LEAD, "partner", (5, 5, 5, 5), (4, 3, 5, 3, 4)),
    (Person.HARBOUR_LEAD, "partner", (4, 5, 4, 4), (4, 3, 5, 3, 3)),
    (Person.SKILLS_LEAD, "partner", (4, 4, 4, 4), (3, 3, 5, 3, 3)),
    (Person.OFFICER, "funder", (4, 5, 4, 4), (4, 3, 4, 3, 3)),
    (Person.YOUNG_PERSON, "lived-experience", (5, 5, 5, 5), (4, 3, 5, 2, 3)),
)
"""Nine answers. Board and Youth Voice differ by two points on relationships."""
AGREED = (4, 4, 4, 4, 4, 3, 5, 3, 3)


async def assesses(story: Story) -> None:
    """Rows 2 to 4: nine answers by role, and the position that the group agrees on."""
    player = story.player
    player.on(date(2021, 10, 18))
    opened = await player.does(
        Person.COORDINATOR,
        f"{story.here}/readiness-assessments",
        instrument="open-introduction",
        instrument_version=1,
    )
    story.assessment = opened["id"]
    one = f"/v1/readiness-assessments/{story.assessment}"
    player.on(date(2021, 11, 1))
    for person, role, appropriate, preconditions in ANSWERS:
        scores = zip(ITEMS, appropriate + preconditions, strict=True)
        await player.does(
            person,
            f"{one}/responses",
            role=role,
            sector=person.organisation.sector,
            scores=[{"item": item, "score": score} for item, score in scores],
        )
    player.on(date(2021, 11, 8))
    positions = zip(ITEMS, AGREED, strict=True)
    await player.does(
        Person.COORDINATOR,
        f"{one}/positions",
        positions=[{"item": item, "score": score} for item, score in positions],
    )
    await player.does(Person.COORDINATOR, f"{one}/completions")


async def judges(story: Story) -> None:
    """Row 5: all four criteria are met, and one organisation stands aside."""
    criteria = (
        "core-partners-committed",
        "cross-sector-issue",
        "systems-change-needed",
        "new-responses-needed",
    )
    await story.player.does(
        Person.COORDINATOR,
        f"{story.here}/appropriateness-judgements",
        appropriate=True,
        assessment_id=story.assessment,
        criteria=[{"code": code, "met": True} for code in criteria],
        stood_aside=[
            {"organisation": str(INDUSTRY.id), "text": "We would rather begin with a pilot."}
        ],
    )
