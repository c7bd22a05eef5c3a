"""What we read in the facts of indicators: definitions, baselines and targets."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from gateway.readers.reader import Part, Place, Reader


class Formula(Part):
    """How it is computed from others."""

    text: str
    decimals: int


class Stratum(Part):
    """A dimension; whether its counts add up, and all of its codes, if they are known."""

    name: str
    additive: bool = False
    codes: tuple[str, ...] | None = None


class Definition(Part):
    """The terms by which it is measured."""

    name: str
    unit: str
    level: str
    polarity: str
    formula: Formula | None = Field(None, exclude_if=lambda said: said is None)
    denominator: str | None = Field(None, exclude_if=lambda said: said is None)
    strata: tuple[Stratum, ...] = Field((), exclude_if=lambda said: not said)


class Aim(Part):
    """A value for a period, of all the initiative or of a place, of all or of a stratum."""

    value: str
    start: date | None = None
    end: date | None = None
    period: str | None = None
    place: Place | None = None
    dimensions: dict[str, str] = Field(default_factory=dict)


class Baseline(Aim):
    source: str | None = None


class Target(Aim):
    target_id: UUID
    version: int
    decision_id: UUID | None = None
    tolerance: str | None = Field(None, exclude_if=lambda said: said is None)


class IndicatorProposed(Reader):
    FACT: ClassVar[str] = "measurement.indicator-proposed"

    code: str
    name: str


class IndicatorDefined(Reader):
    FACT: ClassVar[str] = "measurement.indicator-defined"

    version: int
    definition: Definition


class DefinitionChanged(Reader):
    FACT: ClassVar[str] = "measurement.indicator-definition-changed"

    version: int
    definition: Definition
    comparable: bool
    series_version: int


class IndicatorAdopted(Reader):
    FACT: ClassVar[str] = "measurement.indicator-adopted"

    version: int


class IndicatorDeprecated(Reader):
    FACT: ClassVar[str] = "measurement.indicator-deprecated"

    version: int


class BaselineEstablished(Reader):
    FACT: ClassVar[str] = "measurement.baseline-established"

    version: int
    baseline: Baseline


class TargetSet(Reader):
    FACT: ClassVar[str] = "measurement.target-set"

    target: Target
    carried_over_from: UUID | None = None


class TargetRevised(Reader):
    FACT: ClassVar[str] = "measurement.target-revised"

    was: str
    target: Target


class TargetWithdrawn(Reader):
    FACT: ClassVar[str] = "measurement.target-withdrawn"

    target: Target
