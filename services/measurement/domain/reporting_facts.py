"""What can happen to a reporting period."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from operator import not_
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from infra.kernel import Claim, Created, Day, Event, Title
from infra.kernel.provenance import Code, Reference
from services.measurement.domain.completeness import MOST_NAMED, Lacking
from services.measurement.domain.values import Stated

if TYPE_CHECKING:
    from services.measurement.domain.reporting import ReportingPeriod

Kind = Literal["regular", "backfill"]
Stretches = Annotated[tuple[Stated, ...], Field(max_length=200)]


def rounds_of(initiative_id: UUID) -> str:
    """Claims: every round of an initiative. Key: the round."""
    return f"reporting-periods/{initiative_id}"


@dataclass(frozen=True)
class Request:
    """That the round be reopened; and what became of it."""

    request_id: UUID
    requested_by: str
    until: date
    reason_code: str
    outcome: Literal["open", "granted", "refused"] = "open"


class ReportingPeriodOpened(Created):
    """A round of kind backfill names no periods: it may take any past ones."""

    TOPIC: ClassVar[str] = "measurement.reporting-period-opened"

    initiative_id: UUID
    kind: Kind
    title: Title
    opens: Day
    due: Day
    closes: Day
    periods: Stretches

    def claims(self) -> Iterable[Claim]:
        yield Claim(rounds_of(self.initiative_id), str(self.originator_id))


class ReportingPeriodClosed(Event):
    """`by_itself`: its window was over, and nobody had closed it before."""

    TOPIC: ClassVar[str] = "measurement.reporting-period-closed"

    by_itself: bool

    def apply(self, aggregate: ReportingPeriod) -> None:
        aggregate.state = "closed"


class ReopeningRequested(Event):
    TOPIC: ClassVar[str] = "measurement.reopening-requested"

    request_id: UUID
    requested_by: Reference
    until: Day
    reason_code: Code

    def apply(self, aggregate: ReportingPeriod) -> None:
        aggregate.requests[self.request_id] = Request(
            self.request_id, self.requested_by, self.until, self.reason_code
        )


class ReportingPeriodReopened(Event):
    """It takes submissions again until the end of that day, granted by another person."""

    TOPIC: ClassVar[str] = "measurement.reporting-period-reopened"

    request_id: UUID
    granted_by: Reference
    until: Day
    reason_code: Code

    def apply(self, aggregate: ReportingPeriod) -> None:
        aggregate.state, aggregate.closes = "open", self.until
        aggregate.settle(self.request_id, "granted")


class ReopeningRefused(Event):
    """Why stands in the provenance."""

    TOPIC: ClassVar[str] = "measurement.reopening-refused"

    request_id: UUID

    def apply(self, aggregate: ReportingPeriod) -> None:
        aggregate.settle(self.request_id, "refused")


class CompletenessGapFlagged(Event):
    """It closed, and this provider has not sent what it sent before for periods as long: `count`
    series of which the first are named. Without a count, nothing was known to be expected of it,
    and nothing came."""

    TOPIC: ClassVar[str] = "measurement.completeness-gap-flagged"

    organisation: UUID
    agreement_id: UUID
    count: int = Field(0, exclude_if=not_)
    lacking: Annotated[tuple[Lacking, ...], Field(max_length=MOST_NAMED)] = Field(
        (), exclude_if=not_
    )

    def apply(self, aggregate: ReportingPeriod) -> None:
        aggregate.missing.add((self.organisation, self.agreement_id))


class SubmissionDeadlineExtended(Event):
    TOPIC: ClassVar[str] = "measurement.submission-deadline-extended"

    was: Day
    due: Day
    closes: Day

    def apply(self, aggregate: ReportingPeriod) -> None:
        aggregate.due, aggregate.closes = self.due, self.closes
