"""What can happen to an observation once it stands: certified, doubted, renamed, withdrawn."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar, NamedTuple
from uuid import UUID

from pydantic import Field

from infra.kernel import Claim, Text
from infra.kernel.provenance import Code
from services.measurement.domain.series_facts import SUPERSEDED, Lines, OfSeries, Said
from services.measurement.domain.values import Observation, absent

if TYPE_CHECKING:
    from services.measurement.domain.series import Series


def certified_of(indicator_id: UUID) -> str:
    """Claims: the series of an indicator of which something was ever certified. Key: the series."""
    return f"certified-series/{indicator_id}"


class Anomaly(NamedTuple):
    """That a rule finds a value odd. It changes nothing of the value."""

    observation: Observation
    rule: str
    finding: str


class ObservationsCertified(OfSeries):
    """A steward says that these values, exactly as they stand, may be used outside. All of them
    came with one submission; without one a correction or de-duplication brought them."""

    TOPIC: ClassVar[str] = "measurement.observations-certified"

    submission_id: UUID | None = Field(None, exclude_if=absent)
    observations: tuple[Observation, ...]

    def claims(self) -> Iterable[Claim]:
        yield self._certified

    def releases(self) -> Iterable[Claim]:
        """Given back and taken again: whoever certifies a series anew may hold it already."""
        yield self._certified

    @property
    def _certified(self) -> Claim:
        return Claim(certified_of(self.indicator_id), str(self.originator_id))

    def apply(self, aggregate: Series) -> None:
        aggregate.said.extend(
            Said(self.submission_id, now, certified=True, line=self.sequence)
            for now in self.observations
        )


class ObservationDecertified(OfSeries):
    """The value stands, but is not to be used outside. Why stands in the provenance."""

    TOPIC: ClassVar[str] = "measurement.observation-decertified"

    submission_id: UUID | None = Field(None, exclude_if=absent)
    observation: Observation
    supersedes: Lines = SUPERSEDED

    def apply(self, aggregate: Series) -> None:
        aggregate.said.append(Said(self.submission_id, self.observation, line=self.sequence))


class ObservationStatusChanged(OfSeries):
    """The same value under another SDMX OBS_STATUS, such as provisional; it is uncertified, for
    what was certified said something else."""

    TOPIC: ClassVar[str] = "measurement.observation-status-changed"

    submission_id: UUID | None = Field(None, exclude_if=absent)
    was: Observation
    now: Observation

    def apply(self, aggregate: Series) -> None:
        aggregate.said.append(Said(self.submission_id, self.now, line=self.sequence))


class ObservationWithdrawn(OfSeries):
    """Nothing stands for the period any more. Why stands in the provenance."""

    TOPIC: ClassVar[str] = "measurement.observation-withdrawn"

    was: Observation
    supersedes: Lines = SUPERSEDED

    def apply(self, aggregate: Series) -> None:
        aggregate.said.append(Said(None, self.was, withdrawn=True, line=self.sequence))


class AnomalyFlagged(OfSeries):
    """A rule finds the value odd; somebody looks at it."""

    TOPIC: ClassVar[str] = "measurement.anomaly-flagged"

    observation: Observation
    rule: Code
    finding: Text

    def apply(self, aggregate: Series) -> None:
        aggregate.anomalies.append(Anomaly(self.observation, self.rule, self.finding))
