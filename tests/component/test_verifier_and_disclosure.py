"""What the house lets through, the verifier passes; neither knows the other's code.

The verifier reads no more from a release than its lines say. So whatever it works out, whoever
receives the release can work out too, and disclosure control must not have let it through.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.verifier import verify
from services.measurement.domain.disclosure import Candidate, Earlier, Protected, protect
from services.measurement.domain.feed_terms import Policy
from tests.callers import named
from tests.disclosing import DEPARTMENT, EXAMPLES, candidate, released, whole

WHOLES = [whole("all", "0123"), whole("west", "01")]
PLACES = {"0": [0], "1": [1], "2": [2], "3": [3], "west": [0, 1], "all": [0, 1, 2, 3]}
QUICK = settings(max_examples=EXAMPLES, deadline=None)

policies = st.builds(
    lambda zero, complement, k: Policy(
        min_count=5, show_zero=zero, protect_complement=complement, k=k
    ),
    st.booleans(),
    st.booleans(),
    st.integers(2, 4),
)
people = st.tuples(*[st.tuples(st.integers(0, 9), st.integers(0, 9))] * 4)
"""By place: those counted, and those not."""
scopes = st.sets(st.sampled_from(sorted(PLACES)), min_size=2).map(sorted)
levels = st.sampled_from(["performance", "population"])


class Read(NamedTuple):
    """A release as the verifier has it from its lines."""

    id: str
    number: int
    given: Protected
    rules: Policy
    defined: dict[str, Any]

    @property
    def cells(self) -> list[Any]:
        return [verify.Cell(self, cell, self.definitions) for cell in self.said]

    @property
    def revisions(self) -> list[dict[str, Any]]:
        return [each.model_dump(mode="json") for each in self.given.revisions]

    @property
    def policy(self) -> dict[str, Any]:
        return self.rules.model_dump(mode="json")

    @property
    def definitions(self) -> dict[tuple[str, int], dict[str, Any]]:
        return {(one["indicator_id"], one["definition_version"]): self.defined for one in self.said}

    @property
    def said(self) -> list[dict[str, Any]]:
        return [cell.model_dump(mode="json") for cell in self.given.cells]


class Feed(NamedTuple):
    releases: Sequence[Read]

    @property
    def wholes(self) -> list[Any]:
        told = [each.model_dump(mode="json") for each in WHOLES]
        code = verify.code_of
        return [(code(one["place"]), [code(part) for part in one["parts"]]) for one in told]


def cells_of(now: Any, scope: Sequence[str], level: Any, *, rates: bool) -> list[Candidate]:
    found = []
    for name in scope:
        counted = sum(now[at][0] for at in PLACES[name])
        others = sum(now[at][1] for at in PLACES[name])
        below = counted + others if rates else None
        if below != 0:
            found.append(candidate(name, counted, below, level=level))
    return found


@QUICK
@given(
    series=st.lists(st.tuples(people, scopes), min_size=1, max_size=3),
    policy=policies,
    level=levels,
    rates=st.booleans(),
)
def test_the_verifier_passes_whatever_disclosure_control_let_through(
    series: list[Any], policy: Policy, level: Any, rates: bool
) -> None:
    done: list[Read] = []
    earlier: list[Earlier] = []
    for now, scope in series:
        truth = cells_of(now, scope, level, rates=rates)
        said = protect(truth, audience=DEPARTMENT, wholes=WHOLES, policy=policy, earlier=earlier)
        if isinstance(said, Protected) and truth:
            name = f"R{len(done) + 1}"
            done.append(Read(str(named(name)), len(done) + 1, said, policy, {"level": level}))
            earlier.append(released(name, said, truth, wholes=WHOLES, policy=policy))
    verify.small(Feed(done))  # raises verify.Verdict where it finds something
