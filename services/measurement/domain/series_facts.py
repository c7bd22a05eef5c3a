"""What can happen in a series. Every fact says which series it is, so that each line can be read
by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate
from pydantic import Field

from infra.kernel import Created, Event, Text
from services.measurement.domain.values import Dimensions, Observation, Place, absent

if TYPE_CHECKING:
    from services.measurement.domain.series import Series


class OfSeries(Event):
    initiative_id: UUID
    indicator_id: UUID
    definition_version: int
    place: Place
    dimensions: Dimensions


class ObservationsRecorded(OfSeries, Created):
    """Values for one or more periods. They count once their submission is accepted."""

    TOPIC: ClassVar[str] = "measurement.observations-recorded"

    submission_id: UUID
    observations: tuple[Observation, ...]

    def mutate(self, aggregate: Any) -> Any:
        """The first fact of the stream begins the series; every later one continues it."""
        if aggregate is None:
            return super().mutate(None)
        return CanMutateAggregate.mutate(self, aggregate)

    def apply(self, aggregate: Series) -> None:
        aggregate.said.extend(Said(self.submission_id, now) for now in self.observations)


class ObservationCorrected(OfSeries):
    """One value takes the place of another. Reason and evidence stand in the provenance."""

    TOPIC: ClassVar[str] = "measurement.observation-corrected"

    submission_id: UUID | None = Field(None, exclude_if=absent)
    was: Observation
    now: Observation

    def apply(self, aggregate: Series) -> None:
        aggregate.said.append(Said(self.submission_id, self.now))


class ObservationDeduplicated(OfSeries):
    """Some were counted by more than one party; the value without the doubles takes its place."""

    TOPIC: ClassVar[str] = "measurement.observation-deduplicated"

    was: Observation
    now: Observation
    removed: int
    parties: tuple[UUID, ...]
    method: Text

    def apply(self, aggregate: Series) -> None:
        aggregate.said.append(Said(None, self.now))


class Said(NamedTuple):
    """An observation as one fact gave it, and the submission on whose acceptance it depends."""

    submission_id: UUID | None
    observation: Observation
    certified: bool = False
    withdrawn: bool = False
