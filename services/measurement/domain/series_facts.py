"""What can happen in a series. Every fact says which series it is, so that each line can be read
by itself."""

from __future__ import annotations

from operator import not_
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, NamedTuple
from uuid import UUID

from eventsourcing.domain import CanMutateAggregate
from pydantic import Field

from infra.kernel import Created, Event, Text
from services.measurement.domain.values import Dimensions, Observation, Place, absent

if TYPE_CHECKING:
    from services.measurement.domain.series import Series


MOST_LINES = 20
Lines = Annotated[tuple[int, ...], Field(max_length=MOST_LINES)]
SUPERSEDED = Field((), exclude_if=not_, description="The lines that said the value which goes.")


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
        aggregate.said.extend(
            Said(self.submission_id, now, line=self.sequence) for now in self.observations
        )


class ObservationCorrected(OfSeries):
    """One value takes the place of another. Reason and evidence stand in the provenance."""

    TOPIC: ClassVar[str] = "measurement.observation-corrected"

    submission_id: UUID | None = Field(None, exclude_if=absent)
    was: Observation
    now: Observation
    supersedes: Lines = SUPERSEDED

    def apply(self, aggregate: Series) -> None:
        aggregate.said.append(Said(self.submission_id, self.now, line=self.sequence))


class ObservationDeduplicated(OfSeries):
    """Some were counted by more than one party; the value without the doubles takes its place."""

    TOPIC: ClassVar[str] = "measurement.observation-deduplicated"

    was: Observation
    now: Observation
    removed: int
    parties: tuple[UUID, ...]
    method: Text
    supersedes: Lines = SUPERSEDED

    def apply(self, aggregate: Series) -> None:
        aggregate.said.append(Said(None, self.now, line=self.sequence))


class Said(NamedTuple):
    """An observation as one fact gave it, and the submission on whose acceptance it depends."""

    submission_id: UUID | None
    observation: Observation
    certified: bool = False
    withdrawn: bool = False
    line: int = 0
    """Where in the log it was said."""
