"""Rows 15, 16, 18, 27 and 48: what is measured for which outcome, and on what terms data comes."""

from __future__ import annotations

from datetime import date
from typing import Any

from gateway.demonstration.cast import (
    BAYSIDE,
    BUNURONG,
    DEPARTMENT,
    GLEN_EIRA,
    HARBOUR,
    KINGSTON,
    LLEN,
    SCHOOLS,
    Person,
)
from gateway.demonstration.story import PLACES, WHOLE_AREA, Story

PROVIDERS = {
    SCHOOLS: Person.SCHOOLS_DATA_LEAD,
    HARBOUR: Person.HARBOUR_LEAD,
    BAYSIDE: Person.BAYSIDE_LEAD,
    GLEN_EIRA: Person.GLEN_EIRA_LEAD,
    KINGSTON: Person.KINGSTON_LEAD,
}
TERMS: dict[str, Any] = {
    "parties": [str(one.id) for one in PROVIDERS],
    "providers": [str(one.id) for one in PROVIDERS],
    "recipients": [str(LLEN.id), str(DEPARTMENT.id)],
    "purpose": "To see whether young people stay engaged, and to learn from it together.",
    "legal_basis": "Consent of the young people, and the partners' own privacy policies",
    "min_count": 5,
    "retention": "Seven years after the initiative ends",
    "starts": "2022-01-01",
    "ends": "2023-06-30",
    "places": [*PLACES, WHOLE_AREA],
    "strata": ["Aboriginal status"],
}
LINKS = (("I1", 0), ("I3", 0), ("I4", 0), ("I2", 1), ("I5", 1))
"""Which indicator shows which outcome. Of the third nothing is measured yet."""
ROUNDS = {
    "H1": ("January to June 2022", "2022-07-01", "2022-07-29", "2022-07-31"),
    "H2": ("July to December 2022", "2023-01-09", "2023-01-27", "2023-02-28"),
    "Q1": ("January to March 2023", "2023-03-27", "2023-04-14", "2023-04-28"),
}
PERIODS = {
    "H1": ["2022-01-01/2022-06-30"],
    "H2": ["2022-07-01/2022-12-31", "2022"],
    "Q1": ["2023-Q1"],
}

SHARES = ("I1", "I2", "I4")
RULES: tuple[dict[str, Any], ...] = (
    {
        "code": "share-of-a-hundred",
        "criterion": {"kind": "range", "minimum": "0", "maximum": "100"},
        "severity": "blocking",
    },
    {
        "code": "far-from-the-rest",
        "criterion": {"kind": "modified-z-score"},
        "because": "What lies far from the rest is asked about, not refused.",
    },
)
SCHOOL_TERMS: dict[str, Any] = {
    "code": "vic-terms",
    "title": "School terms in Victoria",
    "periods": [
        {"name": "Term 1 2022", "start": "2022-01-28", "end": "2022-04-08"},
        {"name": "Term 2 2022", "start": "2022-04-26", "end": "2022-06-24"},
        {"name": "Term 3 2022", "start": "2022-07-11", "end": "2022-09-16"},
        {"name": "Term 4 2022", "start": "2022-10-03", "end": "2022-12-20"},
    ],
}


async def is_opened(story: Story) -> None:
    """Row 15: once there is a common agenda, the framework opens by itself and says what nothing
    shows yet."""
    await story.player.until(
        Person.COORDINATOR,
        f"{story.here}/measurement-framework",
        lambda framework: len(framework["outcomes"]) == len(story.outcomes),
    )


async def agrees_on_data(story: Story) -> None:
    """Row 16: schools, Harbour Youth and the councils sign, and an authority is named."""
    story.player.on(date(2022, 3, 30))
    drafted = await story.player.does(
        Person.COORDINATOR,
        f"{story.here}/data-agreements",
        kind="partner-data",
        title="Sharing counts of young people in BGK",
        terms=TERMS,
    )
    story.agreement = drafted["id"]
    await story.player.does(
        Person.COORDINATOR,
        f"/v1/data-agreements/{story.agreement}/indigenous-data-authorities",
        organisation=str(BUNURONG.id),
        name=BUNURONG.name,
    )
    await _signs(story)


async def _signs(story: Story) -> None:
    one = f"/v1/data-agreements/{story.agreement}"
    for person in PROVIDERS.values():
        await story.player.does(person, f"{one}/signatures")
    await story.player.does(Person.COORDINATOR, f"{one}/activations")


async def adopts_framework(story: Story) -> None:
    """Row 18: indicators for two outcomes, and a plan for the third."""
    framework = f"{story.here}/measurement-framework"
    story.player.on(date(2022, 4, 11))
    for code, outcome in LINKS:
        await story.player.does(
            Person.INDICATOR_OWNER,
            f"{framework}/links",
            outcome_id=story.outcomes[outcome],
            indicator_id=story.indicators[code],
        )
    await story.player.does(
        Person.INDICATOR_OWNER,
        f"{framework}/gaps",
        outcome_id=story.outcomes[2],
        gap="Nothing shows yet whether young people shape services.",
        plan="The Youth Voice Panel chooses a measure with the area office.",
        by="2023-12-31",
    )
    await _says_how_values_are_looked_at(story)
    await story.player.does(
        Person.COORDINATOR, f"{framework}/adoptions", decision_id=story.decisions["D-2"]
    )


async def _says_how_values_are_looked_at(story: Story) -> None:
    """By which rules, and what the schools call their terms."""
    framework = f"{story.here}/measurement-framework"
    for rule in RULES:
        shares = [story.indicators[code] for code in SHARES]
        await story.player.does(
            Person.STEWARD, f"{framework}/validation-rules", rule=rule | {"indicators": shares}
        )
    await story.player.does(Person.STEWARD, f"{framework}/calendars", calendar=SCHOOL_TERMS)


async def opens_round(story: Story, name: str) -> None:
    """A collection round; what was counted in its periods comes in it."""
    title, opens, due, closes = ROUNDS[name]
    opened = await story.player.does(
        Person.STEWARD,
        f"{story.here}/reporting-periods",
        kind="regular",
        title=title,
        opens=opens,
        due=due,
        closes=closes,
        periods=PERIODS[name],
    )
    story.rounds[name] = opened["id"]


async def reopens_round(story: Story) -> None:
    """Row 27: the round closes with one council missing; its office was flooded."""
    player, one = story.player, f"/v1/reporting-periods/{story.rounds['H1']}"
    player.on(date(2022, 7, 30))
    await player.does(Person.STEWARD, f"{one}/closures")
    await story.happened("measurement.completeness-gap-flagged")
    player.on(date(2022, 8, 3))
    asked = await player.does(
        Person.GLEN_EIRA_LEAD,
        f"{one}/reopening-requests",
        until="2022-08-12",
        reason={
            "code": "context-changed",
            "text": "A storm flooded the office; the registers are dry.",
        },
    )
    request = asked["reopening_requests"][-1]["request_id"]
    await player.does(Person.STEWARD, f"{one}/reopening-requests/{request}/grants")


async def takes_published(story: Story, root: str) -> dict[str, str]:
    """What an office has published comes under its licence, and in a round that takes the past."""
    player = story.player
    drafted = await player.does(
        Person.STEWARD,
        f"{root}/data-agreements",
        kind="open-data",
        title="Statistics Canada, SDG 8.6.1",
        terms={
            "parties": [str(LLEN.id)],
            "providers": [str(LLEN.id)],
            "purpose": "To compare ours with what is published elsewhere.",
            "licence": "Statistics Canada Open Licence",
            "credit": "Adapted from Statistics Canada, SDG indicator 8.6.1. This does not"
            " constitute an endorsement by Statistics Canada of this product.",
        },
    )
    one = f"/v1/data-agreements/{drafted['id']}"
    await player.does(Person.COORDINATOR, f"{one}/signatures")
    await player.does(Person.COORDINATOR, f"{one}/activations")
    opened = await player.does(
        Person.STEWARD,
        f"{root}/reporting-periods",
        kind="backfill",
        title="What was published before",
        opens="2023-07-01",
        due="2099-12-31",
        closes="2099-12-31",
    )
    return {"agreement_id": drafted["id"], "reporting_period_id": opened["id"]}


async def varies_terms(story: Story) -> None:
    """Row 48: two more years, and a key by which nobody is counted twice."""
    player, one = story.player, f"/v1/data-agreements/{story.agreement}"
    player.on(date(2023, 6, 1))
    purpose = f"{TERMS['purpose']} A key service finds who was counted twice."
    await player.does(
        Person.COORDINATOR,
        f"{one}/variations",
        if_match=await player.version(Person.COORDINATOR, one),
        terms=TERMS | {"purpose": purpose, "ends": "2025-06-30"},
        reason={"code": "other", "text": "D-8: de-duplicate at submission."},
    )
    await _signs(story)
