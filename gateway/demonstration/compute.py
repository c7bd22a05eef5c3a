"""A seventh indicator that nobody counts: it is computed from the fifth, once that is certified."""

from __future__ import annotations

from gateway.demonstration.cast import Person
from gateway.demonstration.measure import EVERYWHERE
from gateway.demonstration.story import Story

SHARE = {
    "name": "Schools using the shared early-identification protocol, of all 18",
    "level": "system-change",
    "unit": "%",
    "polarity": "higher-is-better",
    "formula": {"text": "percent(I5, 18 [schools])", "decimals": 1},
    "source": "I5",
}


async def shares(story: Story) -> None:
    """Four schools of eighteen: 22.2 %, from a value that somebody else has certified."""
    player = story.player
    proposed = await player.does(
        Person.INDICATOR_OWNER, f"{story.here}/indicators", code="I7", name=SHARE["name"]
    )
    story.indicators["I7"] = proposed["id"]
    one = f"/v1/indicators/{proposed['id']}"
    await player.does(Person.INDICATOR_OWNER, f"{one}/definitions", definition=EVERYWHERE | SHARE)
    await player.does(Person.INDICATOR_OWNER, f"{one}/adoptions")
    five = await player.reads(
        Person.EVALUATOR,
        f"/v1/indicators/{story.indicators['I5']}/observations",
        wait_for=player.position,
    )
    series = [{"series_id": each["series_id"]} for each in five["observations"]]
    await player.does(
        Person.CERTIFIER,
        f"/v1/indicators/{story.indicators['I5']}/certifications",
        series=series,
    )
