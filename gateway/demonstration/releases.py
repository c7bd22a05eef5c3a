"""Rows 34, 35, 40 and 41: what the department receives, what it can check, and how a mistake in it
is put right without giving anybody away."""

from __future__ import annotations

from datetime import date
from typing import Any

from gateway.demonstration.cast import DEPARTMENT, Person
from gateway.demonstration.player import Refused
from gateway.demonstration.story import KINGSTON_PLACE, PLACES, WHOLE_AREA, Story
from gateway.demonstration.submit import SECOND_HALF

FEED = "bgk-department"
FORMATS = ("csv", "sdmx-csv", "parquet", "xlsx", "jsonl", "cids")
PURPOSE = "monitoring"
REFUSED = ("small-numbers-at-risk", "replaced-already", "claim-taken")
"""Why the first draft of row 40 is refused; and why, if the play was cut off behind it."""


class NotRefused(Exception):
    """A draft passed disclosure control by which a small number could be worked out."""


async def releases_first(story: Story) -> None:
    """Row 34: the feed is set up, and R1 goes out: Bayside is too small to be shown, Glen Eira is
    withheld with it, the total is shown."""
    player = story.player
    player.on(date(2023, 1, 30))
    defined = await player.does(
        Person.STEWARD,
        f"{story.here}/feed-profiles",
        code=FEED,
        audience={"kind": "organisation", "organisation": str(DEPARTMENT.id)},
        terms={
            "title": "BGK Young People Thriving, for the area office",
            "indicators": [story.indicators["I3"], story.indicators["I4"]],
            "places": {
                "scheme": KINGSTON_PLACE["scheme"],
                "edition": KINGSTON_PLACE["edition"],
                "wholes": [{"place": WHOLE_AREA, "parts": list(PLACES)}],
            },
            "formats": FORMATS,
            "policy": {},
            "cadence": "half-yearly",
        },
    )
    story.feed = defined["id"]
    story.releases.append(await _prepares(story, title="July to December 2022"))
    await _publishes(story, story.releases[-1])
    story.notes("measurement", "R1: what the department received")
    player.on(date(2023, 2, 1))
    await _acknowledges(story, story.releases[-1])


async def restates(story: Story) -> None:
    """Row 40: a draft that shows Kingston beside the total is refused, for R1 showed it too; so R2
    goes out with the total only. Row 41: by that the evidence of D-7 is superseded once more."""
    first = f"/v1/feed-releases/{story.releases[0]}"
    await story.player.until(Person.STEWARD, first, lambda release: release["to_restate"])
    story.player.on(date(2023, 3, 22))
    total, kingston = _cell(story, WHOLE_AREA), _cell(story, KINGSTON_PLACE)
    instead: dict[str, Any] = {
        "title": "July to December 2022, restated",
        "replaces": story.releases[0],
        "reason": {"code": "duplicate", "text": "Three young people were counted twice."},
    }
    try:
        await _prepares(story, **instead, keep=[total, kingston])
    except Refused as refused:
        if not any(why in str(refused) for why in REFUSED):
            raise
    else:
        raise NotRefused
    story.releases.append(await _prepares(story, **instead, keep=[total]))
    await _publishes(
        story, story.releases[-1], note="3 duplicates removed", reason=instead["reason"]
    )
    await _acknowledges(story, story.releases[-1])
    await story.player.until(
        Person.COORDINATOR,
        f"/v1/decisions/{story.decisions['D-7']}",
        lambda dossier: len(dossier["superseded"]["causes"]) > 1,
    )


def _cell(story: Story, place: dict[str, str]) -> dict[str, Any]:
    """I4 of a place: what matters most of a release."""
    return {
        "indicator_id": story.indicators["I4"],
        "definition_version": 2,
        "place": place,
        "period": SECOND_HALF,
    }


async def _prepares(story: Story, **said: Any) -> str:
    prepared = await story.player.does(
        Person.STEWARD,
        f"/v1/feed-profiles/{story.feed}/releases",
        periods=[SECOND_HALF],
        positions=story.player.position,
        **said,
    )
    return str(prepared["id"])


async def _publishes(story: Story, release: str, **said: Any) -> None:
    """Judged, approved by another person, and published."""
    player, one = story.player, f"/v1/feed-releases/{release}"
    await player.does(
        Person.STEWARD,
        f"{one}/determinations",
        purpose=PURPOSE,
        determination="sufficient",
        note="Counted by the partners from their case notes; complete for all three places.",
    )
    await player.does(Person.CERTIFIER, f"{one}/approvals")
    await player.does(Person.CERTIFIER, f"{one}/publications", **said)


async def _acknowledges(story: Story, release: str) -> None:
    """The area office confirms what it has, by its hash."""
    shown = await story.player.reads(Person.STEWARD, f"/v1/feed-releases/{release}")
    await story.player.does(
        Person.OFFICER,
        f"/v1/feed-releases/{release}/acknowledgements",
        content_sha256=shown["content_sha256"],
    )
