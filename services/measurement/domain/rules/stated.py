"""How a framework states a rule: what is looked at, within which bounds, and how much it matters.

The kinds are those of data validation in DHIS2: validation rules, and outliers by z-score, modified
z-score and min-max (docs.dhis2.org, Web API, "Data validation"; docs/validation.md says more).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from infra.kernel import Text
from infra.kernel.provenance import Code
from services.measurement.domain.findings import Severity
from services.measurement.domain.numbers import Of
from services.measurement.domain.values import (
    DecimalText,
    Dimension,
    Dimensions,
    Place,
    Value,
    absent,
)


def _not_negative(text: str) -> str:
    if text.startswith("-") and Decimal(text):
        raise ValueError("it is 0 or more")
    return text


def _positive(text: str) -> str:
    if Decimal(text) <= 0:
        raise ValueError("it is more than 0")
    return text


Amount = Annotated[DecimalText, AfterValidator(_not_negative)]
Threshold = Annotated[DecimalText, AfterValidator(_positive)]
Points = Annotated[int, Field(ge=3, le=1_000)]
Days = Annotated[int, Field(ge=0, le=3_650)]


class Bounds(Value):
    """One bound or both; each of them is allowed itself."""

    minimum: DecimalText | None = Field(None, exclude_if=absent)
    maximum: DecimalText | None = Field(None, exclude_if=absent)

    @model_validator(mode="after")
    def _bound(self) -> Self:
        if self.minimum is None and self.maximum is None:
            raise ValueError("state a minimum, a maximum or both")
        if self.minimum and self.maximum and Decimal(self.maximum) < Decimal(self.minimum):
            raise ValueError("the maximum is at least the minimum")
        return self


class Range(Bounds):
    """Every number lies within these bounds."""

    kind: Literal["range"]
    of: Of = "value"


class Limits(Bounds):
    """The bounds of one place and stratum; without a place, of each."""

    place: Place | None = Field(None, exclude_if=absent)
    dimensions: Dimensions = Field(default_factory=dict)


class MinMax(Value):
    """DHIS2's min-max: bounds of their own for places and strata. Others are not looked at."""

    kind: Literal["min-max"]
    of: Of = "value"
    limits: Annotated[tuple[Limits, ...], Field(min_length=1, max_length=200)]


class ZScore(Value):
    """DHIS2's z-score: the distance from the mean of the series, in standard deviations."""

    kind: Literal["z-score"]
    of: Of = "value"
    threshold: Threshold = "3"
    points: Points = Field(
        5, description="A series of fewer numbers is not judged. 3 deviations take 11 or more."
    )


class ModifiedZScore(Value):
    """DHIS2's modified z-score, by Iglewicz and Hoaglin (1993): 0.6745 of the distance from the
    median, in median absolute deviations."""

    kind: Literal["modified-z-score"]
    of: Of = "value"
    threshold: Threshold = "3.5"
    points: Points = Field(5, description="A series of fewer numbers is not judged.")


class Change(Value):
    """How far a number may move from the one of the period before, of the same length."""

    kind: Literal["change"]
    of: Of = "value"
    percent: Amount | None = Field(None, exclude_if=absent, description="Of the number before.")
    by: Amount | None = Field(None, exclude_if=absent, description="In the indicator's unit.")

    @model_validator(mode="after")
    def _bounded(self) -> Self:
        if self.percent is None and self.by is None:
            raise ValueError("state percent, by or both")
        return self


class SumOfStrata(Value):
    """The strata of one dimension, added up, against their total."""

    kind: Literal["sum-of-strata"]
    of: Of = "value"
    dimension: Dimension
    relation: Literal["at-most", "equal"] = Field(
        "at-most", description="equal: looked at where no stratum is without a number."
    )
    tolerance: Amount = "0"


class Completeness(Value):
    """Every place and stratum has a row for every period that the round takes.

    What is left out is what the submission itself names of the indicator.
    """

    kind: Literal["completeness"]
    places: Annotated[tuple[Place, ...], Field(max_length=200)] = ()
    strata: Annotated[tuple[Dimensions, ...], Field(max_length=200)] = ()


class Timeliness(Value):
    """A submission arrives by the day on which its round is due, and days of grace; with
    `period_days`, also so many days at most after the end of each period."""

    kind: Literal["timeliness"]
    grace_days: Days = 0
    period_days: Days | None = Field(None, exclude_if=absent)


Criterion = Annotated[
    Range | MinMax | ZScore | ModifiedZScore | Change | SumOfStrata | Completeness | Timeliness,
    Field(discriminator="kind"),
]


class StatedRule(Value):
    """A rule as the framework has it."""

    code: Code = Field(description="Findings bear it.")
    criterion: Criterion
    severity: Severity = Field(
        "warning", description="blocking: the row becomes no observation unless it is explained."
    )
    indicators: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=200)] | None = Field(
        None, exclude_if=absent, description="Left out: every indicator of the initiative."
    )
    because: Text | None = Field(None, exclude_if=absent)

    def holds_for(self, indicator_id: UUID) -> bool:
        return self.indicators is None or indicator_id in self.indicators
