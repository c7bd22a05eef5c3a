"""Why an activity should move an indicator, and when that is to be looked at again."""

from services.activities.domain.contribution_claim import (
    ContributionClaim,
    ContributionClaimed,
    ContributionIsWithdrawn,
    ContributionMarkedForReview,
    ContributionReviewed,
    ContributionWithdrawn,
    MarkedAlready,
)
from tests.callers import named
from tests.given import Fact, fact, given

ACTIVITY, INDICATOR, CAUSE = map(named, ("A1", "I4", "the definition changed"))
CLAIMED: Fact = fact(
    ContributionClaimed,
    initiative_id=named("i"),
    activity_id=ACTIVITY,
    indicator_id=INDICATOR,
    mechanism="Somebody rings back.",
    expected=None,
    confidence="medium",
)
MARKED: Fact = fact(
    ContributionMarkedForReview,
    activity_id=ACTIVITY,
    indicator_id=INDICATOR,
    cause=CAUSE,
    because="It is measured in another way.",
)
WITHDRAWN: Fact = fact(ContributionWithdrawn, activity_id=ACTIVITY, indicator_id=INDICATOR)


def mark(claim: ContributionClaim) -> None:
    claim.mark(cause=CAUSE, because="It is measured in another way.")


def test_a_claim_is_marked_once_for_each_cause() -> None:
    given(ContributionClaim, CLAIMED).when(mark).then(MARKED)
    given(ContributionClaim, CLAIMED, MARKED).when(mark).then_refused(MarkedAlready)


def test_a_review_answers_the_mark() -> None:
    reviewed: Fact = fact(ContributionReviewed, finding="weak", because="The effect is small.")
    claim = given(ContributionClaim, CLAIMED, MARKED).aggregate
    assert claim.to_review == "It is measured in another way."
    assert given(ContributionClaim, CLAIMED, MARKED, reviewed).aggregate.to_review is None


def test_what_is_withdrawn_is_not_looked_at_again() -> None:
    given(ContributionClaim, CLAIMED, WITHDRAWN).when(mark).then_refused(ContributionIsWithdrawn)
