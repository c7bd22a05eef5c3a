"""Rows 32 and 45: six stories of change are told with consent, a panel chooses one, and one
storyteller takes hers back."""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

from gateway.demonstration.cast import Person
from gateway.demonstration.player import Player, Refused
from gateway.demonstration.story import Story


class Told(NamedTuple):
    """An invented story. `verdict`: what the screening said of it."""

    domain: str
    text: str
    verdict: str = "cleared"


STORIES = (
    Told("Being heard", "For three weeks nobody rang. Then the desk did, twice in one day."),
    Told("Learning or work", "A week at a workshop showed me what mathematics is for."),
    Told("Being heard", "Somebody asked what I wanted before they said what there was."),
    Told("Confidence", "I told my year what I do on Tuesdays. Two of them came along."),
    Told("Learning or work", "The course begins at ten. That is why I am still in it."),
    Told("Home", "My mother had somebody to ask, so she stopped asking me.", "identifying"),
)
CHOSEN, TAKEN_BACK = 0, 3
PANEL = [
    {"group": "Young people", "members": 2},
    {"group": "Youth services", "members": 2},
    {"group": "Schools", "members": 1},
]


async def tells(story: Story) -> None:
    """Row 32: collected, agreed to, screened; two young people sit on the panel that chooses."""
    player = story.player
    player.on(date(2022, 12, 5))
    for number, told in enumerate(STORIES, 1):
        collected = await player.does(
            Person.YOUNG_PERSON,
            f"{story.here}/stories",
            domain=told.domain,
            text=told.text,
            consent_ref=f"consent-forms/2022/{number}",
        )
        story.stories.append(collected["id"])
        if number - 1 in (CHOSEN, TAKEN_BACK):
            story.notes("measurement", f"A story of change: {told.domain}")
        one = f"/v1/stories/{collected['id']}"
        await player.does(
            Person.YOUNG_PERSON,
            f"{one}/consents",
            uses=["panel", "partners"],
            consent_ref=f"consent-forms/2022/{number}",
        )
        await player.does(Person.STEWARD, f"{one}/screenings", screening=told.verdict)
    chosen = f"/v1/stories/{story.stories[CHOSEN]}"
    await player.does(
        Person.COORDINATOR,
        f"{chosen}/selections",
        panel=PANEL,
        because="It shows what one call changes, and that it has to come twice.",
    )
    await player.does(Person.STEWARD, f"{chosen}/verifications", method="storyteller-interviewed")
    await player.does(
        Person.YOUNG_PERSON,
        f"{chosen}/feedback",
        to="storytellers",
        told="The panel chose the story about the second call, and thanks all six of you.",
    )


async def takes_back(story: Story) -> None:
    """Row 45: the consent is withdrawn, and the story is erased; every proof still holds."""
    story.player.on(date(2023, 4, 19))
    one = f"/v1/stories/{story.stories[TAKEN_BACK]}"
    await story.player.does(Person.YOUNG_PERSON, f"{one}/consent-withdrawals", erase=True)


async def remembered(reading: Player, noted: dict[str, Any]) -> list[str]:
    """What is wrong with what the house still says of the stories."""
    path, ids = f"/v1/initiatives/{noted['initiative']}/stories", noted["stories"]
    now = (await reading.reads(Person.COORDINATOR, path))["stories"]
    then = (await reading.reads(Person.COORDINATOR, path, as_known_at="2023-02-20"))["stories"]
    pages = [
        await reading.reads(Person.EVALUATOR, f"/v1/cycles/{noted['cycle']}", **query)
        for query in ({}, {"as_known_at": "2023-02-20"})
    ]
    cited = [
        [ref.get("since") for ref in page["review"]["evidence"][0]["cites"]["refs"]]
        for page in pages
    ]
    seen = {
        "stories in use": (len(now), len(STORIES) - 1),
        "stories as known on 2023-02-20": (len(then), len(STORIES)),
        "what became of the one taken back": (then[TAKEN_BACK]["since"], "erased"),
        "intact stories that E1 cites, but are erased": (
            [since.count("erased") for since in cited],
            [1, 1],
        ),
        "the chosen story": (await _text(reading, ids[CHOSEN]), STORIES[CHOSEN].text),
        "the erased story": (await _text(reading, ids[TAKEN_BACK]), "409"),
    }
    return [f"{what}: {was}, not {wanted}" for what, (was, wanted) in seen.items() if was != wanted]


async def _text(reading: Player, story: str) -> str:
    """What is to be read of it, or the status with which that is refused."""
    try:
        page = await reading.reads(Person.COORDINATOR, f"/v1/stories/{story}/text")
    except Refused as refused:
        return str(refused).split()[1]
    return str(page["text"])
