"""What we read in the facts of series and submissions."""

from __future__ import annotations

from abc import abstractmethod
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


class Submitted(OfSeries):
    """It may have come with a submission."""

    submission_id: UUID | None = None

    @property
    def depends_on(self) -> UUID | None:
        return self.submission_id


class Several(Submitted):
    observations: tuple[Observed, ...]

    def values(self) -> Sequence[Observed]:
        return self.observations


class Now(OfSeries):
    """One value, which stands in the place of another."""

    now: Observed

    def values(self) -> Sequence[Observed]:
        return (self.now,)


class ObservationsRecorded(Several):
    FACT: ClassVar[str] = "measurement.observations-recorded"


class ObservationCorrected(Now, Submitted):
    FACT: ClassVar[str] = "measurement.observation-corrected"


class ObservationDeduplicated(Now):
    FACT: ClassVar[str] = "measurement.observation-deduplicated"


class ObservationsCertified(Several):
    """The same values once more: as they stand, they may be used outside."""

    FACT: ClassVar[str] = "measurement.observations-certified"


class ObservationDecertified(Submitted):
    FACT: ClassVar[str] = "measurement.observation-decertified"

    observation: Observed

    def values(self) -> Sequence[Observed]:
        return (self.observation,)


class ObservationStatusChanged(Now, Submitted):
    FACT: ClassVar[str] = "measurement.observation-status-changed"


class ObservationWithdrawn(OfSeries):
    """What stood stands no more: its row ends the one before it, and is never shown."""

    FACT: ClassVar[str] = "measurement.observation-withdrawn"

    was: Observed

    def values(self) -> Sequence[Observed]:
        return (self.was,)


class SubmissionAccepted(Reader):
    """From here on what the submission wrote counts; its id is the stream's."""

    FACT: ClassVar[str] = "measurement.submission-accepted"
