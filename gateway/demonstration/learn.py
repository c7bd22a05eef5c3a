"""Rows 35 to 38, 41 to 44, 47 and 49: review, a decision, its mistake, and its reversal."""

from __future__ import annotations

from datetime import date
from typing import Any

from gateway.demonstration.act import gives_the_rest, revises_plan
from gateway.demonstration.cast import SCHOOLS, Person
from gateway.demonstration.measure import revises_target
from gateway.demonstration.plan import H1
from gateway.demonstration.ready import locates
from gateway.demonstration.releases import restates
from gateway.demonstration.story import SEVEN_SECTORS, Story
from gateway.demonstration.submit import certifies_again, counts_calls, counts_once

WITH_OFFICER = (*SEVEN_SECTORS, Person.OFFICER)


async def reviews(story: Story) -> None:
    """Rows 35 and 36: evidence is frozen as it was known; the target seems met, with a dissent."""
    player, cycle = story.player, f"/v1/cycles/{story.cycle}"
    player.on(date(2023, 2, 15))
    await player.does(Person.COORDINATOR, f"{cycle}/reviews")
    frozen = await player.does(
        Person.COORDINATOR,
        f"{cycle}/evidence-packs",
        title="E1",
        cites=await player.cites(*story.evidence),
    )
    story.pack = frozen["packs"][-1]["pack_id"]
    story.notes("agenda", "E1: 61.3 %")
    found = await player.does(
        Person.COORDINATOR,
        f"{cycle}/findings",
        text="The target is met: 61.3 % of the young people supported are still engaged.",
        hypothesis_id=story.hypothesis,
        verdict="supports",
        packs=[story.pack],
        dissent=[
            {
                "organisation": str(SCHOOLS.id),
                "person": Person.SCHOOLS_DATA_LEAD.reference,
                "text": "Some of them may be counted twice.",
            }
        ],
    )
    await player.does(
        Person.COORDINATOR,
        f"{story.here}/theory-of-change/hypotheses/{story.hypothesis}/supports",
        found=_found(story, found),
    )


async def scales(story: Story) -> None:
    """Rows 37 and 38: D-7 scales the desk to all schools and raises the target to 65 %."""
    player = story.player
    player.on(date(2023, 2, 22))
    await story.decides(
        "D-7",
        "adaptation",
        "Scale the referral desk, raise the target",
        "The desk serves all 18 schools; the target of I4 is 65 %.",
        *WITH_OFFICER,
        cites=await _cites_pack(story),
    )
    adaptation = await _adapts(story, "D-7", "scale", "Scale A1 to 18 schools; I4 to 65 %")
    player.on(date(2023, 3, 1))
    await _asked(story, adaptation)
    await revises_plan(story, adaptation, "D-7: the desk serves all 18 schools.")
    await revises_target(
        story, "65", "D-7", adaptation, "D-7, on 61.3 % in the second half of 2022."
    )
    await _is_enacted(story, adaptation, {"activities", "measurement"})


async def finds_the_mistake(story: Story) -> None:
    """Rows 39, 41 and 42: what D-7 stood on has changed, and the cycle returns to its review."""
    player, cycle = story.player, f"/v1/cycles/{story.cycle}"
    await counts_once(story)
    last, what = player.last("measurement"), "I4, each counted once: 16 of 28"
    await player.until(
        Person.COORDINATOR,
        f"/v1/decisions/{story.decisions['D-7']}",
        lambda dossier: dossier["superseded"]["flag"],
    )
    await story.happened("agenda.evidence-pack-superseded")
    await certifies_again(story)
    await restates(story)
    await story.happened("agenda.decision-evidence-superseded", 2)
    await story.happened("agenda.evidence-pack-superseded", 2)
    player.on(date(2023, 3, 29))
    await player.does(
        Person.COORDINATOR,
        f"{cycle}/triggers",
        cause="The evidence of D-7 is superseded: 57.1 %, not 61.3 %.",
        cites=_cites(story, "I4 after de-duplication: 57.1 %"),
    )
    await counts_calls(story)
    story.evidence = [("measurement", last, what), *story.evidence[-1:]]
    frozen = await player.does(
        Person.COORDINATOR,
        f"{cycle}/evidence-packs",
        title="E2",
        cites=await player.cites(*story.evidence),
    )
    found = await player.does(
        Person.COORDINATOR,
        f"{cycle}/findings",
        text="57.1 %: below the target, above the line of refutation (50 %), and I3 is 9 days:"
        " neither yes nor no.",
        hypothesis_id=story.hypothesis,
        verdict="neither",
        packs=[frozen["packs"][-1]["pack_id"]],
    )
    story.finding = _found(story, found)


async def reverses(story: Story) -> None:
    """Rows 43 and 44: D-8 reverses D-7 and restores the target of 60 %."""
    player = story.player
    player.on(date(2023, 4, 5))
    await gives_the_rest(story)
    decision = await story.decides(
        "D-8",
        "adaptation",
        "Scale to 12 schools, restore the target",
        "The desk serves 12 schools; the target of I4 is 60 % again; de-duplicate at submission.",
        *WITH_OFFICER,
        reverses=story.decisions["D-7"],
        cites=_cites(story, "I4: 57.1 %"),
    )
    await player.does(
        Person.CHAIR,
        f"/v1/proposals/{story.decisions['D-7']}/reversals",
        reversed_by=decision,
        reason={"code": "evidence-superseded", "text": "Three young people were counted twice."},
    )
    adaptation = await _adapts(
        story,
        "D-8",
        "adapt",
        "A1 to 12 schools; I4 back to 60 %",
        {"what": "H1 holds for twelve schools", "service": "agenda"},
    )
    player.on(date(2023, 4, 12))
    await _asked(story, adaptation, f"{story.here}/theory-of-change")
    await player.does(
        Person.COORDINATOR,
        f"{story.here}/theory-of-change/hypotheses/{story.hypothesis}/revisions",
        if_match=await player.version(Person.COORDINATOR, f"{story.here}/theory-of-change"),
        label="H1b",
        outcomes=story.outcomes[:1],
        claim=H1 | {"condition": f"{H1['condition']}, in twelve schools"},
        found=story.finding,
        adaptation_id=adaptation,
    )
    await revises_target(story, "60", "D-8", adaptation, "D-8, after de-duplication: 57.1 %.")
    await revises_plan(story, adaptation, "D-8: twelve schools, not eighteen.")
    await _is_enacted(story, adaptation, {"agenda", "activities", "measurement"})


async def locates_again(story: Story) -> None:
    """Row 47: where the phases stand now."""
    story.player.on(date(2023, 5, 17))
    vision = "creating-a-shared-vision"
    await locates(
        story,
        collaboration=vision,
        leadership=vision,
        community=vision,
        innovation=vision,
        measurement="building-the-foundations",
    )


async def closes(story: Story) -> None:
    """Row 49: the first cycle ends and the second begins."""
    player = story.player
    player.on(date(2023, 6, 7))
    cycle = f"/v1/cycles/{story.cycle}"
    await player.until(Person.COORDINATOR, cycle, lambda c: c["phase"] == "review")
    await player.does(
        Person.COORDINATOR,
        f"{cycle}/findings",
        text="Seven months are enough to find who pays on; nothing changes until then.",
    )
    player.on(date(2023, 6, 14))
    await player.does(
        Person.COORDINATOR,
        f"{cycle}/closures",
        learnt="Count each young person once before deciding on a number.",
    )
    await player.does(
        Person.COORDINATOR,
        f"{story.here}/cycles",
        number=2,
        title="Counted once",
        questions=["Does the desk keep 60 % engaged in twelve schools?"],
        review_on="2024-02-14",
    )


def _cites(story: Story, note: str) -> dict[str, Any]:
    """The observations of I4 as they are known now."""
    known_at = story.player.position
    reference = {"source": "measurement", "id": story.indicators["I4"], "note": note}
    return {"known_at": known_at, "refs": [reference]}


async def _cites_pack(story: Story) -> dict[str, Any]:
    """E1 as it was frozen, and what it is about."""
    frozen = await story.player.cites(story.evidence[-1])
    about = _cites(story, "I4, July to December 2022: 61.3 %")
    return frozen | {"refs": [*frozen["refs"], *about["refs"]]}


def _found(story: Story, cycle: dict[str, Any]) -> dict[str, str]:
    """The finding that was agreed last."""
    return {"cycle_id": story.cycle, "finding_id": cycle["findings"][-1]["finding_id"]}


async def _adapts(story: Story, decision: str, kind: str, text: str, *more: dict[str, str]) -> str:
    decided = await story.player.does(
        Person.COORDINATOR,
        f"/v1/cycles/{story.cycle}/adaptations",
        decision_id=story.decisions[decision],
        kind=kind,
        text=text,
        changes=[
            {"what": text, "service": "activities", "id": story.plan},
            {"what": text, "service": "measurement", "id": story.indicators["I4"]},
            *more,
        ],
    )
    story.adaptations.append(decided["adaptations"][-1]["adaptation_id"])
    return story.adaptations[-1]


async def _asked(story: Story, adaptation: str, *more: str) -> None:
    """Plan, indicator and so on are asked for a revision, each by a policy of its own service."""
    plan, indicator = (
        f"/v1/plans-of-action/{story.plan}",
        f"/v1/indicators/{story.indicators['I4']}",
    )
    for path in (plan, indicator, *more):
        await story.player.until(
            Person.COORDINATOR, path, lambda shown: adaptation in shown["revisions_asked"]
        )


async def _is_enacted(story: Story, adaptation: str, services: set[str]) -> None:
    """Each revision names the adaptation, so the cycle records by itself what is done where."""

    def enacted(cycle: dict[str, Any]) -> bool:
        adaptations = {each["adaptation_id"]: each for each in cycle["improve"]["adaptations"]}
        return services == set(adaptations[adaptation]["enacted_in"])

    await story.player.until(Person.COORDINATOR, f"/v1/cycles/{story.cycle}", enacted)
