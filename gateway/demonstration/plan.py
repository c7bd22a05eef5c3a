"""Rows 11 to 14, 19 and 22: the common agenda, and the first learning cycle."""

from __future__ import annotations

from datetime import date

from gateway.demonstration.cast import PARTNERS, Person
from gateway.demonstration.story import SEVEN_SECTORS, Story

TOO_NARROW = "Young people who left return to school."
REWORDED = "Young people are re-engaged in learning or work they choose."
H1 = {
    "condition": "every referral gets a call within 10 days and one shared plan",
    "expectation": "at least 60 % stay engaged",
    "because": "the gap after referral is where they are lost",
    "refuted_if": "fewer than 50 % stay engaged although I3 is 10 days or less",
}
OUTCOMES = (
    ("Re-engaged", TOO_NARROW),
    ("Noticed early", "Young people who begin to disengage are noticed and reached early."),
    ("Heard", "Young people shape the services that are meant for them."),
)


async def agrees(story: Story) -> None:
    """Rows 11 to 14: an objection changes the wording, and seven sectors adopt the agenda."""
    player, agenda = story.player, f"{story.here}/common-agenda"
    player.on(date(2022, 3, 2))
    await player.does(
        Person.COORDINATOR,
        f"{agenda}/problem-statements",
        text="One young person in twelve here is neither learning nor working, and between a"
        " referral and the first call more than a month goes by.",
    )
    await player.does(
        Person.COORDINATOR,
        f"{agenda}/visions",
        text="Every young person in Bayside, Glen Eira and Kingston thrives.",
        principles=["Nothing about young people without them", "Share what we learn"],
    )
    for title, wording in OUTCOMES:
        defined = await player.does(
            Person.COORDINATOR, f"{agenda}/outcomes", title=title, wording=wording
        )
        story.outcomes = [outcome["outcome_id"] for outcome in defined["outcomes"]]
    proposal = await story.proposes("agenda", "Common agenda, version 1", "Three outcomes.")

    player.on(date(2022, 3, 9))
    objected = await player.does(
        Person.YOUNG_PERSON,
        f"/v1/proposals/{proposal}/objections",
        ground="«Return to school» leaves out TAFE and work.",
        paramount=True,
    )
    objection = objected["objections"][0]["objection_id"]

    player.on(date(2022, 3, 16))
    version = await player.version(Person.COORDINATOR, agenda)
    await player.does(
        Person.COORDINATOR,
        f"{agenda}/outcomes/{story.outcomes[0]}/rewordings",
        if_match=version,
        wording=REWORDED,
    )
    version = await player.version(Person.COORDINATOR, f"/v1/proposals/{proposal}")
    await player.does(
        Person.COORDINATOR,
        f"/v1/proposals/{proposal}/amendments",
        if_match=version,
        text=f"Three outcomes; the first one now reads: {REWORDED}",
    )
    await player.does(
        Person.YOUNG_PERSON,
        f"/v1/proposals/{proposal}/objections/{objection}/integrations",
        how="The outcome now names learning or work, as young people choose.",
    )
    decision = await story.resolves(
        "D-1",
        proposal,
        *SEVEN_SECTORS,
        Person.HEALTH_LEAD,
        result="The common agenda is adopted by consent.",
    )
    await player.does(Person.COORDINATOR, f"{agenda}/adoptions", decision_id=decision)
    for partner in PARTNERS:
        await player.does(
            Person.COORDINATOR, f"{agenda}/endorsements", partner_id=story.partners[partner]
        )


async def supposes(story: Story) -> None:
    """Row 19: the hypothesis H1, and what would refute it."""
    story.player.on(date(2022, 4, 13))
    theory = f"{story.here}/theory-of-change"
    added = await story.player.does(
        Person.COORDINATOR,
        f"{theory}/pathways",
        title="From referral to a shared plan",
        text="One desk calls soon, and one plan goes with the young person.",
        outcomes=story.outcomes[:1],
    )
    stated = await story.player.does(
        Person.COORDINATOR,
        f"{theory}/hypotheses",
        label="H1",
        pathway_id=added["pathways"][-1]["pathway_id"],
        outcomes=story.outcomes[:1],
        claim=H1,
    )
    story.hypothesis = stated["hypotheses"][-1]["hypothesis_id"]


async def opens_cycle(story: Story) -> None:
    """Row 19: what the first cycle asks, and when it will be reviewed."""
    story.player.on(date(2022, 4, 20))
    opened = await story.player.does(
        Person.COORDINATOR,
        f"{story.here}/cycles",
        number=1,
        title="Nobody waits",
        questions=[
            "If every referral gets a call within 10 days and one shared plan,"
            " do at least 60 % stay engaged?"
        ],
        review_on="2023-02-15",
    )
    story.cycle = opened["id"]


async def starts_doing(story: Story) -> None:
    """Row 22: the plan is approved and the work may begin."""
    story.player.on(date(2022, 5, 2))
    cycle = f"/v1/cycles/{story.cycle}"
    await story.player.does(
        Person.COORDINATOR,
        f"{cycle}/plan-approvals",
        plan_id=story.plan,
        decision_id=story.decisions["D-3"],
    )
    await story.player.does(Person.COORDINATOR, f"{cycle}/starts")
