"""A reporting period is a collection round: a window, a due date, and the periods it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, Day, RuleForbids, StateForbids, Title
from infra.kernel.provenance import Code, Reference
from services.measurement.domain.completeness import Lacking, named
from services.measurement.domain.reopening import (
    GrantedByRequester,
    NoSuchReopeningRequest,
    ReopeningRequestedAlready,
    ReopeningSettled,
    UntilIsPast,
    require_exceptional,
)
from services.measurement.domain.reporting_facts import (
    CompletenessGapFlagged,
    Kind,
    ReopeningRefused,
    ReopeningRequested,
    ReportingPeriodClosed,
    ReportingPeriodOpened,
    ReportingPeriodReopened,
    Request,
    Stretches,
    SubmissionDeadlineExtended,
)
from services.measurement.domain.values import Stated


class WindowOutOfOrder(RuleForbids):
    """A round opens, is due and closes in this order, not on {opens}, {due} and {closes}."""


class RoundTakesNothing(RuleForbids):
    """A regular round says which periods it takes: name at least one in `periods`."""


class BackfillTakesAnyPast(RuleForbids):
    """A backfill round may take any past period; leave `periods` out."""


class PeriodNamedTwice(RuleForbids):
    """{period} is named twice among the periods; name each once."""


class RoundIsClosed(StateForbids):
    """This round is closed; request, for an exceptional reason, that it is reopened."""


class RoundIsOpen(StateForbids):
    """This round is open until the end of {closes}; there is nothing to reopen."""


class RoundNotBegun(StateForbids):
    """This round takes submissions from {opens} on."""


class WindowNotOver(StateForbids):
    """This round is open until the end of {closes}; it closes by itself only after that day."""


class PeriodNotTaken(RuleForbids):
    """This round does not take {period}; submit it in a round that does."""


class NoExtension(RuleForbids):
    """The due date is {due} already; an extension moves it to a later day."""


class GapFlaggedAlready(StateForbids):
    """That {organisation} has not sent all in this round was flagged already."""


class NothingLacks(StateForbids):
    """By now {organisation} has sent what was expected of it in this round."""


class ReportingPeriod(Aggregate):
    TOPIC = "measurement.reporting-period"

    @event(ReportingPeriodOpened)
    def __init__(
        self,
        initiative_id: UUID,
        kind: Kind,
        title: Title,
        opens: Day,
        due: Day,
        closes: Day,
        periods: Stretches,
    ) -> None:
        self.initiative_id = initiative_id
        self.of_kind: Kind = kind
        self.title = title
        self.opens, self.due, self.closes = opens, due, closes
        self.periods = periods
        self.state: Literal["open", "closed"] = "open"
        self.requests: dict[UUID, Request] = {}
        self.missing: set[tuple[UUID, UUID]] = set()

    @classmethod
    def open(
        cls,
        initiative_id: UUID,
        *,
        kind: Kind,
        title: str,
        opens: date,
        due: date,
        closes: date,
        periods: Sequence[Stated],
    ) -> ReportingPeriod:
        """Begin a round."""
        if not opens <= due <= closes:
            raise WindowOutOfOrder(opens=opens, due=due, closes=closes)
        if kind == "regular" and not periods:
            raise RoundTakesNothing
        if kind == "backfill" and periods:
            raise BackfillTakesAnyPast
        spans = [one.span for one in periods]
        for one in periods:
            if spans.count(one.span) > 1:
                raise PeriodNamedTwice(period=one.period)
        return cls(initiative_id, kind, title, opens, due, closes, tuple(periods))

    def settle(self, request_id: UUID, outcome: Literal["granted", "refused"]) -> None:
        """For facts: what became of a request."""
        self.requests[request_id] = replace(self.requests[request_id], outcome=outcome)

    def require_taking(self, given: Stated, *, today: date) -> None:
        """Pass if an observation for this period may be submitted in it today."""
        self.require_open(today=today)
        past = self.of_kind == "backfill" and given.end < today
        if not past and given.span not in {one.span for one in self.periods}:
            raise PeriodNotTaken(period=given.period)

    def require_open(self, *, today: date) -> None:
        """Pass if it takes submissions today."""
        self._require_open()
        if today < self.opens:
            raise RoundNotBegun(opens=self.opens)
        if self.closes < today:
            raise RoundIsClosed

    def close(self) -> None:
        """End it before its window does."""
        self._require_open()
        self.trigger_event(ReportingPeriodClosed, by_itself=False)

    def run_out(self, *, today: date) -> None:
        """Find that its window is over."""
        self._require_open()
        if today <= self.closes:
            raise WindowNotOver(closes=self.closes)
        self.trigger_event(ReportingPeriodClosed, by_itself=True)

    def flag_gap(
        self, *, organisation: UUID, agreement_id: UUID, lacking: Sequence[Lacking]
    ) -> None:
        """Find that a provider has sent nothing, or not all that it sent before."""
        if self.state == "open":
            raise RoundIsOpen(closes=self.closes)
        if (organisation, agreement_id) in self.missing:
            raise GapFlaggedAlready(organisation=organisation)
        self.trigger_event(
            CompletenessGapFlagged,
            organisation=organisation,
            agreement_id=agreement_id,
            count=len(lacking),
            lacking=named(lacking),
        )

    def request_reopening(
        self, *, request_id: UUID, person: Reference, until: date, reason: Code, today: date
    ) -> None:
        """Ask that it takes submissions again until the end of a day, for what is an exception."""
        require_exceptional(reason)
        if self.state == "open":
            raise RoundIsOpen(closes=self.closes)
        for request in self.requests.values():
            if request.outcome == "open":
                raise ReopeningRequestedAlready(request=request.request_id)
        if until < today:
            raise UntilIsPast(until=until)
        self.trigger_event(
            ReopeningRequested,
            request_id=request_id,
            requested_by=person,
            until=until,
            reason_code=reason,
        )

    def grant(self, request_id: UUID, *, person: Reference, today: date) -> None:
        """Let it take submissions again; somebody other than the requester does so."""
        request = self._asked(request_id)
        if request.requested_by == person:
            raise GrantedByRequester(person=person)
        if request.until < today:
            raise UntilIsPast(until=request.until)
        self.trigger_event(
            ReportingPeriodReopened,
            request_id=request_id,
            granted_by=person,
            until=request.until,
            reason_code=request.reason_code,
        )

    def refuse(self, request_id: UUID) -> None:
        """Let it stay closed."""
        self._asked(request_id)
        self.trigger_event(ReopeningRefused, request_id=request_id)

    def extend(self, *, due: date) -> None:
        """Give more time; the window then lasts at least until the new due date."""
        self._require_open()
        if due <= self.due:
            raise NoExtension(due=self.due)
        self.trigger_event(
            SubmissionDeadlineExtended, was=self.due, due=due, closes=max(self.closes, due)
        )

    def _asked(self, request_id: UUID) -> Request:
        request = self.requests.get(request_id)
        if request is None:
            raise NoSuchReopeningRequest(request=request_id)
        if request.outcome != "open":
            raise ReopeningSettled(request=request_id, outcome=request.outcome)
        return request

    def _require_open(self) -> None:
        if self.state == "closed":
            raise RoundIsClosed
