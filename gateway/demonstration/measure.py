"""Rows 17, 18, 25, 38 and 44: six indicators, their baselines and their targets."""

from __future__ import annotations

from datetime import date
from typing import Any

from gateway.demonstration.cast import Person
from gateway.demonstration.story import SEVEN_SECTORS, Story

INDICATORS: dict[str, dict[str, Any]] = {
    "I1": {
        "name": "Young people 15 to 24 not in education, employment or training",
        "level": "population",
        "unit": "%",
        "polarity": "lower-is-better",
        "numerator": "Persons 15 to 24 not in education, employment or training",
        "denominator": "All persons 15 to 24",
        "source": "Labour force survey, as SDG 8.6.1 (19th ICLS)",
        "strata": [{"name": "Gender", "equity": True}],
    },
    "I2": {
        "name": "Year 9 and 10 students absent 30 days or more in the school year",
        "level": "population",
        "unit": "%",
        "polarity": "lower-is-better",
        "numerator": "Students of Years 9 and 10 absent 30 days or more",
        "denominator": "Students enrolled in Years 9 and 10",
        "source": "Schools' attendance registers",
        "strata": [{"name": "Aboriginal status", "equity": True}],
    },
    "I3": {
        "name": "Median days from referral to first contact",
        "level": "performance",
        "unit": "days",
        "polarity": "lower-is-better",
        "method": "Median over all referrals of the period",
        "source": "Shared referral desk",
    },
    "I4": {
        "name": "Young people supported who are still engaged after 10 weeks",
        "level": "performance",
        "unit": "%",
        "polarity": "higher-is-better",
        "numerator": "Young people still engaged",
        "denominator": "Young people supported",
        "source": "Case notes of the supporting partner, counted once a half-year",
    },
    "I5": {
        "name": "Schools using the shared early-identification protocol (of 18)",
        "level": "system-change",
        "unit": "schools",
        "polarity": "higher-is-better",
        "method": "Count of schools",
        "source": "Kingston Secondary Cluster",
    },
    "I6": {
        "name": "Partnership analysis tool, mean score (35 to 175)",
        "level": "process",
        "unit": "points",
        "polarity": "higher-is-better",
        "method": "Mean over the partners' answers",
        "source": "Yearly self-assessment of the partnership",
    },
}
EVERYWHERE = {
    "custodian": "Southern Bay LLEN",
    "frequency": "half-yearly",
    "suppression_class": "small-cells",
    "strata": [{"name": "Age group", "equity": False}],
}
BASELINES = {"I1": "8.2", "I2": "17.2", "I3": "34", "I5": "0", "I6": "112"}
TARGETS = {"I1": "7.0", "I2": "14.0", "I3": "10", "I4": "60", "I5": "12", "I6": "127"}


async def defines(story: Story) -> None:
    """Rows 17 and 18: definitions, baselines and targets."""
    player = story.player
    player.on(date(2022, 4, 4))
    for code, words in INDICATORS.items():
        proposed = await player.does(
            Person.INDICATOR_OWNER, f"{story.here}/indicators", code=code, name=words["name"]
        )
        story.indicators[code] = proposed["id"]
        one = f"/v1/indicators/{proposed['id']}"
        await player.does(
            Person.INDICATOR_OWNER, f"{one}/definitions", definition=EVERYWHERE | words
        )
        await player.does(
            Person.STEWARD,
            f"{one}/design-assessments",
            checklist="fabric",
            checks=[{"item": item, "met": True} for item in ("relevant", "timely", "verifiable")],
        )
        await player.does(Person.INDICATOR_OWNER, f"{one}/adoptions")
    player.on(date(2022, 4, 6))
    decision = await story.decides(
        "D-2",
        "measurement",
        "Baselines and targets",
        "Baselines of 2021 and targets for six indicators.",
        *SEVEN_SECTORS,
        Person.HEALTH_LEAD,
    )
    for code, value in BASELINES.items():
        path = f"/v1/indicators/{story.indicators[code]}/baselines"
        await player.does(Person.INDICATOR_OWNER, path, value=value, period="2021")
    for code, value in TARGETS.items():
        aimed = await player.does(
            Person.INDICATOR_OWNER,
            f"/v1/indicators/{story.indicators[code]}/targets",
            value=value,
            decision_id=decision,
            no_baseline_yet=code not in BASELINES,
        )
        story.targets[code] = aimed["targets"][-1]["target_id"]


async def counts_longer(story: Story) -> None:
    """Row 25: I4 is measured after 13 weeks, not 10. No value is lost; a new series begins, and
    whoever claims to contribute to it looks again, as the next review does (P4)."""
    player, one = story.player, f"/v1/indicators/{story.indicators['I4']}"
    player.on(date(2022, 6, 27))
    name = "Young people supported who are still engaged after 13 weeks"
    await player.does(
        Person.INDICATOR_OWNER,
        f"{one}/definition-changes",
        if_match=await player.version(Person.INDICATOR_OWNER, one),
        definition=EVERYWHERE | INDICATORS["I4"] | {"name": name},
        comparable=False,
        reason={"code": "definition-changed", "text": "Matches the funder's sustained measure."},
    )
    await story.happened("activities.contribution-marked-for-review", 2)
    await story.happened("agenda.review-item-noted")
    carried = await player.does(
        Person.INDICATOR_OWNER,
        f"{one}/targets/{story.targets['I4']}/carry-overs",
        reason={"code": "definition-changed", "text": "60 % remains the aim at 13 weeks."},
    )
    story.targets["I4"] = carried["targets"][-1]["target_id"]
    await player.does(Person.INDICATOR_OWNER, f"{one}/adoptions")


async def revises_target(
    story: Story, value: str, decision: str, adaptation: str, why: str
) -> None:
    """Rows 38 and 44: the target of I4."""
    await story.player.does(
        Person.INDICATOR_OWNER,
        f"/v1/indicators/{story.indicators['I4']}/targets/{story.targets['I4']}/revisions",
        value=value,
        decision_id=story.decisions[decision],
        adaptation_id=adaptation,
        reason={"code": "other", "text": why},
    )
