"""What an indicator means: the terms that all partners agree to measure by."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from infra.kernel import Text, Title
from infra.kernel.provenance import Code
from services.measurement.domain.numbers import Of
from services.measurement.domain.values import TOTAL, Named, Value, absent

Level = Literal["population", "performance", "system-change", "process"]
Polarity = Literal["higher-is-better", "lower-is-better", "neither"]
Frequency = Literal["continuous", "monthly", "quarterly", "half-yearly", "yearly", "irregular"]
SuppressionClass = Literal["none", "small-cells", "sensitive"]
Unit = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]


Quadrant = Literal["how-much", "how-well", "better-off-number", "better-off-share"]
"""The four questions of Results-Based Accountability to performance: quantity and quality of effort
and of effect (Friedman, Trying Hard Is Not Good Enough, 2005)."""


class Stratum(Value):
    """A dimension by which values are told apart; an equity stratum shows who is left behind.

    The counts of an additive one add up to their total: nobody is in two strata of it.
    """

    name: Title
    equity: bool = False
    additive: bool = Field(False, exclude_if=lambda additive: not additive)
    codes: Annotated[tuple[Named, ...], Field(min_length=2, max_length=500)] | None = Field(
        None, exclude_if=absent, description="All of them: with these a group is complete."
    )

    @model_validator(mode="after")
    def _narrows(self) -> Self:
        codes = self.codes or ()
        if TOTAL in codes or len(set(codes)) < len(codes):
            raise ValueError("codes are the strata, each once, without that of the total")
        return self


class Formula(Value):
    """How it is computed from other indicators; `decimals` are what a result is rounded to."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=1_000, strip_whitespace=True)]
    decimals: Annotated[int, Field(ge=0, le=12)] = 1


class Definition(Value):
    """One version of an indicator's terms. What adoption needs may still be missing before it."""

    name: Title
    unit: Unit
    level: Level
    polarity: Polarity
    description: Text | None = Field(None, exclude_if=absent)
    numerator: Text | None = Field(None, exclude_if=absent)
    denominator: Text | None = Field(None, exclude_if=absent)
    method: Text | None = Field(None, exclude_if=absent)
    formula: Formula | None = Field(None, exclude_if=absent)
    source: Text | None = Field(None, exclude_if=absent)
    custodian: Title | None = Field(None, exclude_if=absent)
    frequency: Frequency | None = Field(None, exclude_if=absent)
    strata: Annotated[tuple[Stratum, ...], Field(max_length=50)] = ()
    suppression_class: SuppressionClass | None = Field(None, exclude_if=absent)
    quadrant: Quadrant | None = Field(
        None, exclude_if=absent, description="Of Results-Based Accountability."
    )

    @property
    def counted(self) -> tuple[Of, ...]:
        """What of an observation is a count: the value itself, unless it is made of two."""
        return ("value",) if self.denominator is None else ("numerator", "denominator")

    @property
    def additive(self) -> tuple[Stratum, ...]:
        """The strata whose counts add up to the total."""
        return tuple(stratum for stratum in self.strata if stratum.additive)

    def lacks(self) -> list[str]:
        """What adoption needs and is not said."""
        needed = ("source", "custodian", "frequency", "suppression_class")
        found = [name for name in needed if getattr(self, name) is None]
        told = self.method is not None or self.formula is not None
        if not told and (self.numerator is None or self.denominator is None):
            found.insert(0, "numerator and denominator, or method, or formula")
        if not self.strata:
            found.append("strata")
        elif self.level == "population" and not any(stratum.equity for stratum in self.strata):
            found.append("an equity stratum")
        return found


class Check(Value):
    """One item of a design checklist, such as FABRIC's or that of PGPA Rule 16EA."""

    item: Code
    met: bool
    note: Text | None = Field(None, exclude_if=absent)
