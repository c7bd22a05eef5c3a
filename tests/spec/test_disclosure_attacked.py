"""Whatever is let through leaves an attacker who tries everything at least k values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from services.measurement.domain.disclosure import (
    Candidate,
    Earlier,
    Protected,
    audit,
    protect,
)
from services.measurement.domain.feed_terms import Audience, Policy
from tests.attacker import Cell, Moved, People, Publication, possible
from tests.disclosing import DEPARTMENT, EXAMPLES, PUBLIC, candidate, released, whole

PARTS = 4
WHOLES = [
    whole("all", "0123"),
    whole("west", "01"),
    whole("middle", "12"),
    whole("all2", ["west", "2", "3"]),
]
CELLS: Mapping[str, Cell] = {
    **{str(part): frozenset([part]) for part in range(PARTS)},
    "west": frozenset([0, 1]),
    "middle": frozenset([1, 2]),
    "all": frozenset(range(PARTS)),
}
QUICK = settings(max_examples=EXAMPLES, deadline=None)

people = st.tuples(*[st.integers(0, 9)] * PARTS)
scopes = st.sets(st.sampled_from(sorted(CELLS)), min_size=2).map(sorted)
audiences = st.sampled_from([DEPARTMENT, PUBLIC])
totals = st.sets(st.sampled_from(["west", "middle", "all"])).map(sorted)
moves = st.sampled_from(
    [(0, 0, 0, 0), (-1, 0, 0, 0), (-1, -1, 0, 0), (0, -2, 0, -1), (1, 0, -1, 0), (0, 2, 0, 0)]
)
policies = st.builds(
    lambda zero, k: Policy(min_count=5, show_zero=zero, k=k), st.booleans(), st.integers(2, 4)
)


def table(now: People, scope: Sequence[str]) -> list[Candidate]:
    return [candidate(name, sum(now[part] for part in CELLS[name])) for name in scope]


def published(given: Protected, policy: Policy) -> Publication:
    shown, withheld = {}, {}
    for cell in given.cells:
        parts = CELLS[cell.place.code]
        if cell.conf_status == "F":
            assert cell.value is not None
            shown[parts] = int(cell.value)
        else:
            withheld[parts] = cell.conf_status
    return Publication(policy, shown, withheld)


def assert_uncertain(told: Sequence[Publication], truth: Sequence[People]) -> None:
    """For who has all of these; how many came and went from one to the next everybody knows."""
    compared = [told[0]]
    for at in range(1, len(told)):
        fell = [was - now for was, now in zip(truth[at - 1], truth[at], strict=True)]
        fewer, more = sum(one for one in fell if one > 0), -sum(one for one in fell if one < 0)
        compared.append(replace(told[at], moved=[Moved(range(PARTS), fewer, more)]))
    found = possible(compared, PARTS, max(max(now) for now in truth) + 6)
    for at, one in enumerate(told):
        for cell in one.withheld:
            assert len(found[at, cell]) >= one.policy.k, (at, sorted(cell), found[at, cell])


class Step(NamedTuple):
    """A release in a series."""

    audience: Audience
    now: People
    scope: Sequence[str]


def publish(series: Sequence[Step], policy: Policy) -> list[tuple[Step, Protected]]:
    """Each step with what was let through; what was refused is never published."""
    done: list[tuple[Step, Protected]] = []
    earlier: list[Earlier] = []
    for step in series:
        cells = table(step.now, step.scope)
        beside = [
            one
            for one in earlier
            if PUBLIC in (step.audience, one.audience) or one.audience == step.audience
        ]
        found = protect(cells, audience=step.audience, wholes=WHOLES, policy=policy, earlier=beside)
        if isinstance(found, Protected):
            done.append((step, found))
            earlier.append(
                released(
                    f"R{len(done)}",
                    found,
                    cells,
                    wholes=WHOLES,
                    audience=step.audience,
                    policy=policy,
                )
            )
    return done


def assert_nobody_knows(done: Sequence[tuple[Step, Protected]], policy: Policy) -> None:
    for reader in {step.audience for step, _ in done}:
        read = [
            (published(found, policy), step.now)
            for step, found in done
            if step.audience in (reader, PUBLIC)
        ]
        assert_uncertain([one for one, _ in read], [now for _, now in read])


@QUICK
@given(now=people, scope=scopes, policy=policies)
def test_of_one_release_nothing_withheld_can_be_worked_out(
    now: People, scope: list[str], policy: Policy
) -> None:
    assert_nobody_knows(publish([Step(DEPARTMENT, now, scope)], policy), policy)


@QUICK
@given(
    now=people, told=st.lists(st.tuples(audiences, scopes), min_size=2, max_size=3), policy=policies
)
def test_nor_of_releases_of_overlapping_places_to_one_audience_and_to_all(
    now: People, told: list[tuple[Audience, list[str]]], policy: Policy
) -> None:
    series = [Step(audience, now, scope) for audience, scope in told]
    assert_nobody_knows(publish(series, policy), policy)


@QUICK
@given(
    now=people,
    told=st.lists(st.tuples(audiences, totals, moves), min_size=2, max_size=3),
    policy=policies,
)
def test_nor_of_figures_that_were_corrected_in_between(
    now: People, told: list[tuple[Audience, list[str], People]], policy: Policy
) -> None:
    series, people = [], now
    for audience, scope, moved in told:
        people = tuple(max(one + by, 0) for one, by in zip(people, moved, strict=True))
        series.append(Step(audience, people, [*map(str, range(PARTS)), *scope]))
    assert_nobody_knows(publish(series, policy), policy)


@QUICK
@given(now=people, scope=scopes, policy=policies)
def test_the_same_question_has_the_same_answer_and_asked_again_nothing_more_is_withheld(
    now: People, scope: list[str], policy: Policy
) -> None:
    cells = table(now, scope)
    found = protect(cells, audience=PUBLIC, wholes=WHOLES, policy=policy)
    asked = {"audience": PUBLIC, "wholes": WHOLES, "policy": policy}
    assert protect(cells[::-1], **asked) == found
    if isinstance(found, Protected):
        first = released("R1", found, cells, wholes=WHOLES, audience=PUBLIC, policy=policy)
        again = protect(cells, **asked, earlier=[first])
        assert isinstance(again, Protected)
        assert again.cells == found.cells
        assert [(one.numerator, one.denominator) for one in again.revisions] == [(None, None)]
        judged = audit(found.cells, cells, **asked)
        assert isinstance(judged, Protected)
        assert judged.cells == found.cells
