"""A contribution claim says why an activity should move an indicator.

Every claim is one of contribution. Nothing here can say that an indicator's value is an activity's
own result, and least of all for a population indicator, which many hands move.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event
from pydantic import BaseModel, ConfigDict, Field

from infra.kernel import Aggregate, Claim, Created, Event, Number, RuleForbids, StateForbids, Text

CONTRIBUTION = "contribution"
ON_INDICATOR = "contribution-to-indicator"
Confidence = Literal["low", "medium", "high"]
Finding = Literal["supported", "weak", "refuted"]


class ContributionIsWithdrawn(StateForbids):
    """The contribution claim {id} is withdrawn; make a new one."""


class ReviewWithoutEvidence(RuleForbids):
    """A contribution is found {finding} on evidence: name at least one document in `evidence`."""


class MarkedAlready(StateForbids):
    """The claim {id} is marked for review because of {cause} already; review it."""


class Expectation(BaseModel):
    """How far the indicator should move, in its own unit, and how long that takes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    change: Number
    lag_months: Annotated[int, Field(ge=0, le=240)]


class ContributionClaimed(Created):
    TOPIC: ClassVar[str] = "activities.contribution-claimed"

    initiative_id: UUID
    activity_id: UUID
    indicator_id: UUID
    mechanism: Text
    expected: Expectation | None
    confidence: Confidence

    def claims(self) -> tuple[Claim, ...]:
        place = _place(self.activity_id, self.indicator_id)
        return place, _of_indicator(self.indicator_id, self.originator_id)


class ContributionReviewed(Event):
    TOPIC: ClassVar[str] = "activities.contribution-reviewed"

    finding: Finding
    because: Text

    def apply(self, aggregate: ContributionClaim) -> None:
        aggregate.finding = self.finding
        aggregate.to_review = None


class ContributionMarkedForReview(Event):
    """What the claim rests on has changed; somebody should look at it again."""

    TOPIC: ClassVar[str] = "activities.contribution-marked-for-review"

    activity_id: UUID
    indicator_id: UUID
    cause: UUID
    """The id of the line by which it changed."""
    because: Text

    def apply(self, aggregate: ContributionClaim) -> None:
        aggregate.to_review = self.because
        aggregate.marked_by.add(self.cause)


class ContributionWithdrawn(Event):
    TOPIC: ClassVar[str] = "activities.contribution-withdrawn"

    activity_id: UUID
    indicator_id: UUID

    def apply(self, aggregate: ContributionClaim) -> None:
        aggregate.state = "withdrawn"

    def releases(self) -> tuple[Claim, ...]:
        place = _place(self.activity_id, self.indicator_id)
        return place, _of_indicator(self.indicator_id, self.originator_id)


class ContributionClaim(Aggregate):
    TOPIC = "activities.contribution-claim"

    @event(ContributionClaimed)
    def __init__(
        self,
        initiative_id: UUID,
        activity_id: UUID,
        indicator_id: UUID,
        mechanism: str,
        expected: Expectation | None,
        confidence: Confidence,
    ) -> None:
        self.initiative_id = initiative_id
        self.activity_id = activity_id
        self.indicator_id = indicator_id
        self.mechanism = mechanism
        self.expected = expected
        self.confidence = confidence
        self.state: Literal["claimed", "withdrawn"] = "claimed"
        self.finding: Finding | None = None
        self.to_review: str | None = None
        self.marked_by: set[UUID] = set()

    def review(self, *, finding: Finding, because: str, documents: int) -> None:
        """`documents`: how many pieces of evidence the reviewer names."""
        self._live()
        if not documents:
            raise ReviewWithoutEvidence(finding=finding)
        self.trigger_event(ContributionReviewed, finding=finding, because=because)

    def mark(self, *, cause: UUID, because: str) -> None:
        """Ask for a review, once for each cause."""
        self._live()
        if cause in self.marked_by:
            raise MarkedAlready(id=self.id, cause=cause)
        self.trigger_event(
            ContributionMarkedForReview,
            activity_id=self.activity_id,
            indicator_id=self.indicator_id,
            cause=cause,
            because=because,
        )

    def withdraw(self) -> None:
        self._live()
        self.trigger_event(
            ContributionWithdrawn, activity_id=self.activity_id, indicator_id=self.indicator_id
        )

    def _live(self) -> None:
        if self.state == "withdrawn":
            raise ContributionIsWithdrawn(id=self.id)


def claims_of(activity_id: UUID) -> str:
    """How the keys of all live claims of one activity begin."""
    return f"{activity_id}/"


def claims_on(indicator_id: UUID) -> str:
    """How the keys of all live claims on one indicator begin."""
    return f"{indicator_id}/"


def _of_indicator(indicator_id: UUID, claim_id: UUID) -> Claim:
    return Claim(ON_INDICATOR, f"{claims_on(indicator_id)}{claim_id}")


def _place(activity_id: UUID, indicator_id: UUID) -> Claim:
    """An activity claims to move an indicator once at a time."""
    return Claim(CONTRIBUTION, f"{claims_of(activity_id)}{indicator_id}")
