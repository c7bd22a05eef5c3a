"""What baselines and targets are made of: a value for a period, of whom and where."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from infra.kernel import Text
from services.measurement.domain.definition import Polarity
from services.measurement.domain.values import (
    DecimalText,
    Dimensions,
    PeriodText,
    Place,
    Value,
    absent,
)

Tolerance = Annotated[
    str, StringConstraints(max_length=80, pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?$")
]
"""How far from a target a value may be before anybody is called."""
Zone = Literal["met", "near", "missed"]


class Aim(Value):
    """A value for a period, of all the initiative or of one place, of all or of one stratum.

    Without a period it holds whenever the indicator is measured.
    """

    value: DecimalText
    start: date | None = Field(None, exclude_if=absent)
    end: date | None = Field(None, exclude_if=absent)
    period: PeriodText | None = Field(None, exclude_if=absent)
    place: Place | None = Field(None, exclude_if=absent)
    dimensions: Dimensions = Field(default_factory=dict)


class Baseline(Aim):
    """Where it stood before anything was done; by which decision, where one was taken."""

    source: Text | None = Field(None, exclude_if=absent)
    decision_id: UUID | None = Field(None, exclude_if=absent)


class Target(Aim):
    """Where it should be. It belongs to a definition version, and rests on a decision."""

    target_id: UUID
    version: int
    decision_id: UUID
    tolerance: Tolerance | None = Field(None, exclude_if=absent)

    def zone(self, value: str | None, polarity: Polarity) -> Zone:
        """On which side of it a value is. What falls short of it within its tolerance is near: it
        calls for nobody. Where neither direction is better, it is met within its tolerance."""
        apart = Decimal(value or 0) - Decimal(self.value)
        tolerance = Decimal(self.tolerance or 0)
        if polarity == "neither":
            return "met" if abs(apart) <= tolerance else "missed"
        short = -apart if polarity == "higher-is-better" else apart
        if short <= 0:
            return "met"
        return "near" if short <= tolerance else "missed"
