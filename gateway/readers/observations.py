"""What we read in the facts of series and submissions."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from datetime import date
from typing import ClassVar
from uuid import UUID

from gateway.readers.reader import Part, Place, Reader


class Observed(Part, frozen=True):
    """A value for a period; without a value its status says why there is none."""

    start: date
    end: date
    period: str
    value: str | None = None
    status: str = "A"
    numerator: str | None = None
    denominator: str | None = None


class OfSeries(Reader, frozen=True):
    """Every fact of a series says which one it is, and which values it gives."""

    indicator_id: UUID
    definition_version: int
    place: Place
    dimensions: dict[str, str]

    @property
    def depends_on(self) -> UUID | None:
        """The submission on whose acceptance it depends; None where it counts at once."""
        return None

    @abstractmethod
    def values(self) -> Sequence[Observed]:
        """The values that this fact gives."""


class Submitted(OfSeries, frozen=True, kw_only=True):
    """It may have come with a submission."""

    submission_id: UUID | None = None

    @property
    def depends_on(self) -> UUID | None:
        return self.submission_id


class ObservationsRecorded(Submitted, frozen=True):
    FACT: ClassVar[str] = "measurement.observations-recorded"

    observations: tuple[Observed, ...]

    def values(self) -> Sequence[Observed]:
        return self.observations


class ObservationsCertified(ObservationsRecorded, frozen=True):
    """The same values once more: as they stand, they may be used outside."""

    FACT: ClassVar[str] = "measurement.observations-certified"


class ObservationCorrected(Submitted, frozen=True):
    """One value, which stands in the place of another."""

    FACT: ClassVar[str] = "measurement.observation-corrected"

    now: Observed

    def values(self) -> Sequence[Observed]:
        return (self.now,)


class ObservationStatusChanged(ObservationCorrected, frozen=True):
    FACT: ClassVar[str] = "measurement.observation-status-changed"


class ObservationDecertified(Submitted, frozen=True):
    FACT: ClassVar[str] = "measurement.observation-decertified"

    observation: Observed

    def values(self) -> Sequence[Observed]:
        return (self.observation,)


class ObservationDeduplicated(OfSeries, frozen=True):
    FACT: ClassVar[str] = "measurement.observation-deduplicated"

    now: Observed

    def values(self) -> Sequence[Observed]:
        return (self.now,)


class ObservationWithdrawn(OfSeries, frozen=True):
    """What stood stands no more: its row ends the one before it, and is never shown."""

    FACT: ClassVar[str] = "measurement.observation-withdrawn"

    was: Observed

    def values(self) -> Sequence[Observed]:
        return (self.was,)


class SubmissionAccepted(Reader, frozen=True):
    """From here on what the submission wrote counts; its id is the stream's."""

    FACT: ClassVar[str] = "measurement.submission-accepted"
