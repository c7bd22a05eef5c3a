"""What we read in the facts of series and submissions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from gateway.readers.reader import Part, Place, Reader


class Observed(Part):
    """A value for a period; without a value its status says why there is none."""

    start: date
    end: date
    period: str
    value: str | None = None
    status: str = "A"
    numerator: str | None = None
    denominator: str | None = None


class OfSeries(Reader):
    """Every fact of a series says which one it is."""

    indicator_id: UUID
    definition_version: int
    place: Place
    dimensions: dict[str, str]

    @property
    def depends_on(self) -> UUID | None:
        """The submission on whose acceptance it depends; None where it counts at once."""
        return None

    def values(self) -> Sequence[Observed]:
        """The values that this fact gives."""
        raise NotImplementedError


class ObservationsRecorded(OfSeries):
    FACT: ClassVar[str] = "measurement.observations-recorded"

    submission_id: UUID | None
    observations: tuple[Observed, ...]

    @property
    def depends_on(self) -> UUID | None:
        return self.submission_id

    def values(self) -> Sequence[Observed]:
        return self.observations


class ObservationCorrected(OfSeries):
    FACT: ClassVar[str] = "measurement.observation-corrected"

    submission_id: UUID | None = None
    now: Observed

    @property
    def depends_on(self) -> UUID | None:
        return self.submission_id

    def values(self) -> Sequence[Observed]:
        return (self.now,)


class ObservationDeduplicated(OfSeries):
    FACT: ClassVar[str] = "measurement.observation-deduplicated"

    now: Observed

    def values(self) -> Sequence[Observed]:
        return (self.now,)


class ObservationsCertified(OfSeries):
    """The same values once more: as they stand, they may be used outside."""

    FACT: ClassVar[str] = "measurement.observations-certified"

    submission_id: UUID | None = None
    observations: tuple[Observed, ...]

    @property
    def depends_on(self) -> UUID | None:
        return self.submission_id

    def values(self) -> Sequence[Observed]:
        return self.observations


class ObservationDecertified(OfSeries):
    FACT: ClassVar[str] = "measurement.observation-decertified"

    submission_id: UUID | None = None
    observation: Observed

    @property
    def depends_on(self) -> UUID | None:
        return self.submission_id

    def values(self) -> Sequence[Observed]:
        return (self.observation,)


class ObservationStatusChanged(OfSeries):
    FACT: ClassVar[str] = "measurement.observation-status-changed"

    submission_id: UUID | None = None
    now: Observed

    @property
    def depends_on(self) -> UUID | None:
        return self.submission_id

    def values(self) -> Sequence[Observed]:
        return (self.now,)


class ObservationWithdrawn(OfSeries):
    """What stood stands no more: its row ends the one before it, and is never shown."""

    FACT: ClassVar[str] = "measurement.observation-withdrawn"

    was: Observed

    def values(self) -> Sequence[Observed]:
        return (self.was,)


class SubmissionAccepted(Reader):
    """From here on what the submission wrote counts; its id is the stream's."""

    FACT: ClassVar[str] = "measurement.submission-accepted"
