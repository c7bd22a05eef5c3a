"""What we read in the facts of indicators: definitions, baselines and targets."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from msgspec import field

from gateway.readers.reader import Part, Place, Reader


class Formula(Part, frozen=True):
    """How it is computed from others."""

    text: str
    decimals: int


class Stratum(Part, frozen=True):
    """A dimension; whether its counts add up, and all of its codes, if they are known."""

    name: str
    additive: bool = False
    codes: tuple[str, ...] | None = None


class Definition(Part, frozen=True, omit_defaults=True):
    """The terms by which it is measured."""

    name: str
    unit: str
    level: str
    polarity: str
    formula: Formula | None = None
    denominator: str | None = None
    strata: tuple[Stratum, ...] = ()


class Aim(Part, frozen=True, kw_only=True):
    """A value for a period, of all the initiative or of a place, of all or of a stratum."""

    value: str
    start: date | None = None
    end: date | None = None
    period: str | None = None
    place: Place | None = None
    dimensions: dict[str, str] = field(default_factory=dict)


class Baseline(Aim, frozen=True):
    source: str | None = None


class Target(Aim, frozen=True, kw_only=True):
    target_id: UUID
    version: int
    decision_id: UUID | None = None
    tolerance: str | None = None

    def told(self) -> dict[str, Any]:
        """Of a target without a tolerance there is nothing to say of one."""
        told = super().told()
        if self.tolerance is None:
            del told["tolerance"]
        return told


class IndicatorProposed(Reader, frozen=True):
    FACT: ClassVar[str] = "measurement.indicator-proposed"

    code: str
    name: str


class IndicatorDefined(Reader, frozen=True):
    FACT: ClassVar[str] = "measurement.indicator-defined"

    version: int
    definition: Definition


class DefinitionChanged(Reader, frozen=True):
    FACT: ClassVar[str] = "measurement.indicator-definition-changed"

    version: int
    definition: Definition
    comparable: bool
    series_version: int


class IndicatorAdopted(Reader, frozen=True):
    FACT: ClassVar[str] = "measurement.indicator-adopted"

    version: int


class IndicatorDeprecated(Reader, frozen=True):
    FACT: ClassVar[str] = "measurement.indicator-deprecated"

    version: int


class BaselineEstablished(Reader, frozen=True):
    FACT: ClassVar[str] = "measurement.baseline-established"

    version: int
    baseline: Baseline


class TargetSet(Reader, frozen=True):
    FACT: ClassVar[str] = "measurement.target-set"

    target: Target
    carried_over_from: UUID | None = None


class TargetRevised(Reader, frozen=True):
    FACT: ClassVar[str] = "measurement.target-revised"

    was: str
    target: Target


class TargetWithdrawn(Reader, frozen=True):
    FACT: ClassVar[str] = "measurement.target-withdrawn"

    target: Target
