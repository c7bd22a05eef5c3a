"""Rows 20, 21, 23, 24 and 28 to 31: the plan of action, who promised what, and how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from gateway.demonstration.cast import HARBOUR, HEALTH, INDUSTRY, SCHOOLS, Organisation, Person
from gateway.demonstration.story import SEVEN_SECTORS, Story

YEAR = {"starts": "2022-05-09", "ends": "2023-04-30"}


@dataclass(frozen=True)
class Work:
    """An activity of the plan, and why it should move an indicator."""

    title: str
    lead: Organisation
    person: Person
    claims: tuple[tuple[str, str], ...]


PLAN = {
    "A1": Work(
        "Shared referral desk",
        HARBOUR,
        Person.HARBOUR_LEAD,
        (
            ("I3", "One desk instead of five telephones"),
            ("I4", "Whoever is called soon stays engaged"),
        ),
    ),
    "A2": Work(
        "Early-identification protocol",
        SCHOOLS,
        Person.SCHOOLS_DATA_LEAD,
        (("I5", "Schools that use one protocol notice young people earlier"),),
    ),
    "A3": Work(
        "Taster placements",
        INDUSTRY,
        Person.INDUSTRY_LEAD,
        (("I4", "A week at work shows what learning is for"),),
    ),
    "A4": Work(
        "Parent line",
        HEALTH,
        Person.HEALTH_LEAD,
        (("I2", "Parents who can ask are parents who can help"),),
    ),
}
PLEDGES = (
    ("A3", "data", "Attendance at every placement, monthly", None),
    ("A1", "time", "Two workers at the desk, one day a week", ("2", "workers")),
    ("A1", "space", "A room for the desk", None),
    ("A2", "data", "Attendance by school and half-year", None),
    ("A2", "time", "One teacher a school for the protocol", ("18", "teachers")),
    ("A4", "time", "The line is staffed on weekdays", ("5", "days a week")),
    ("A4", "policy", "Referral without a form", None),
    ("A3", "space", "40 placements", ("40", "placements")),
)


async def plans(story: Story) -> None:
    """Rows 20 and 21: a strategy, four activities, eight pledges, and what refers to what."""
    player = story.player
    player.on(date(2022, 4, 27))
    decision = await story.decides(
        "D-3",
        "strategy",
        "Close the gap after referral",
        "One desk, one protocol, placements and a parent line.",
        *SEVEN_SECTORS,
        Person.HEALTH_LEAD,
    )
    strategy = await player.does(
        Person.COORDINATOR,
        f"{story.here}/strategies",
        title="Close the gap after referral",
        kind="system",
        outcomes=story.outcomes[:2],
    )
    await player.does(
        Person.COORDINATOR,
        f"/v1/strategies/{strategy['id']}/selections",
        decision_id=decision,
        leverage=4,
    )
    drafted = await player.does(
        Person.COORDINATOR,
        f"{story.here}/plans-of-action",
        cycle_id=story.cycle,
        dates=YEAR,
    )
    story.plan = drafted["id"]
    for code, work in PLAN.items():
        await _plans_one(story, code, work, strategy["id"])
    await player.does(
        Person.COORDINATOR, f"/v1/plans-of-action/{story.plan}/adoptions", decision_id=decision
    )
    await _pledges(story)
    await _reinforces(story)


async def _plans_one(story: Story, code: str, work: Work, strategy: str) -> None:
    player = story.player
    proposed = await player.does(
        work.person, f"{story.here}/activities", title=work.title, strategies=[strategy]
    )
    story.activities[code] = proposed["id"]
    one = f"/v1/activities/{proposed['id']}"
    await player.does(work.person, f"{one}/undertakings", lead=str(work.lead.id), dates=YEAR)
    for indicator, mechanism in work.claims:
        await player.does(
            work.person,
            f"{one}/contribution-claims",
            indicator_id=story.indicators[indicator],
            mechanism=mechanism,
            confidence="medium",
        )
    await player.does(
        Person.COORDINATOR,
        f"/v1/plans-of-action/{story.plan}/inclusions",
        activity_id=proposed["id"],
    )


async def _pledges(story: Story) -> None:
    for code, kind, promise, amount in PLEDGES:
        work = PLAN[code]
        pledged = await story.player.does(
            work.person,
            f"{story.here}/commitments",
            partner_id=str(work.lead.id),
            kind=kind,
            promise=promise,
            due="2022-12-31",
            activity_id=story.activities[code],
            amount={"quantity": amount[0], "unit": amount[1]} if amount else None,
        )
        story.commitments[promise] = pledged["id"]
        await story.player.does(work.person, f"/v1/commitments/{pledged['id']}/confirmations")


async def _reinforces(story: Story) -> None:
    for first, second in (("A2", "A1"), ("A1", "A3")):
        claimed = await story.player.does(
            PLAN[first].person,
            f"{story.here}/reinforcements",
            from_activity=story.activities[first],
            to_activity=story.activities[second],
            kind="refers_to",
            how="Young people are passed on with their own plan, not with a telephone number.",
        )
        await story.player.does(
            PLAN[second].person, f"/v1/reinforcements/{claimed['id']}/confirmations"
        )


async def works(story: Story) -> None:
    """Rows 23 and 24: the work begins, and after six weeks the first look back."""
    player = story.player
    player.on(date(2022, 5, 9))
    for code, work in PLAN.items():
        await player.does(work.person, f"/v1/activities/{story.activities[code]}/starts")
    player.on(date(2022, 6, 20))
    await _looks_back(
        story,
        "A1",
        intended="A call within ten days of every referral",
        actual="Calls on Monday mornings were missed",
        why="Nobody is rostered before noon on Mondays",
        next="The roster is changed",
    )


async def adjusts(story: Story) -> None:
    """Rows 28 to 31: a school closes, placements come late, a partner leaves, a line is stopped."""
    player = story.player
    player.on(date(2022, 8, 15))
    await player.does(
        Person.COORDINATOR,
        f"{story.here}/context-shifts",
        shift="The local alternative school closes",
        weight="minor",
    )
    player.on(date(2022, 9, 12))
    placements = f"/v1/commitments/{story.commitments['40 placements']}"
    await player.does(Person.INDUSTRY_LEAD, f"{placements}/fulfilments", quantity="22")
    await player.does(
        Person.INDUSTRY_LEAD,
        f"{placements}/renegotiations",
        due="2023-04-06",
        reason={"code": "capacity", "text": "18 placements move to Term 1."},
    )
    player.on(date(2022, 10, 24))
    await player.does(
        Person.COORDINATOR,
        f"{story.here}/partners/{story.partners[HEALTH]}/withdrawals",
        reason={"code": "capacity", "text": "The alliance is being reorganised."},
    )
    parent_line = f"/v1/activities/{story.activities['A4']}"
    await player.until(Person.COORDINATOR, parent_line, lambda a: a.get("lead") is None)
    player.on(date(2022, 11, 14))
    await player.does(
        Person.COORDINATOR,
        f"{parent_line}/stops",
        learning="Few calls, and a state line does the same.",
        reason={"code": "duplicate", "text": "It duplicates a state line."},
    )
    await _looks_back(
        story,
        "A4",
        intended="Parents ask before their child drops out",
        actual="Four calls a month",
        why="Parents knew the state line already",
        next="Name the state line at the referral desk",
    )


async def settles(story: Story) -> None:
    """What was promised for the first year: kept by those who stayed, released for who left."""
    left = {promise for code, _, promise, _ in PLEDGES if code == "A4"}
    for promise in sorted(left):
        one = f"/v1/commitments/{story.commitments[promise]}"
        await story.player.until(Person.COORDINATOR, one, lambda c: c["to_renegotiate"])
        await story.player.does(
            Person.COORDINATOR,
            f"{one}/releases",
            reason={"code": "capacity", "text": "The alliance has left."},
        )
    story.player.on(date(2022, 12, 19))
    for code, _, promise, _ in PLEDGES:
        if promise not in left | {"40 placements"}:
            one = f"/v1/commitments/{story.commitments[promise]}"
            await story.player.does(PLAN[code].person, f"{one}/fulfilments")


async def gives_the_rest(story: Story) -> None:
    """Row 29 continued: the eighteen placements that were moved to Term 1."""
    placements = f"/v1/commitments/{story.commitments['40 placements']}"
    await story.player.does(Person.INDUSTRY_LEAD, f"{placements}/fulfilments")


async def _looks_back(story: Story, code: str, **words: str) -> None:
    await story.player.does(
        PLAN[code].person if code != "A4" else Person.COORDINATOR,
        f"{story.here}/after-action-reviews",
        activity_id=story.activities[code],
        **words,
    )
    story.notes("activities", f"After-action review of {code}: {words['why']}")


async def revises_plan(story: Story, adaptation: str, why: str) -> None:
    """Rows 38 and 44: a new version of the plan, because of what was learnt."""
    plan = f"/v1/plans-of-action/{story.plan}"
    await story.player.does(
        Person.COORDINATOR,
        f"{plan}/revisions",
        if_match=await story.player.version(Person.COORDINATOR, plan),
        adaptation_id=adaptation,
        exclude=[story.activities["A4"]] if adaptation == story.adaptations[0] else [],
        reason={"code": "other", "text": why},
    )
