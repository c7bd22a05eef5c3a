"""How a strategy is proposed, chosen, changed and given up."""

from uuid import UUID

import pytest

from services.activities.domain.strategy import (
    NoOutcomeLeft,
    OutcomeMissedAlready,
    OutcomeNotServed,
    Strategy,
    StrategyAlreadySelected,
    StrategyIsRetired,
    StrategyOrphaned,
    StrategyProposed,
    StrategyReframed,
    StrategyRetired,
    StrategySelected,
    StrategyWithoutOutcome,
)
from tests.callers import named
from tests.given import fact, given

INITIATIVE, WORK, SCHOOL, DECISION, H1 = map(named, ("i", "work", "school", "decision", "h1"))
PROPOSED = fact(
    StrategyProposed,
    initiative_id=INITIATIVE,
    title="One referral desk for all",
    kind="system",
    outcomes=(WORK,),
    hypothesis_id=H1,
    description=None,
)
SELECTED = fact(StrategySelected, decision_id=DECISION, leverage=4)
RETIRED = fact(StrategyRetired)


def propose(*outcomes: UUID) -> Strategy:
    return Strategy.propose(
        initiative_id=INITIATIVE,
        title="One referral desk for all",
        kind="system",
        outcomes=outcomes,
        hypothesis_id=H1,
    )


def select(strategy: Strategy) -> None:
    strategy.select(decision_id=DECISION, leverage=4, live={WORK, SCHOOL})


def test_a_strategy_is_proposed_for_outcomes_each_named_once() -> None:
    strategy = propose(WORK, SCHOOL, WORK)
    assert strategy.outcomes == (WORK, SCHOOL)
    assert (strategy.of_kind, strategy.state) == ("system", "proposed")


def test_a_strategy_moves_at_least_one_outcome() -> None:
    with pytest.raises(StrategyWithoutOutcome):
        propose()


def test_a_strategy_whose_outcome_is_retired_is_flagged_once() -> None:
    orphaned = fact(StrategyOrphaned, outcome_id=WORK)
    given(Strategy, PROPOSED).when(lambda s: s.orphan(WORK)).then(orphaned)
    given(Strategy, PROPOSED, orphaned).when(lambda s: s.orphan(WORK)).then_refused(
        OutcomeMissedAlready
    )
    given(Strategy, PROPOSED).when(lambda s: s.orphan(SCHOOL)).then_refused(OutcomeNotServed)
    given(Strategy, PROPOSED, RETIRED).when(lambda s: s.orphan(WORK)).then_refused(
        StrategyIsRetired
    )


def test_a_strategy_is_selected_by_a_decision() -> None:
    given(Strategy, PROPOSED).when(select).then(SELECTED)


def test_a_strategy_is_selected_once() -> None:
    given(Strategy, PROPOSED, SELECTED).when(select).then_refused(StrategyAlreadySelected)


def test_a_strategy_is_not_selected_once_every_outcome_that_it_serves_is_retired() -> None:
    given(Strategy, PROPOSED).when(
        lambda s: s.select(decision_id=DECISION, leverage=4, live={SCHOOL})
    ).then_refused(NoOutcomeLeft)


def test_a_strategy_that_is_reframed_away_from_a_retired_outcome_is_orphaned_no_longer() -> None:
    anew = fact(
        StrategyReframed, title="So", outcomes=(SCHOOL,), hypothesis_id=None, description=None
    )
    orphaned = given(Strategy, PROPOSED, fact(StrategyOrphaned, outcome_id=WORK)).aggregate
    assert orphaned.orphaned_of == {WORK}
    reframed = given(Strategy, PROPOSED, fact(StrategyOrphaned, outcome_id=WORK), anew).aggregate
    assert reframed.orphaned_of == set()


def test_a_strategy_is_reframed_as_a_whole() -> None:
    given(Strategy, PROPOSED, SELECTED).when(
        lambda s: s.reframe(title="Nobody waits", outcomes=(SCHOOL, SCHOOL))
    ).then(
        fact(
            StrategyReframed,
            title="Nobody waits",
            outcomes=(SCHOOL,),
            hypothesis_id=None,
            description=None,
        )
    )


def test_a_reframed_strategy_still_moves_an_outcome() -> None:
    given(Strategy, PROPOSED).when(lambda s: s.reframe(title="Nothing", outcomes=())).then_refused(
        StrategyWithoutOutcome
    )


def test_a_strategy_is_retired() -> None:
    given(Strategy, PROPOSED, SELECTED).when(lambda s: s.retire()).then(RETIRED)


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: s.retire(),
        select,
        lambda s: s.reframe(title="Nobody waits", outcomes=(SCHOOL,)),
    ],
    ids=["retire", "select", "reframe"],
)
def test_a_retired_strategy_stays_as_it_was(ask) -> None:  # type: ignore[no-untyped-def]
    given(Strategy, PROPOSED, RETIRED).when(ask).then_refused(StrategyIsRetired)
