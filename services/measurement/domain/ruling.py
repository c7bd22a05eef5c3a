"""The validation rules of a measurement framework: stated, changed, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from infra.kernel import Aggregate, Event, RuleForbids, StateForbids
from infra.kernel.provenance import Code
from services.measurement.domain.findings import INVARIANTS
from services.measurement.domain.rules.stated import StatedRule

if TYPE_CHECKING:
    from services.measurement.domain.framework import MeasurementFramework

MOST_RULES = 100


class RuleStatedAlready(StateForbids):
    """The rule {code} is stated already; change it, or state another one by a code of its own."""


class NoSuchRule(StateForbids):
    """No rule {code} is stated in this framework; there are: {codes}."""


class RuleUnchanged(RuleForbids):
    """The rule {code} says that already; a change changes something."""


class RuleCodeReserved(RuleForbids):
    """{code} is a rule of its own that holds always; state yours by another code."""


class TooManyRules(StateForbids):
    """A framework has at most {most} rules; withdraw one first."""


class OfRule(Event):
    rule: StatedRule

    def apply(self, aggregate: MeasurementFramework) -> None:
        aggregate.rules[self.rule.code] = self.rule


class ValidationRuleStated(OfRule):
    """From here on submissions are looked at by it; what stands is not."""

    TOPIC: ClassVar[str] = "measurement.validation-rule-stated"


class ValidationRuleChanged(OfRule):
    """The whole rule as it is now. Why stands in the provenance."""

    TOPIC: ClassVar[str] = "measurement.validation-rule-changed"


class ValidationRuleWithdrawn(Event):
    """Findings that it made stay. Why stands in the provenance."""

    TOPIC: ClassVar[str] = "measurement.validation-rule-withdrawn"

    code: Code

    def apply(self, aggregate: MeasurementFramework) -> None:
        del aggregate.rules[self.code]


class Ruled(Aggregate):
    """What a framework can be asked about its rules."""

    rules: dict[str, StatedRule]

    def state_rule(self, rule: StatedRule) -> None:
        """Look at submissions by one more rule."""
        if rule.code in INVARIANTS:
            raise RuleCodeReserved(code=rule.code)
        if rule.code in self.rules:
            raise RuleStatedAlready(code=rule.code)
        if len(self.rules) >= MOST_RULES:
            raise TooManyRules(most=MOST_RULES)
        self.trigger_event(ValidationRuleStated, rule=rule)

    def change_rule(self, rule: StatedRule) -> None:
        """Put another rule in the place of one that has the same code."""
        self._require(rule.code)
        if self.rules[rule.code] == rule:
            raise RuleUnchanged(code=rule.code)
        self.trigger_event(ValidationRuleChanged, rule=rule)

    def withdraw_rule(self, code: str) -> None:
        """Look at no more submissions by it."""
        self._require(code)
        self.trigger_event(ValidationRuleWithdrawn, code=code)

    def _require(self, code: str) -> None:
        if code not in self.rules:
            raise NoSuchRule(code=code, codes=", ".join(self.rules) or "none")
