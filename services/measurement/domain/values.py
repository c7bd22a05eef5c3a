"""Values that several facts of measurement share: places, strata, amounts, observations."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from infra.kernel.line import canonical
from services.measurement.domain.period import Period
from services.measurement.domain.tidy.statuses import ObsStatus

TOTAL = "_T"
"""SDMX's code for all of a dimension. It narrows nothing, so it is never written down."""

DecimalText = Annotated[
    str, StringConstraints(max_length=80, pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$")
]
"""An exact number in plain notation, every digit as given: 7.10 stays 7.10."""

NO_NUL = r"^[^\x00]*$"
Named = Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=NO_NUL)]
Scheme = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_NUL)]
Dimension = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=NO_NUL)]


def absent(value: object) -> bool:
    """What is not said is left out of the line."""
    return value is None


class Value(BaseModel):
    """A frozen part of a fact; a field that is None does not stand in the line."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Place(Value):
    """A code of an edition of a scheme; the label is how the source calls it."""

    scheme: Scheme
    edition: Scheme
    code: Named
    label: Named | None = Field(None, exclude_if=absent)

    @property
    def identity(self) -> tuple[str, str, str]:
        """Two places are the same where these are, whatever they are called."""
        return self.scheme, self.edition, self.code


Dimensions = Annotated[
    dict[Dimension, Named],
    Field(
        max_length=50,
        description='The stratum, such as {"Sex": "Female"}; what is not named is the total.',
    ),
]


def stratum(dimensions: Mapping[str, str]) -> dict[str, str]:
    """Without the totals: a stratum is told by what narrows it."""
    return {name: code for name, code in dimensions.items() if code != TOTAL}


PeriodText = Annotated[str, StringConstraints(min_length=1, max_length=220)]
"""How a source names a period: 2016/2017, Q3 2021."""

Span = tuple[date, date]
"""First and last day of a period: what tells two periods of a series apart."""


class Stated(Value):
    """A period: its days, and the text by which its source names it."""

    start: date
    end: date
    period: PeriodText

    @property
    def span(self) -> Span:
        return self.start, self.end

    @classmethod
    def of(cls, period: Period, text: str) -> dict[str, Any]:
        return {"start": period.start, "end": period.end, "period": text}


class Amount(Value):
    """A value with its SDMX OBS_STATUS; without a value the status says why there is none."""

    value: DecimalText | None = Field(None, exclude_if=absent)
    numerator: DecimalText | None = Field(None, exclude_if=absent)
    denominator: DecimalText | None = Field(None, exclude_if=absent)
    status: ObsStatus = ObsStatus.NORMAL

    def says(self, other: Amount) -> bool:
        """Whether `other`, as far as it states anything, states the same."""
        return (
            same(self.value, other.value)
            and self.status == other.status
            and (other.numerator is None or same(self.numerator, other.numerator))
            and (other.denominator is None or same(self.denominator, other.denominator))
        )


class Observation(Stated, Amount):
    """What was observed for one period."""


def same(one: str | None, other: str | None) -> bool:
    """Equal as numbers: 7.1 and 7.10 are one value."""
    if one == other or one is None or other is None:
        return one == other
    return Decimal(one) == Decimal(other)


def series_id(
    indicator_id: UUID, definition_version: int, place: Place, dimensions: Mapping[str, str]
) -> UUID:
    """The stream of a series: the same for whoever names the same cell row."""
    return uuid5(indicator_id, canonical([definition_version, place.identity, dimensions]))
