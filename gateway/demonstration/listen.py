"""Rows 10, 14 and 46: young people and parents are asked, and told what became of it."""

from __future__ import annotations

from datetime import date

from gateway.demonstration.cast import Person
from gateway.demonstration.story import Story


async def asks(story: Story) -> None:
    """Row 10: a co-design with 41 young people and 17 parents: «nobody rings back»."""
    player = story.player
    player.on(date(2022, 2, 23))
    planned = await player.does(
        Person.COORDINATOR,
        f"{story.here}/engagements",
        title="What would have helped?",
        level="collaborate",
        audience="Young people and parents",
        purpose="To word the outcomes together",
        planned_for="2022-02-23",
    )
    story.engagement = planned["id"]
    story.engagements.append(planned["id"])
    one = f"/v1/engagements/{story.engagement}"
    await player.does(
        Person.COORDINATOR,
        f"{one}/records",
        groups=[{"group": "young people", "count": 41}, {"group": "parents", "count": 17}],
    )
    captured = await player.does(
        Person.YOUNG_PERSON, f"{one}/themes", text="Nobody rings back.", group="young people"
    )
    story.theme = captured["themes"][-1]["theme_id"]


async def answers(story: Story) -> None:
    """Row 14: you said, we changed; after 21 days."""
    await story.player.does(
        Person.COORDINATOR,
        f"/v1/engagements/{story.engagement}/feedback",
        text="You said that nobody rings back. Every referral now gets a call within 10 days.",
        channel="meeting",
        responses=[{"theme_id": story.theme, "changed": "A call within 10 days is what we test."}],
    )


async def tells(story: Story) -> None:
    """Row 46: the results, and the mistake, told on the same day to those they are about."""
    player = story.player
    player.on(date(2023, 5, 3))
    planned = await player.does(
        Person.COORDINATOR,
        f"{story.here}/engagements",
        title="What came of it",
        level="involve",
        audience="Young people and parents",
        purpose="To tell the results, and what was counted twice",
        planned_for="2023-05-03",
    )
    story.engagements.append(planned["id"])
    one = f"/v1/engagements/{planned['id']}"
    await player.does(
        Person.COORDINATOR,
        f"{one}/records",
        groups=[{"group": "young people", "count": 33}, {"group": "parents", "count": 12}],
    )
    captured = await player.does(
        Person.YOUNG_PERSON, f"{one}/themes", text="Say it when you get it wrong."
    )
    await player.does(
        Person.COORDINATOR,
        f"{one}/feedback",
        text="Three young people were counted twice: 57.1 %, not 61.3 %. From now on each is"
        " counted once before anything is decided on a number.",
        channel="meeting",
        responses=[
            {
                "theme_id": captured["themes"][-1]["theme_id"],
                "changed": "Corrections are told to those whom the numbers are about.",
            }
        ],
    )
