"""The result of a formula: a number, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from infra.formulas.nodes import Known, Node, NotComputable, Units, UnitsDiffer
from infra.formulas.rounding import DIGITS, written
from infra.formulas.units import Unit


@dataclass(frozen=True)
class Outcome:
    """`exact` is what was computed, `value` what it is rounded to; or both None, and why."""

    exact: Fraction | None = None
    value: str | None = None
    reason: str | None = None
    detail: str | None = None

    @property
    def computed(self) -> bool:
        return self.exact is not None


def compute(root: Node, known: Known, units: Units, *, unit: Unit, decimals: int) -> Outcome:
    """Work the formula out. Whatever is missing or wrong is an outcome, never an error."""
    try:
        given = root.unit(units)
        if given != unit:
            raise UnitsDiffer(f"the formula gives {given}, the definition says {unit}")
        exact = root.value(known, units)
    except NotComputable as missing:
        return Outcome(reason=missing.reason, detail=str(missing))
    except UnitsDiffer as differ:
        return Outcome(reason="units-differ", detail=str(differ))
    value = written(exact, decimals)
    if value is None:
        return Outcome(reason="too-large", detail=f"the result has more than {DIGITS} digits")
    return Outcome(exact, value)
