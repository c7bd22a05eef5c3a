"""All rows in the order of their days, then a file of real data, then real time."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from functools import cache
from importlib import resources

from gateway.demonstration import (
    act,
    compute,
    learn,
    listen,
    measure,
    plan,
    promises,
    ready,
    releases,
    stories,
    submit,
    terms,
)
from gateway.demonstration.cast import Person
from gateway.demonstration.player import Player
from gateway.demonstration.story import Story
from infra.kernel.clock import ScenarioClock
from infra.runtime import House

Row = Callable[[Story], Awaitable[None]]

ROWS: tuple[Row, ...] = (
    *ready.READY,
    listen.asks,
    promises.invites_words,
    plan.agrees,
    terms.is_opened,
    listen.answers,
    terms.agrees_on_data,
    measure.defines,
    terms.adopts_framework,
    plan.supposes,
    plan.opens_cycle,
    act.plans,
    plan.starts_doing,
    promises.begins_work,
    act.works,
    measure.counts_longer,
    submit.first_numbers,
    compute.shares,
    promises.tells_first_numbers,
    submit.late_numbers,
    act.adjusts,
    stories.tells,
    act.settles,
    promises.catches_up,
    submit.second_numbers,
    releases.releases_first,
    learn.reviews,
    learn.scales,
    promises.tells_decision,
    learn.finds_the_mistake,
    learn.reverses,
    stories.takes_back,
    listen.tells,
    promises.tells_mistake,
    learn.locates_again,
    promises.finds_the_gap,
    terms.varies_terms,
    learn.closes,
)
STORY = "story.json"
FILE = "indicator_8-6-1.csv"
MAPPING = "indicator_8-6-1.mapping.json"


async def play(house: House, *, clock: ScenarioClock) -> None:
    """Play all rows, import the file, and note what was made for the checks and the tour.

    A play that was cut off is played again from its beginning: what was done is answered only.
    """
    async with player(house, clock) as playing:
        story = Story(playing)
        for row in ROWS:
            await row(story)
        clock.release()
        await promises.falls_silent(story)
        comparison = await compares(story)
        noted = story.noted() | {"comparison": comparison}
        (house.notes / STORY).write_text(json.dumps(noted, indent=2) + "\n")
        await playing.settled(Person.COORDINATOR)


async def compares(story: Story) -> str:
    """Real figures beside ours: Canada's young people outside learning and work, as published."""
    initiative = await story.player.does(
        Person.COORDINATOR,
        "/v1/initiatives",
        name="To compare with: Canada, SDG 8.6.1",
        places=[{"scheme": "ISO-3166-1", "edition": "2020", "code": "CA", "label": "Canada"}],
        origin="Statistics Canada Open Licence; see gateway/demonstration/data",
    )
    root = f"/v1/initiatives/{initiative['id']}"
    proposed = await story.player.does(
        Person.INDICATOR_OWNER,
        f"{root}/indicators",
        code="NEET",
        name="Youth not in education, employment or training",
    )
    await story.player.does(
        Person.INDICATOR_OWNER,
        f"/v1/indicators/{proposed['id']}/definitions",
        definition=measure.EVERYWHERE
        | measure.INDICATORS["I1"]
        | {
            "name": "Youth not in education, employment or training",
            "source": "Statistics Canada, table 37-10-0196-01",
            "custodian": "Statistics Canada",
            "frequency": "yearly",
            "suppression_class": "none",
            "unit": "percent",
        },
    )
    await story.player.submits(
        Person.STEWARD,
        f"{root}/submissions",
        {"mapping": (MAPPING, _data(MAPPING), "application/json"), "file": (FILE, _data(FILE))},
        **await terms.takes_published(story, root),
    )
    return str(proposed["id"])


def player(house: House, clock: ScenarioClock | None = None) -> Player:
    """Partners' systems at this house's door, one token per person."""

    @cache
    def token(who: Person) -> str:
        return house.token(
            person=who.reference,
            roles=(who.role,),
            organisation=who.organisation.id,
            client=f"system-of-{who.reference}",
        )

    return Player(house.url, token, clock)


def _data(name: str) -> bytes:
    return (resources.files(__package__) / "data" / name).read_bytes()
