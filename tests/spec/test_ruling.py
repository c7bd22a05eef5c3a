"""A framework says by which rules submissions are looked at, and which calendars there are."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.measurement.domain.calendars import (
    MOST_CALENDARS,
    CalendarStatedAlready,
    CalendarUnchanged,
    NoSuchCalendar,
    PeriodCalendar,
    PeriodCalendarChanged,
    PeriodCalendarStated,
    TooManyCalendars,
)
from services.measurement.domain.framework import MeasurementFramework
from services.measurement.domain.rules import StatedRule
from services.measurement.domain.ruling import (
    MOST_RULES,
    NoSuchRule,
    RuleCodeReserved,
    RuleStatedAlready,
    RuleUnchanged,
    TooManyRules,
    ValidationRuleChanged,
    ValidationRuleStated,
    ValidationRuleWithdrawn,
)
from tests.given import fact, given
from tests.spec.test_measurement_framework import OPENED


def framework(*facts: fact) -> given[MeasurementFramework]:
    return given(MeasurementFramework, OPENED, *facts)


def rule(code: str = "share", maximum: str = "100") -> StatedRule:
    criterion = {"kind": "range", "minimum": "0", "maximum": maximum}
    return StatedRule.model_validate({"code": code, "criterion": criterion, "severity": "blocking"})


STATED = fact(ValidationRuleStated, rule=rule())


def test_a_rule_is_stated_once_and_then_changed():
    framework().when(lambda f: f.state_rule(rule())).then(STATED)
    framework(STATED).when(lambda f: f.state_rule(rule())).then_refused(RuleStatedAlready)
    framework(STATED).when(lambda f: f.change_rule(rule(maximum="90"))).then(
        fact(ValidationRuleChanged, rule=rule(maximum="90"))
    )
    framework(STATED).when(lambda f: f.change_rule(rule())).then_refused(RuleUnchanged)


def test_only_a_rule_that_is_stated_is_changed_or_withdrawn():
    withdrawn = fact(ValidationRuleWithdrawn, code="share")
    framework().when(lambda f: f.change_rule(rule())).then_refused(NoSuchRule)
    framework(STATED).when(lambda f: f.withdraw_rule("share")).then(withdrawn)
    framework(STATED, withdrawn).when(lambda f: f.withdraw_rule("share")).then_refused(NoSuchRule)
    framework(STATED, withdrawn).when(lambda f: f.state_rule(rule())).then(STATED)


def test_a_rule_that_always_holds_lends_its_code_to_no_other():
    reserved = rule("strata-above-total")
    framework().when(lambda f: f.state_rule(reserved)).then_refused(RuleCodeReserved)


def test_a_framework_has_a_hundred_rules_at_most():
    full = [fact(ValidationRuleStated, rule=rule(f"r-{number}")) for number in range(MOST_RULES)]
    framework(*full).when(lambda f: f.state_rule(rule())).then_refused(TooManyRules)


TERM_1 = {"name": "Term 1 2022", "start": "2022-01-31", "end": "2022-04-08"}
TERM_2 = {"name": "Term 2 2022", "start": "2022-04-26", "end": "2022-06-24"}


def terms(*periods: dict[str, str], code: str = "vic-terms") -> PeriodCalendar:
    said = {"code": code, "title": "School terms in Victoria", "periods": periods or (TERM_1,)}
    return PeriodCalendar.model_validate(said)


TERMS = fact(PeriodCalendarStated, calendar=terms())


def test_a_calendar_is_stated_once_and_then_changed():
    framework().when(lambda f: f.state_calendar(terms())).then(TERMS)
    framework(TERMS).when(lambda f: f.state_calendar(terms())).then_refused(CalendarStatedAlready)
    more = terms(TERM_1, TERM_2)
    framework(TERMS).when(lambda f: f.change_calendar(more)).then(
        fact(PeriodCalendarChanged, calendar=more)
    )
    framework(TERMS).when(lambda f: f.change_calendar(terms())).then_refused(CalendarUnchanged)
    framework().when(lambda f: f.change_calendar(terms())).then_refused(NoSuchCalendar)


def test_a_framework_has_twenty_calendars_at_most():
    full = [
        fact(PeriodCalendarStated, calendar=terms(code=f"c-{number}"))
        for number in range(MOST_CALENDARS)
    ]
    framework(*full).when(lambda f: f.state_calendar(terms())).then_refused(TooManyCalendars)


def test_periods_of_a_calendar_do_not_overlap_and_each_has_a_name_of_its_own():
    for other in (
        {"name": "Term 2 2022", "start": "2022-04-08", "end": "2022-06-24"},
        {"name": "term 1 2022", "start": "2022-04-26", "end": "2022-06-24"},
        {"name": "Term 2 2022", "start": "2022-06-24", "end": "2022-04-26"},
    ):
        with pytest.raises(ValidationError):
            terms(TERM_1, other)
