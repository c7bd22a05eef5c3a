"""Validation rules: pure functions of the rows of a submission beside what stands.

A framework states them (`stated`), a definition brings some of its own (a value is what its parts
make of it, the strata of an additive group never exceed their total), and `rules_for` puts together
what holds for one indicator.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.measurement.domain.definition import Definition
from services.measurement.domain.findings import STRATA_ABOVE_TOTAL, Rule
from services.measurement.domain.rules.bounds import MinMaxRule, range_rule
from services.measurement.domain.rules.change import ChangeRule
from services.measurement.domain.rules.coverage import CompletenessRule, TimelinessRule
from services.measurement.domain.rules.outliers import Outliers
from services.measurement.domain.rules.parts import PartsRule
from services.measurement.domain.rules.stated import (
    Change,
    Completeness,
    MinMax,
    ModifiedZScore,
    Range,
    StatedRule,
    SumOfStrata,
    Timeliness,
    ZScore,
)
from services.measurement.domain.rules.sums import SumRule

__all__ = ["StatedRule", "additive_rules", "invariant_rules", "made", "rules_for"]


def made(stated: StatedRule, definition: Definition | None = None) -> Rule:
    """The rule that finds what is stated."""
    code, severity = stated.code, stated.severity
    match stated.criterion:
        case Range() as criterion:
            return range_rule(code, severity, criterion)
        case MinMax() as criterion:
            return MinMaxRule(code, severity, criterion)
        case ZScore() | ModifiedZScore() as criterion:
            return Outliers(code, severity, criterion)
        case Change() as criterion:
            return ChangeRule(code, severity, criterion)
        case SumOfStrata() as criterion:
            return SumRule(code, severity, criterion, codes_of(definition, criterion.dimension))
        case Completeness() as criterion:
            return CompletenessRule(code, severity, criterion)
        case Timeliness() as criterion:
            return TimelinessRule(code, severity, criterion)


def additive_rules(definition: Definition) -> Sequence[Rule]:
    """What holds of counts by definition: nobody is in two strata of an additive group."""
    return [
        SumRule(
            STRATA_ABOVE_TOTAL,
            "blocking",
            SumOfStrata(kind="sum-of-strata", of=of, dimension=stratum.name),
            codes_of(definition, stratum.name),
        )
        for stratum in definition.additive
        for of in definition.counted
    ]


def codes_of(definition: Definition | None, dimension: str) -> frozenset[str] | None:
    """The strata that make the whole of a dimension, where the definition names them."""
    strata = definition.strata if definition else ()
    named = next((stratum.codes for stratum in strata if stratum.name == dimension), None)
    return None if named is None else frozenset(named)


def invariant_rules(definition: Definition) -> Sequence[Rule]:
    """What no explanation lifts: of a value and its parts, of strata and their total."""
    parts = PartsRule.of(definition)
    return [*([parts] if parts else ()), *additive_rules(definition)]


def rules_for(
    indicator_id: UUID, definition: Definition | None, stated: Iterable[StatedRule]
) -> Sequence[Rule]:
    """All rules for one indicator: those of its definition, then those of the framework."""
    own = () if definition is None else invariant_rules(definition)
    return [*own, *(made(rule, definition) for rule in stated if rule.holds_for(indicator_id))]
