"""The backbone: appointed by others, one lead a function, and its money watched."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from services.agenda.domain import Backbone
from services.agenda.domain.attendance import Attendee
from services.agenda.domain.backbone import (
    AmountNotPositive,
    AppointsItself,
    DecisionServed,
    FunctionLed,
    FunctionTwice,
    NoGap,
    NoSuchAppointment,
    SameFunctions,
    TermOver,
    months_before,
)
from services.agenda.domain.code_lists import UnknownCode
from services.agenda.domain.deciding import DecisionMade
from services.agenda.domain.supporting import (
    BackboneAppointed,
    BackboneFunctionsChanged,
    BackboneFundingGapDetected,
    BackboneFundingSecured,
    BackboneTermEnded,
    Paid,
    covered_until,
)
from tests.callers import named
from tests.given import SOMETHING, Fact, fact, given
from tests.spec.agenda_cast import (
    COUNCIL,
    DECISION,
    HARBOUR,
    INITIATIVE,
    LLEN,
    OTHER_DECISION,
    rule,
    untouched,
)

ONE, TWO, MONEY = map(named, ("appointment 1", "appointment 2", "money"))
GUIDE, MEASURE = "guide-vision-and-strategy", "establish-shared-measurement"
PAID = Paid(starts=date(2021, 12, 6), ends=date(2023, 12, 31))
WARN_AT = datetime(2023, 5, 31, tzinfo=UTC)


def made(*present: UUID, excluded: tuple[UUID, ...] = ()) -> DecisionMade:
    """A decision of class backbone, with people of these organisations."""
    attendees = tuple(
        Attendee(
            person=f"person-{place}",
            organisation=organisation,
            sector="health",
            lived_experience=False,
            position="for",
            counted=organisation not in excluded,
        )
        for place, organisation in enumerate((*present, *excluded))
    )
    return DecisionMade(
        originator_id=SOMETHING,
        originator_version=9,
        decision_class="backbone",
        wording=1,
        charter_version=1,
        rule=rule("backbone"),
        attendees=attendees,
        sectors=("health",),
        voices=0,
        result="Agreed.",
        option=None,
        objections=(),
        dissent=(),
        cites=None,
        decided_at=datetime(2021, 12, 6, tzinfo=UTC),
    )


def appointed(
    id: UUID = ONE, host: UUID = LLEN, decision: UUID = DECISION, *functions: str
) -> Fact:
    return fact(
        BackboneAppointed,
        initiative_id=INITIATIVE,
        appointment_id=id,
        host=host,
        functions=functions or (GUIDE,),
        decision_id=decision,
    )


def appoint(
    by: DecisionMade | None = None,
    host: UUID = LLEN,
    functions: tuple[str, ...] = (GUIDE,),
    decision: UUID = DECISION,
    id: UUID = ONE,
):
    return lambda backbone: backbone.appoint(
        appointment_id=id,
        host=host,
        functions=functions,
        decision_id=decision,
        decision=by or made(COUNCIL, HARBOUR),
    )


def secured(until: date = PAID.ends, paid: Paid = PAID, warn_at: datetime = WARN_AT) -> Fact:
    return fact(
        BackboneFundingSecured,
        appointment_id=ONE,
        funding_id=MONEY,
        amount=Decimal(210000),
        currency="AUD",
        fte=Decimal("1.6"),
        paid=paid,
        payer="A trust",
        covered_until=until,
        warn_at=warn_at,
    )


def secure(paid: Paid = PAID, **other: Any):
    said = {"amount": Decimal(210000), "fte": Decimal("1.6"), "warning_months": 7} | other
    return lambda backbone: backbone.secure(
        appointment_id=ONE, funding_id=MONEY, currency="AUD", paid=paid, payer="A trust", **said
    )


def test_nobody_of_the_host_counts_in_the_decision_that_appoints_it():
    untouched(Backbone).when(appoint(made(COUNCIL, LLEN))).then_refused(AppointsItself)
    excluded = made(COUNCIL, HARBOUR, excluded=(LLEN,))
    untouched(Backbone).when(appoint(excluded)).then(appointed())


def test_a_decision_serves_once():
    given(Backbone, appointed()).when(
        appoint(host=HARBOUR, functions=(MEASURE,), id=TWO, by=made(COUNCIL))
    ).then_refused(DecisionServed)


def test_a_function_is_one_of_six_and_has_one_lead():
    untouched(Backbone).when(appoint(functions=("make-coffee",))).then_refused(UnknownCode)
    untouched(Backbone).when(appoint(functions=(GUIDE, GUIDE))).then_refused(FunctionTwice)
    second = {"host": HARBOUR, "decision": OTHER_DECISION, "id": TWO, "by": made(COUNCIL)}
    given(Backbone, appointed()).when(appoint(**second)).then_refused(FunctionLed)
    given(Backbone, appointed()).when(appoint(functions=(MEASURE,), **second)).then(
        appointed(TWO, HARBOUR, OTHER_DECISION, MEASURE)
    )
    ended = fact(BackboneTermEnded, appointment_id=ONE, host=LLEN)
    given(Backbone, appointed(), ended).when(appoint(**second)).then(
        appointed(TWO, HARBOUR, OTHER_DECISION)
    )


def test_functions_change_by_another_decision():
    def change(
        decision: UUID = OTHER_DECISION, functions: tuple[str, ...] = (MEASURE,), id: UUID = ONE
    ):
        return lambda backbone: backbone.change_functions(
            appointment_id=id, functions=functions, decision_id=decision, decision=made(COUNCIL)
        )

    changed = fact(
        BackboneFunctionsChanged,
        appointment_id=ONE,
        functions=(MEASURE,),
        decision_id=OTHER_DECISION,
    )
    given(Backbone, appointed()).when(change()).then(changed)
    given(Backbone, appointed()).when(change(DECISION)).then_refused(DecisionServed)
    given(Backbone, appointed()).when(change(functions=(GUIDE,))).then_refused(SameFunctions)
    given(Backbone, appointed()).when(change(id=TWO)).then_refused(NoSuchAppointment)


def test_a_term_that_has_ended_takes_nothing_more():
    ended = fact(BackboneTermEnded, appointment_id=ONE, host=LLEN)
    story = given(Backbone, appointed(), ended)
    story.when(secure()).then_refused(TermOver)
    story.when(lambda backbone: backbone.end(appointment_id=ONE)).then_refused(TermOver)
    given(Backbone, appointed()).when(lambda backbone: backbone.end(appointment_id=ONE)).then(ended)


def test_funding_says_when_its_end_is_to_be_looked_after():
    given(Backbone, appointed()).when(secure()).then(secured())
    for wrong in ({"amount": Decimal(0)}, {"fte": Decimal(-1)}):
        given(Backbone, appointed()).when(secure(**wrong)).then_refused(AmountNotPositive)
    with pytest.raises(ValidationError):
        Paid(starts=date(2022, 1, 2), ends=date(2022, 1, 1))


def test_what_follows_without_a_break_moves_the_end():
    next_year = Paid(starts=date(2024, 1, 1), ends=date(2024, 12, 31))
    given(Backbone, appointed(), secured()).when(secure(next_year)).then(
        secured(next_year.ends, next_year, datetime(2024, 5, 31, tzinfo=UTC))
    )
    later = Paid(starts=date(2024, 3, 1), ends=date(2024, 12, 31))
    assert covered_until((later, PAID)) == PAID.ends, "a gap of two months is a gap"
    assert covered_until((Paid(starts=PAID.starts, ends=date(2022, 1, 1)), PAID)) == PAID.ends


def test_a_gap_is_found_on_its_day_once_and_new_money_closes_it():
    gap = fact(BackboneFundingGapDetected, appointment_id=ONE, host=LLEN, covered_until=PAID.ends)

    def find(at: datetime = WARN_AT):
        return lambda backbone: backbone.find_gap(appointment_id=ONE, at=at)

    given(Backbone, appointed()).when(find()).then_refused(NoGap)
    early = datetime(2023, 5, 30, tzinfo=UTC)
    given(Backbone, appointed(), secured()).when(find(early)).then_refused(NoGap)
    given(Backbone, appointed(), secured()).when(find()).then(gap)
    given(Backbone, appointed(), secured(), gap).when(find()).then_refused(NoGap)
    refunded = given(Backbone, appointed(), secured(), gap, secured()).aggregate
    assert refunded.appointments[ONE].gap is None


def test_months_are_counted_back_to_a_day_that_there_is():
    assert months_before(date(2023, 12, 31), 7) == date(2023, 5, 31)
    assert months_before(date(2023, 12, 31), 6) == date(2023, 6, 30)
    assert months_before(date(2024, 3, 31), 1) == date(2024, 2, 29)
    assert months_before(date(2023, 1, 15), 13) == date(2021, 12, 15)
