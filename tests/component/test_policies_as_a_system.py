"""Three services: however their lines arrive, the same policies do the same, once each."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from infra.kernel import Aggregate
from infra.messaging.policies import act_of, fire
from services.activities.domain import (
    Activity,
    Commitment,
    ContributionClaim,
    PlanOfAction,
    Strategy,
)
from services.agenda.domain import LearningCycle, Partnership, Proposal, TheoryOfChange
from services.measurement.domain import (
    DataAgreement,
    FeedProfile,
    Indicator,
    MeasurementFramework,
    ReportingPeriod,
    Series,
)
from tests.component.three_services import (
    ROADS,
    House,
    Make,
    by_policy,
    effects,
    in_memory,
    replayed,
)
from tests.component.three_services_story import (
    OUTCOMES,
    PARTNERS,
    TWICE,
    Happening,
    Story,
)

MOST = {
    "withdraw": PARTNERS,
    "retire": OUTCOMES,
    "revise": TWICE,
    "redefine": 1,
    "correct": TWICE,
    "certify": TWICE,
    "revoke": TWICE,
    "close": TWICE,
    "shift": 2,
    "refuse": TWICE,
    "forget": 1,
    "run_out": 1,
    "stop": TWICE,
    "adapt": TWICE,
}
"""What may happen, and to how many things."""
HAPPENINGS = st.sampled_from(
    [Happening(what, which) for what, count in MOST.items() for which in range(count)]
)
SEGMENTS = st.lists(st.lists(HAPPENINGS, max_size=6), min_size=1, max_size=3)
Segments = Sequence[Sequence[Happening]]
EVERYTHING: Segments = [
    [Happening(what, which) for what, count in MOST.items() for which in range(count)],
    [Happening("certify", 0)] * 2,
]
RUN_OUT: Segments = [[Happening("run_out", 0)]]
"""In these two stories together every policy acts."""
DEBOUNCED = "agenda.review-triggered"
"""Of several causes one calls for the review; which one, is a matter of order."""


async def orderly(segments: Segments, make: Make = in_memory) -> Story:
    """Everything arrives before the next thing happens."""
    story = Story(House(House.settle, make))
    await story.begin()
    for segment in segments:
        for happening in segment:
            await story.happens(happening)
            await story.house.settle()
    return story


async def disorderly(segments: Segments, seed: int, make: Make = in_memory) -> Story:
    """Some lines of some roads arrive, out of their order and some of them again, and processes are
    killed; all lines are there by the segment's end."""
    weather = Random(seed)

    async def some(house: House) -> None:
        for to, source in weather.sample(ROADS, len(ROADS)):
            ahead = [weather.randrange(4) for _ in range(weather.randrange(4))]
            await house.come(to, source, ahead, again=weather.randrange(4))
            await house.sides[to].forgets(weather.randrange(3))

    story = Story(House(some, make))
    await story.begin()
    for segment in segments:
        for happening in segment:
            await story.happens(happening)
            await some(story.house)
        await story.house.settle()
    return story


@settings(max_examples=60, deadline=timedelta(seconds=30), suppress_health_check=list(HealthCheck))
@given(segments=SEGMENTS, seed=st.integers(0, 2**32 - 1))
def test_delayed_shuffled_and_repeated_deliveries_do_what_orderly_ones_do(
    segments: list[list[Happening]], seed: int
) -> None:
    async def both() -> None:
        await does_the_same(await orderly(segments), await disorderly(segments, seed))

    asyncio.run(both())


async def does_the_same(expected: Story, found: Story) -> None:
    """The same effects, once each, and the same state; and nothing more when all is read again."""
    assert await fired(found) == await fired(expected)
    assert await standing(found) == await standing(expected)
    for story in (expected, found):
        await replayed(story.house)


async def fired(story: Story) -> Counter[tuple[str, ...]]:
    """Policy, cause, effect and where, but for what is debounced."""
    found = await effects(story.house)
    return Counter({effect: n for effect, n in found.items() if effect[2] != DEBOUNCED})


async def standing(story: Story) -> dict[str, object]:
    """How all stands, without ids, times and sequences."""
    found: dict[str, object] = {}
    for id, name in story.house.names.items():
        for service, kind, said in SAID:
            aggregate = await _one(story, service, kind, UUID(id))
            if aggregate is not None:
                found[name] = said(aggregate)
    theory = await _one(story, "agenda", TheoryOfChange, TheoryOfChange.id_of(story.id))
    framework = MeasurementFramework.create_id(story.id)
    measured: Any = await _one(story, "measurement", MeasurementFramework, framework)
    return found | {
        "theory": theory and sorted(theory.asked.values()),
        "framework": (sorted(measured.gaps), sorted(measured.retired)),
    }


async def _one(story: Story, service: str, kind: type[Aggregate], id: UUID) -> Any:
    """The aggregate, or None where the stream is of another kind, or in another service."""
    store = story.house.sides[service].store
    first = (await store.read(id))[:1]
    if not first or f"/{kind.kind()}/{id}" not in first[0]:
        return None
    return await story.house.sides[service].repository.get(kind, id)


def _cycle(cycle: LearningCycle) -> object:
    items = Counter((item.kind, item.text) for item in cycle.items)
    packs = Counter((each.pack_id, each.note) for each in cycle.superseded)
    done = {id: (one.state, one.enacted_in) for id, one in cycle.adaptations.items()}
    return items, packs, done, cycle.phase if cycle.number == 1 else None


def _ill(partnership: Partnership) -> list[tuple[str, int]]:
    return [(one.name, len(one.health)) for one in partnership.partners.values()]


SAID: Sequence[tuple[str, type[Any], Any]] = (
    ("agenda", Proposal, lambda p: len(p.superseded)),
    ("agenda", Partnership, lambda p: sorted(_ill(p))),
    ("agenda", LearningCycle, _cycle),
    ("measurement", DataAgreement, lambda a: (a.state, a.to_review)),
    ("measurement", FeedProfile, lambda f: len(f.to_change)),
    ("measurement", Indicator, lambda i: (i.definition_version, i.asked)),
    ("measurement", Series, lambda s: s.signals),
    ("measurement", ReportingPeriod, lambda r: (r.state, len(r.missing))),
    ("activities", Activity, lambda a: (a.state, a.lead)),
    ("activities", Commitment, lambda c: (c.state, c.to_renegotiate)),
    ("activities", ContributionClaim, lambda c: len(c.marked_by)),
    ("activities", Strategy, lambda s: s.orphaned_of),
    ("activities", PlanOfAction, lambda p: (p.plan_version, p.asked)),
)


async def test_the_story_makes_every_policy_act() -> None:
    """So that the equality above is not one of nothing with nothing."""
    told = [await orderly(EVERYTHING), await orderly(RUN_OUT)]
    lines = [each for story in told for each in await story.house.lines()]
    acted = sorted({int(name[1:]) for each in lines if (name := by_policy(each))})
    assert acted == [1, 2, 4, 6, 7, 8, 9, 10, 11, 12, 13, 15, 16, 18]


async def test_an_effect_that_was_written_is_known_even_where_its_row_was_lost() -> None:
    story = await orderly([[Happening("withdraw", 0)]])
    side = story.house.sides["activities"]
    ((policy, _, target),) = [
        key for key in side.effects if key[0] == "P8" and key[2].startswith("activity/")
    ]
    (gone,) = [each for each in await story.house.lines() if each.fact.endswith("partner-withdrew")]
    chosen = next(each for each in side.policies if each.name == policy)
    before = (await side.store.mark()).sequence
    settled = await fire("activities", chosen, side.acting, side.store, gone, target)
    assert settled.state == "done"
    assert (await side.store.mark()).sequence == before
    assert act_of("activities", chosen, gone, target).causation_id == str(gone.line.id)
