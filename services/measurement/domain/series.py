"""A series: the observations of one indicator definition, one place and one stratum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import RuleForbids, StateForbids
from services.measurement.domain.certification_facts import Anomaly
from services.measurement.domain.certifying import Certifying
from services.measurement.domain.series_facts import (
    ObservationCorrected,
    ObservationDeduplicated,
    ObservationsRecorded,
    Said,
)
from services.measurement.domain.signals import Signalling
from services.measurement.domain.soundness import lines_of, refuse_wrong_sum, shown, sound
from services.measurement.domain.values import Amount, Observation, Place, series_id


class PeriodAlreadyObserved(StateForbids):
    """{period} already has an observation in this series; correct it instead."""


class NothingToCorrect(StateForbids):
    """{period} has no observation in this series; record one first."""


class ValueIsAnother(StateForbids):
    """{period} stands at {present}, not at {stated}: read the series again, and correct that."""


class NothingChanges(RuleForbids):
    """{period} says that already; a correction changes something."""


Verdict = Literal["new", "unchanged", "changed", "pending"]


class Series(Certifying, Signalling):
    TOPIC = "measurement.series"

    @event(ObservationsRecorded)
    def __init__(
        self,
        initiative_id: UUID,
        indicator_id: UUID,
        definition_version: int,
        place: Place,
        dimensions: dict[str, str],
        submission_id: UUID,
        observations: tuple[Observation, ...],
    ) -> None:
        self.initiative_id = initiative_id
        self.indicator_id = indicator_id
        self.definition_version = definition_version
        self.place = place
        self.dimensions = dimensions
        self.said: list[Said] = []
        self.anomalies: list[Anomaly] = []
        self.signals: set[str] = set()
        self.settle(open=frozenset(), rejected=frozenset())

    @staticmethod
    def create_id(
        indicator_id: UUID, definition_version: int, place: Place, dimensions: dict[str, str]
    ) -> UUID:
        return series_id(indicator_id, definition_version, place, dimensions)

    @classmethod
    def begin(
        cls, *, submission_id: UUID, observations: Sequence[Observation], **of: Any
    ) -> Series:
        """The series with its first observations."""
        first = next(lines_of(sound(observations)))
        series = cls(submission_id=submission_id, observations=first, **of)
        series._more(submission_id, observations[len(first) :])
        return series

    def verdict(self, given: Observation) -> Verdict:
        """What this would be here."""
        known = self.live.get(given.span)
        if given.span in self.pending:
            return "pending"
        if known is None:
            return "new"
        return "unchanged" if known.observation.says(given) else "changed"

    def record(self, submission_id: UUID, observations: Sequence[Observation]) -> None:
        """Give values to periods that have none."""
        live = self.live
        for given in sound(observations):
            self.refuse_pending(given)
            if given.span in live:
                raise PeriodAlreadyObserved(period=given.period)
        self._more(submission_id, observations)

    def correct(self, was: Amount, now: Observation, *, submission_id: UUID | None = None) -> None:
        """Replace a value, stating the one that is replaced."""
        sound([now])
        present = self._standing(was, now)
        if present.says(now):
            raise NothingChanges(period=now.period)
        self.tell(
            ObservationCorrected,
            submission_id=submission_id,
            was=present,
            now=now,
            supersedes=self.lines_saying(present),
        )

    def deduplicate(
        self, was: Amount, now: Observation, *, removed: int, parties: Sequence[UUID], method: str
    ) -> None:
        """Take out those whom several parties counted."""
        sound([now])
        present = self._standing(was, now)
        refuse_wrong_sum(present, now, removed)
        parties = tuple(parties)
        self.tell(
            ObservationDeduplicated,
            was=present,
            now=now,
            removed=removed,
            parties=parties,
            method=method,
            supersedes=self.lines_saying(present),
        )

    def _standing(self, was: Amount, now: Observation) -> Observation:
        self.refuse_pending(now)
        known = self.live.get(now.span)
        if known is None:
            raise NothingToCorrect(period=now.period)
        if not known.observation.says(was):
            raise ValueIsAnother(
                period=now.period, present=shown(known.observation), stated=shown(was)
            )
        return known.observation

    def _more(self, submission_id: UUID, observations: Sequence[Observation]) -> None:
        for part in lines_of(observations):
            self.tell(
                ObservationsRecorded,
                submission_id=submission_id,
                observations=part,
                originator_topic=self.TOPIC,
            )
