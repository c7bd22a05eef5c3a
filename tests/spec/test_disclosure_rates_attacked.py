"""Rates: those counted, those not counted and all of them hang together, in one release and over
two between which some were taken out because they had been counted twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from services.measurement.domain.disclosure import Candidate, Earlier, Protected, protect
from services.measurement.domain.feed_terms import Policy
from tests.attacker import Cell, Moved, People, Publication, possible
from tests.disclosing import DEPARTMENT, EXAMPLES, candidate, released, whole

WHOLES = [whole("both", ["west", "east"])]
COUNTED = {"west": frozenset([0]), "east": frozenset([2]), "both": frozenset([0, 2])}
OTHERS = {"west": frozenset([1]), "east": frozenset([3]), "both": frozenset([1, 3])}
QUICK = settings(max_examples=EXAMPLES, deadline=None)

people = st.tuples(*[st.integers(0, 9)] * 4)
taken_out = st.sampled_from([(0, 0, 0, 0), (1, 0, 0, 0), (1, 0, 1, 0), (0, 1, 0, 0), (1, 1, 0, 0)])
policies = st.builds(
    lambda zero, others, k: Policy(min_count=5, show_zero=zero, protect_complement=others, k=k),
    st.booleans(),
    st.booleans(),
    st.integers(2, 4),
)


def everybody(name: str) -> Cell:
    return COUNTED[name] | OTHERS[name]


def table(now: People) -> list[Candidate]:
    return [
        candidate(
            name,
            sum(now[part] for part in COUNTED[name]),
            sum(now[part] for part in everybody(name)),
        )
        for name in COUNTED
    ]


def published(given: Protected, policy: Policy) -> Publication:
    shown: dict[Cell, int] = {}
    withheld: dict[Cell, str] = {}
    for cell in given.cells:
        name = cell.place.code
        if cell.conf_status == "F":
            shown[COUNTED[name]] = int(cell.numerator or 0)
        elif cell.denominator_conf != "N":  # that so few are counted follows from that
            withheld[COUNTED[name]] = cell.conf_status
        if cell.denominator_conf is None:
            shown[everybody(name)] = int(cell.denominator or 0)
        else:
            withheld[everybody(name)] = cell.denominator_conf
    beside = {COUNTED[name]: OTHERS[name] for name in COUNTED} if policy.protect_complement else {}
    return Publication(policy, shown, withheld, beside=beside)


def assert_uncertain(told: Sequence[Publication], truth: Sequence[People]) -> None:
    found = possible(told, 4, max(max(now) for now in truth) + 5)
    for at, one in enumerate(told):
        for cell in one.withheld:
            assert len(found[at, cell]) >= one.policy.k, (at, sorted(cell), found[at, cell])


@QUICK
@given(now=people, policy=policies)
def test_no_numerator_follows_from_what_is_shown_of_denominators_and_totals(
    now: People, policy: Policy
) -> None:
    found = protect(table(now), audience=DEPARTMENT, wholes=WHOLES, policy=policy)
    if isinstance(found, Protected):
        assert_uncertain([published(found, policy)], [now])


@QUICK
@given(before=people, taken=taken_out, policy=policies)
def test_nor_once_some_were_found_to_be_counted_twice(
    before: People, taken: People, policy: Policy
) -> None:
    earlier: list[Earlier] = []
    told: list[Publication] = []
    now = tuple(max(one - by, 0) for one, by in zip(before, taken, strict=True))
    for people in (before, now):
        cells = table(people)
        found = protect(cells, audience=DEPARTMENT, wholes=WHOLES, policy=policy, earlier=earlier)
        if not isinstance(found, Protected):
            return
        earlier.append(released("R1", found, cells, wholes=WHOLES, policy=policy))
        told.append(published(found, policy))
    gone = [was - is_ for was, is_ in zip(before, now, strict=True)]
    moved = [Moved([0, 2], gone[0] + gone[2], 0), Moved([1, 3], gone[1] + gone[3], 0)]
    assert_uncertain([told[0], replace(told[1], moved=moved)], [before, now])
