"""What a measurement framework says, and what can happen to it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, ClassVar
from uuid import UUID

from pydantic import Field

from infra.kernel import Created, Day, Event, Text, Title
from services.measurement.domain.definition import Level
from services.measurement.domain.values import Value, absent

if TYPE_CHECKING:
    from services.measurement.domain.framework import MeasurementFramework


class Link(Value):
    """An indicator that shows something of an outcome, at the level that it had when linked."""

    indicator_id: UUID
    level: Level


class Gap(Value):
    """What cannot be shown of an outcome yet, and what will be done about it."""

    gap: Text
    plan: Text | None = Field(None, exclude_if=absent)
    by: Day | None = Field(None, exclude_if=absent)


class Covered(Value):
    """How one outcome stood when a version was adopted."""

    outcome_id: UUID
    indicators: tuple[UUID, ...]
    gap: Gap | None = Field(None, exclude_if=absent)

    def carried(self, population: Collection[UUID]) -> bool:
        """Whether a population indicator shows it, or a plan says how one will."""
        shown = any(id in population for id in self.indicators)
        return shown or (self.gap is not None and self.gap.plan is not None)


class MeasurementFrameworkOpened(Created):
    TOPIC: ClassVar[str] = "measurement.measurement-framework-opened"

    initiative_id: UUID
    title: Title


class IndicatorLinkedToOutcome(Event):
    TOPIC: ClassVar[str] = "measurement.indicator-linked-to-outcome"

    outcome_id: UUID
    indicator_id: UUID
    level: Level

    def apply(self, aggregate: MeasurementFramework) -> None:
        link = Link(indicator_id=self.indicator_id, level=self.level)
        aggregate.links.setdefault(self.outcome_id, {})[self.indicator_id] = link


class IndicatorUnlinked(Event):
    """Why stands in the provenance."""

    TOPIC: ClassVar[str] = "measurement.indicator-unlinked"

    outcome_id: UUID
    indicator_id: UUID

    def apply(self, aggregate: MeasurementFramework) -> None:
        del aggregate.links[self.outcome_id][self.indicator_id]


class IndicatorUnlinkingProposed(Event):
    """The outcome was retired, and these still show something of it. People decide what becomes
    of the links."""

    TOPIC: ClassVar[str] = "measurement.indicator-unlinking-proposed"

    outcome_id: UUID
    indicators: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=500)]

    def apply(self, aggregate: MeasurementFramework) -> None:
        aggregate.retired.add(self.outcome_id)


class MeasurementGapFlagged(Event):
    """The latest one of an outcome holds; without a plan it does not carry an adoption."""

    TOPIC: ClassVar[str] = "measurement.measurement-gap-flagged"

    outcome_id: UUID
    gap: Gap

    def apply(self, aggregate: MeasurementFramework) -> None:
        aggregate.gaps[self.outcome_id] = self.gap


class FrameworkVersion(Event):
    """A version whole: what of each live outcome can be shown."""

    framework_version: int
    outcomes: Annotated[tuple[Covered, ...], Field(max_length=200)]
    decision_id: UUID | None = Field(None, exclude_if=absent)

    def apply(self, aggregate: MeasurementFramework) -> None:
        aggregate.framework_version = self.framework_version
        aggregate.adopted = self.outcomes


class MeasurementFrameworkAdopted(FrameworkVersion):
    TOPIC: ClassVar[str] = "measurement.measurement-framework-adopted"


class MeasurementFrameworkRevised(FrameworkVersion):
    TOPIC: ClassVar[str] = "measurement.measurement-framework-revised"
