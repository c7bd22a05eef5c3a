"""A framework says by which rules submissions are looked at."""

from __future__ import annotations

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
