"""What the charter promises: an update each quarter, and a look at the money in time (row 48)."""

from __future__ import annotations

from datetime import date
from typing import Any

from gateway.demonstration.cast import Person
from gateway.demonstration.story import Story

AUDIENCE, CHANNEL = "Partners", "newsletter"
CADENCE = {"audience": AUDIENCE, "channel": CHANNEL, "days": 92}


async def invites_words(story: Story) -> None:
    """Before the agenda is proposed."""
    await _tells(
        story,
        date(2022, 3, 2),
        "What 58 people told us",
        "41 young people and 17 parents were asked. Nobody rings back, they say. The draft agenda"
        " is before you.",
        Person.BAYSIDE_LEAD,
        Person.YOUNG_PERSON,
    )


async def begins_work(story: Story) -> None:
    """With the start of the work."""
    await _tells(
        story,
        date(2022, 5, 9),
        "The referral desk opens",
        "Four activities begin today. Each says which indicator it should move, and why.",
        Person.HARBOUR_LEAD,
        Person.SCHOOLS_DATA_LEAD,
    )


async def tells_first_numbers(story: Story) -> None:
    """With the first half-year's numbers."""
    await _tells(
        story,
        date(2022, 7, 29),
        "21 days to the first call",
        "It was 34. Four schools use the shared protocol.",
        Person.OFFICER,
    )


async def catches_up(story: Story) -> None:
    """Nothing was told in the spring of 2022: the timer has found it, and it is said."""
    await story.player.until(
        Person.COORDINATOR, f"{story.here}/communication", lambda shown: shown["missed"]
    )
    await _tells(
        story,
        date(2022, 12, 20),
        "Late, and why",
        "You should have heard from us in October. The health alliance has left, and the parent"
        " line was stopped: it duplicated a state line.",
        Person.KINGSTON_LEAD,
        Person.INDUSTRY_LEAD,
        Person.YOUNG_PERSON,
    )


async def tells_decision(story: Story) -> None:
    """After the review."""
    await _tells(
        story,
        date(2023, 3, 1),
        "61.3 % still engaged",
        "The desk will serve all 18 schools, and the target is 65 %. One partner asks whether"
        " some were counted twice.",
        Person.SCHOOLS_DATA_LEAD,
    )


async def tells_mistake(story: Story) -> None:
    """Together with those whom the numbers are about."""
    await _tells(
        story,
        date(2023, 5, 3),
        "57.1 %, not 61.3 %",
        "Three young people were counted twice. The earlier decision is reversed; the desk goes"
        " on in twelve schools.",
        Person.OFFICER,
        Person.SCHOOLS_DATA_LEAD,
        Person.YOUNG_PERSON,
    )


async def finds_the_gap(story: Story) -> None:
    """Row 48: seven months before the backbone's money ends, the timer says so, and the
    cycle comes to its review (P15)."""
    story.player.on(date(2023, 5, 31))

    def seen(backbone: dict[str, Any]) -> bool:
        return bool(backbone["appointments"][-1]["gap_detected"])

    await story.player.until(Person.COORDINATOR, f"{story.here}/backbone", seen)
    await story.player.until(
        Person.COORDINATOR, f"/v1/cycles/{story.cycle}", lambda cycle: cycle["phase"] == "review"
    )


async def falls_silent(story: Story) -> None:
    """In real time nobody has told anything for long, and that is found too."""
    await story.player.until(
        Person.COORDINATOR, f"{story.here}/communication", lambda shown: shown["missed"]
    )


async def _tells(story: Story, day: date, title: str, text: str, *readers: Person) -> None:
    player, updates = story.player, f"{story.here}/communication/updates"
    player.on(day)
    told = await player.does(
        Person.COORDINATOR,
        updates,
        title=title,
        text=text,
        audiences=[AUDIENCE],
        channel=CHANNEL,
    )
    update = told["updates"][-1]["update_id"]
    for reader in readers:
        await player.does(reader, f"{updates}/{update}/acknowledgements")
