"""How a plan of action is drafted, adopted and revised, and the claims that it rests on."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from infra.kernel import Claim
from services.activities.domain.contribution_claim import (
    ON_INDICATOR,
    ContributionClaim,
    ContributionClaimed,
    ContributionIsWithdrawn,
    ContributionReviewed,
    ContributionWithdrawn,
    Expectation,
    ReviewWithoutEvidence,
    claims_of,
    claims_on,
)
from services.activities.domain.period import Period
from services.activities.domain.plan_facts import (
    ActivityExcluded,
    ActivityIncluded,
    PlanDrafted,
    PlanOfActionAdopted,
    PlanOfActionRevised,
    PlanRevisionRequested,
)
from services.activities.domain.plan_of_action import (
    ActivityAlreadyIncluded,
    ActivityNotIncluded,
    ActivityWithoutContribution,
    ActivityWithoutLead,
    PlanIsAdopted,
    PlanIsADraft,
    PlanIsEmpty,
    PlanOfAction,
    RevisionRequested,
    UnusualHorizon,
)
from tests.callers import named
from tests.given import fact, given

INITIATIVE, CYCLE, DECISION, ADAPTATION = map(named, ("i", "cycle", "decision", "adaptation"))
DESK, PROTOCOL, TASTERS = map(named, ("desk", "protocol", "tasters"))
INDICATOR = named("indicator")
YEAR = Period(starts=date(2022, 4, 27), ends=date(2023, 4, 26))
LONGER = Period(starts=date(2022, 4, 27), ends=date(2023, 12, 31))

DRAFTED = fact(PlanDrafted, initiative_id=INITIATIVE, cycle_id=CYCLE, dates=YEAR)
WITH_DESK = fact(ActivityIncluded, activity_id=DESK)
ADOPTED = fact(
    PlanOfActionAdopted,
    cycle_id=CYCLE,
    plan_version=1,
    decision_id=DECISION,
    activities=(DESK,),
)


def test_a_cycle_has_one_plan_since_the_plans_name_follows_from_the_cycles() -> None:
    one = PlanOfAction.draft(initiative_id=INITIATIVE, cycle_id=CYCLE, dates=YEAR)
    other = PlanOfAction.draft(initiative_id=INITIATIVE, cycle_id=CYCLE, dates=YEAR)
    assert one.id == other.id == PlanOfAction.create_id(CYCLE)


@pytest.mark.parametrize(
    ("ends", "usual"),
    [
        (date(2022, 10, 26), False),
        (date(2022, 10, 27), True),
        (date(2023, 4, 27), True),
        (date(2023, 4, 28), False),
    ],
)
def test_a_plan_looks_six_to_twelve_months_ahead_unless_there_is_a_reason(
    ends: date, usual: bool
) -> None:
    dates = Period(starts=YEAR.starts, ends=ends)
    asked: dict[str, Any] = {"initiative_id": INITIATIVE, "cycle_id": CYCLE, "dates": dates}
    assert PlanOfAction.draft(**asked, with_reason=True).dates == dates
    if usual:
        assert PlanOfAction.draft(**asked).dates == dates
    else:
        with pytest.raises(UnusualHorizon):
            PlanOfAction.draft(**asked)


def test_activities_come_into_a_draft_and_go_out() -> None:
    given(PlanOfAction, DRAFTED).when(lambda p: p.include(DESK)).then(WITH_DESK)
    given(PlanOfAction, DRAFTED, WITH_DESK).when(lambda p: p.exclude(DESK)).then(
        fact(ActivityExcluded, activity_id=DESK)
    )


def test_an_activity_comes_in_once() -> None:
    given(PlanOfAction, DRAFTED, WITH_DESK).when(lambda p: p.include(DESK)).then_refused(
        ActivityAlreadyIncluded
    )


def test_only_what_is_in_goes_out() -> None:
    given(PlanOfAction, DRAFTED).when(lambda p: p.exclude(DESK)).then_refused(ActivityNotIncluded)


def test_a_plan_is_adopted_by_a_decision() -> None:
    given(PlanOfAction, DRAFTED, WITH_DESK).when(
        lambda p: p.adopt(decision_id=DECISION, led={DESK}, contributing={DESK})
    ).then(ADOPTED)


def test_an_empty_plan_is_not_adopted() -> None:
    given(PlanOfAction, DRAFTED).when(
        lambda p: p.adopt(decision_id=DECISION, led=set(), contributing=set())
    ).then_refused(PlanIsEmpty)


def test_every_activity_of_an_adopted_plan_has_a_lead() -> None:
    given(PlanOfAction, DRAFTED, WITH_DESK).when(
        lambda p: p.adopt(decision_id=DECISION, led=set(), contributing={DESK})
    ).then_refused(ActivityWithoutLead)


def test_every_activity_of_an_adopted_plan_claims_a_contribution() -> None:
    given(PlanOfAction, DRAFTED, WITH_DESK).when(
        lambda p: p.adopt(decision_id=DECISION, led={DESK}, contributing={PROTOCOL})
    ).then_refused(ActivityWithoutContribution)


def test_an_adopted_plan_changes_only_by_revision() -> None:
    for ask in (
        lambda p: p.include(PROTOCOL),
        lambda p: p.exclude(DESK),
        lambda p: p.adopt(decision_id=DECISION, led={DESK}, contributing={DESK}),
    ):
        given(PlanOfAction, DRAFTED, WITH_DESK, ADOPTED).when(ask).then_refused(PlanIsAdopted)


def test_a_draft_is_not_revised() -> None:
    given(PlanOfAction, DRAFTED, WITH_DESK).when(
        lambda p: p.revise(adaptation_id=ADAPTATION, led=set(), contributing=set())
    ).then_refused(PlanIsADraft)


def test_a_revision_is_the_next_version_and_names_the_adaptation() -> None:
    given(PlanOfAction, DRAFTED, WITH_DESK, ADOPTED).when(
        lambda p: p.revise(
            adaptation_id=ADAPTATION,
            include=(PROTOCOL,),
            exclude=(DESK,),
            dates=LONGER,
            led={PROTOCOL},
            contributing={PROTOCOL},
        )
    ).then(
        fact(
            PlanOfActionRevised,
            cycle_id=CYCLE,
            plan_version=2,
            adaptation_id=ADAPTATION,
            included=(PROTOCOL,),
            excluded=(DESK,),
            activities=(PROTOCOL,),
            dates=LONGER,
        )
    )


def test_what_comes_in_by_revision_meets_what_adoption_asks() -> None:
    adopted = (DRAFTED, WITH_DESK, ADOPTED)
    given(PlanOfAction, *adopted).when(
        lambda p: p.revise(
            adaptation_id=ADAPTATION, include=(TASTERS,), led=set(), contributing={TASTERS}
        )
    ).then_refused(ActivityWithoutLead)
    given(PlanOfAction, *adopted).when(
        lambda p: p.revise(
            adaptation_id=ADAPTATION, include=(TASTERS,), led={TASTERS}, contributing=set()
        )
    ).then_refused(ActivityWithoutContribution)


def test_a_revision_leaves_something_to_do() -> None:
    given(PlanOfAction, DRAFTED, WITH_DESK, ADOPTED).when(
        lambda p: p.revise(adaptation_id=ADAPTATION, exclude=(DESK,), led=set(), contributing=set())
    ).then_refused(PlanIsEmpty)


def test_a_revision_takes_out_what_is_in_and_brings_in_what_is_not() -> None:
    adopted = (DRAFTED, WITH_DESK, ADOPTED)
    given(PlanOfAction, *adopted).when(
        lambda p: p.revise(
            adaptation_id=ADAPTATION, exclude=(TASTERS,), led=set(), contributing=set()
        )
    ).then_refused(ActivityNotIncluded)
    given(PlanOfAction, *adopted).when(
        lambda p: p.revise(
            adaptation_id=ADAPTATION, include=(DESK,), led={DESK}, contributing={DESK}
        )
    ).then_refused(ActivityAlreadyIncluded)


CLAIMED = fact(
    ContributionClaimed,
    initiative_id=INITIATIVE,
    activity_id=DESK,
    indicator_id=INDICATOR,
    mechanism="every referral gets a call within ten days",
    expected=Expectation(change=Decimal("-24"), lag_months=9),
    confidence="medium",
)
WITHDRAWN = fact(ContributionWithdrawn, activity_id=DESK, indicator_id=INDICATOR)


def test_an_activity_claims_to_move_an_indicator_once_at_a_time() -> None:
    place = Claim("contribution", f"{claims_of(DESK)}{INDICATOR}")
    on = f"{claims_on(INDICATOR)}{{}}".format
    story = given(ContributionClaim, CLAIMED).when(ContributionClaim.withdraw)
    claim = ContributionClaim(
        initiative_id=INITIATIVE,
        activity_id=DESK,
        indicator_id=INDICATOR,
        mechanism="because",
        expected=None,
        confidence="low",
    )
    found = Claim(ON_INDICATOR, on(claim.id))
    assert [list(e.claims()) for e in claim.collect_events()] == [[place, found]]
    story.aggregate.withdraw()
    left = Claim(ON_INDICATOR, on(story.aggregate.id))
    assert [list(e.releases()) for e in story.aggregate.collect_events()] == [[place, left]]


def test_a_contribution_is_withdrawn() -> None:
    given(ContributionClaim, CLAIMED).when(ContributionClaim.withdraw).then(WITHDRAWN)


@pytest.mark.parametrize("finding", ["supported", "weak", "refuted"])
def test_a_contribution_is_reviewed_on_evidence(finding: Any) -> None:
    given(ContributionClaim, CLAIMED).when(
        lambda c: c.review(finding=finding, because="the median is 12 days", documents=1)
    ).then(fact(ContributionReviewed, finding=finding, because="the median is 12 days"))


def test_a_review_without_evidence_finds_nothing() -> None:
    given(ContributionClaim, CLAIMED).when(
        lambda c: c.review(finding="weak", because="it seems so", documents=0)
    ).then_refused(ReviewWithoutEvidence)


def test_what_was_withdrawn_stays_as_it_was() -> None:
    for ask in (
        ContributionClaim.withdraw,
        lambda c: c.review(finding="weak", because="late", documents=1),
    ):
        given(ContributionClaim, CLAIMED, WITHDRAWN).when(ask).then_refused(ContributionIsWithdrawn)


def test_a_claim_has_no_word_for_being_the_cause_of_a_value() -> None:
    """Performance activities contribute to population indicators; nothing can say more."""
    words = set(ContributionClaimed.model_fields) | set(ContributionReviewed.model_fields)
    assert not words & {"result", "attribution", "caused", "share"}


def test_a_learning_cycle_asks_for_a_revision_until_it_is_revised_because_of_it():
    def asks(plan: PlanOfAction) -> None:
        plan.request_revision(ADAPTATION, "18 schools")

    adopted = (DRAFTED, WITH_DESK, ADOPTED)
    asked = fact(PlanRevisionRequested, cycle_id=CYCLE, adaptation_id=ADAPTATION, what="18 schools")
    given(PlanOfAction, *adopted).when(asks).then(asked)
    given(PlanOfAction, *adopted, asked).when(asks).then_refused(RevisionRequested)
    given(PlanOfAction, DRAFTED).when(asks).then_refused(PlanIsADraft)
    plan = given(PlanOfAction, *adopted, asked).aggregate
    plan.revise(adaptation_id=ADAPTATION, led={DESK}, contributing={DESK})
    assert plan.asked == {}
