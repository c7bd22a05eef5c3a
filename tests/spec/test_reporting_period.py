"""A reporting period takes what its window and its periods say, and reopens by two persons."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from infra.kernel import DomainError
from services.measurement.domain.completeness import Lacking
from services.measurement.domain.reopening import (
    EXCEPTIONAL,
    GrantedByRequester,
    NoSuchReopeningRequest,
    ReasonNotExceptional,
    ReopeningRequestedAlready,
    ReopeningSettled,
    UntilIsPast,
)
from services.measurement.domain.reporting import (
    BackfillTakesAnyPast,
    GapFlaggedAlready,
    NoExtension,
    PeriodNamedTwice,
    PeriodNotTaken,
    ReportingPeriod,
    RoundIsClosed,
    RoundIsOpen,
    RoundNotBegun,
    RoundTakesNothing,
    WindowNotOver,
    WindowOutOfOrder,
)
from services.measurement.domain.reporting_facts import (
    CompletenessGapFlagged,
    ReopeningRefused,
    ReopeningRequested,
    ReportingPeriodClosed,
    ReportingPeriodOpened,
    ReportingPeriodReopened,
    SubmissionDeadlineExtended,
)
from services.measurement.domain.values import Place, Stated
from tests.callers import named
from tests.given import fact, given

OPENS, DUE, CLOSES = date(2023, 1, 1), date(2023, 1, 31), date(2023, 2, 14)
LATER = date(2023, 3, 31)
DAY = timedelta(days=1)
HALF = Stated(start=date(2022, 7, 1), end=date(2022, 12, 31), period="2022-S2")
OTHER = Stated(start=date(2022, 1, 1), end=date(2022, 6, 30), period="2022-S1")
REQUEST = named("request")
TERMS: dict[str, Any] = {
    "kind": "regular",
    "title": "Second half of 2022",
    "opens": OPENS,
    "due": DUE,
    "closes": CLOSES,
    "periods": (HALF,),
}
BACKFILL = {**TERMS, "kind": "backfill", "periods": ()}
CLOSED = fact(ReportingPeriodClosed, by_itself=True)
ASKED = fact(
    ReopeningRequested,
    request_id=REQUEST,
    requested_by="mia",
    until=LATER,
    reason_code="context-changed",
)
REOPENED = fact(
    ReportingPeriodReopened,
    request_id=REQUEST,
    granted_by="noor",
    until=LATER,
    reason_code="context-changed",
)
REFUSED = fact(ReopeningRefused, request_id=REQUEST)


def period(*facts: fact, **terms: Any) -> given[ReportingPeriod]:
    opened = fact(ReportingPeriodOpened, initiative_id=named("bgk"), **{**TERMS, **terms})
    return given(ReportingPeriod, opened, *facts)


def ask(p: ReportingPeriod, until: date = LATER, reason: str = "context-changed") -> None:
    p.request_reopening(request_id=REQUEST, person="mia", until=until, reason=reason, today=LATER)


def grant(p: ReportingPeriod, person: str = "noor", today: date = LATER) -> None:
    p.grant(REQUEST, person=person, today=today)


@pytest.mark.parametrize(
    ("terms", "error"),
    [
        ({"due": OPENS - DAY}, WindowOutOfOrder),
        ({"closes": DUE - DAY}, WindowOutOfOrder),
        ({"periods": ()}, RoundTakesNothing),
        ({"kind": "backfill"}, BackfillTakesAnyPast),
        ({"periods": (HALF, HALF)}, PeriodNamedTwice),
    ],
)
def test_a_round_that_contradicts_itself_is_not_opened(
    terms: dict[str, Any], error: type[DomainError]
):
    with pytest.raises(error):
        ReportingPeriod.open(named("bgk"), **{**TERMS, **terms})


def test_a_round_is_opened():
    assert ReportingPeriod.open(named("bgk"), **TERMS).state == "open"
    assert ReportingPeriod.open(named("bgk"), **BACKFILL).periods == ()


def test_it_takes_its_periods_within_its_window():
    for today in (OPENS, CLOSES):
        period().when(lambda p, today=today: p.require_taking(HALF, today=today)).then()
    early = OPENS - DAY
    period().when(lambda p: p.require_taking(HALF, today=early)).then_refused(RoundNotBegun)
    late = CLOSES + DAY
    period().when(lambda p: p.require_taking(HALF, today=late)).then_refused(RoundIsClosed)
    period(CLOSED).when(lambda p: p.require_taking(HALF, today=DUE)).then_refused(RoundIsClosed)
    period().when(lambda p: p.require_taking(OTHER, today=DUE)).then_refused(PeriodNotTaken)


def test_a_backfill_round_takes_any_past_period():
    period(**BACKFILL).when(lambda p: p.require_taking(OTHER, today=DUE)).then()
    to_come = Stated(start=DUE, end=DUE, period="2023-01-31")
    period(**BACKFILL).when(lambda p: p.require_taking(to_come, today=DUE)).then_refused(
        PeriodNotTaken
    )


def test_it_is_closed_by_hand_or_when_its_window_is_over():
    period().when(lambda p: p.close()).then(fact(ReportingPeriodClosed, by_itself=False))
    period().when(lambda p: p.run_out(today=CLOSES + DAY)).then(CLOSED)
    period().when(lambda p: p.run_out(today=CLOSES)).then_refused(WindowNotOver)
    period(CLOSED).when(lambda p: p.close()).then_refused(RoundIsClosed)
    period(CLOSED).when(lambda p: p.run_out(today=LATER)).then_refused(RoundIsClosed)


def test_a_closed_round_may_be_requested_to_reopen():
    period(CLOSED).when(ask).then(ASKED)
    period().when(ask).then_refused(RoundIsOpen)
    period(CLOSED, ASKED).when(ask).then_refused(ReopeningRequestedAlready)
    period(CLOSED, ASKED, REFUSED).when(lambda p: p.refuse(REQUEST)).then_refused(ReopeningSettled)
    period(CLOSED).when(lambda p: ask(p, until=LATER - DAY)).then_refused(UntilIsPast)


def test_it_is_requested_for_what_is_an_exception():
    for code in EXCEPTIONAL:
        period(CLOSED).when(lambda p, code=code: ask(p, reason=code)).then(
            fact(ASKED, reason_code=code)
        )
    for code in ("late-data", "capacity", "partner-request", "other", "no-such-reason"):
        period(CLOSED).when(lambda p, code=code: ask(p, reason=code)).then_refused(
            ReasonNotExceptional
        )


def test_a_request_made_for_any_reason_before_that_was_a_rule_is_still_granted():
    before = fact(ASKED, reason_code="late-data")
    period(CLOSED, before).when(grant).then(fact(REOPENED, reason_code="late-data"))


def test_somebody_else_grants_it():
    period(CLOSED, ASKED).when(grant).then(REOPENED)
    period(CLOSED, ASKED).when(lambda p: grant(p, "mia")).then_refused(GrantedByRequester)
    period(CLOSED).when(grant).then_refused(NoSuchReopeningRequest)
    period(CLOSED, ASKED, REFUSED).when(grant).then_refused(ReopeningSettled)
    period(CLOSED, ASKED).when(lambda p: grant(p, today=LATER + DAY)).then_refused(UntilIsPast)


def test_a_reopened_round_takes_submissions_until_the_day_granted():
    reopened = period(CLOSED, ASKED, REOPENED)
    reopened.when(lambda p: p.require_taking(HALF, today=LATER)).then()
    reopened.when(lambda p: p.run_out(today=LATER)).then_refused(WindowNotOver)
    reopened.when(lambda p: p.run_out(today=LATER + DAY)).then(CLOSED)


def test_it_may_be_refused():
    period(CLOSED, ASKED).when(lambda p: p.refuse(REQUEST)).then(REFUSED)
    period(CLOSED).when(lambda p: p.refuse(REQUEST)).then_refused(NoSuchReopeningRequest)


def test_a_deadline_is_moved_to_a_later_day_and_the_window_with_it():
    period().when(lambda p: p.extend(due=DUE + DAY)).then(
        fact(SubmissionDeadlineExtended, was=DUE, due=DUE + DAY, closes=CLOSES)
    )
    period().when(lambda p: p.extend(due=LATER)).then(
        fact(SubmissionDeadlineExtended, was=DUE, due=LATER, closes=LATER)
    )
    period().when(lambda p: p.extend(due=DUE)).then_refused(NoExtension)
    period(CLOSED).when(lambda p: p.extend(due=LATER)).then_refused(RoundIsClosed)


def test_who_has_not_sent_all_is_flagged_once_when_it_is_closed():
    school, agreement = named("school"), named("agreement")
    kingston = Place(scheme="asgs", edition="3", code="20803")
    lacking = Lacking(indicator_id=named("I2"), place=kingston)

    def flag(period: ReportingPeriod) -> None:
        period.flag_gap(organisation=school, agreement_id=agreement, lacking=(lacking,))

    opened = fact(ReportingPeriodOpened, initiative_id=named("bgk"), **TERMS)
    closed = fact(ReportingPeriodClosed, by_itself=True)
    flagged = fact(
        CompletenessGapFlagged,
        organisation=school,
        agreement_id=agreement,
        count=1,
        lacking=(lacking,),
    )
    given(ReportingPeriod, opened).when(flag).then_refused(RoundIsOpen)
    given(ReportingPeriod, opened, closed).when(flag).then(flagged)
    given(ReportingPeriod, opened, closed, flagged).when(flag).then_refused(GapFlaggedAlready)
