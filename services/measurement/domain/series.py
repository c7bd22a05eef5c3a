"""A series: the observations of one indicator definition, one place and one stratum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal
from uuid import UUID

from eventsourcing.domain import event

from infra.kernel import Aggregate, RuleForbids, StateForbids
from services.measurement.domain.series_facts import (
    ObservationCorrected,
    ObservationDeduplicated,
    ObservationsRecorded,
    OfSeries,
    Said,
)
from services.measurement.domain.soundness import lines_of, refuse_wrong_sum, shown, sound
from services.measurement.domain.values import Amount, Observation, Place, Span, series_id


class PeriodAlreadyObserved(StateForbids):
    """{period} already has an observation in this series; correct it instead."""


class PeriodPending(StateForbids):
    """{period} belongs to the submission {submission_id}, which is still being written; repeat
    the request when it has been accepted or rejected."""


class NothingToCorrect(StateForbids):
    """{period} has no observation in this series; record one first."""


class ValueIsAnother(StateForbids):
    """{period} stands at {present}, not at {stated}: read the series again, and correct that."""


class NothingChanges(RuleForbids):
    """{period} says that already; a correction changes something."""


Verdict = Literal["new", "unchanged", "changed", "pending"]


class Series(Aggregate):
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

    def settle(self, *, open: frozenset[UUID], rejected: frozenset[UUID]) -> None:
        """Say which submissions are still being written, and which never counted."""
        self.open, self.rejected = open, rejected
        self._live: dict[Span, Said] = {}
        self._pending: dict[Span, UUID] = {}
        self._folded_to = 0

    @property
    def submissions(self) -> frozenset[UUID]:
        """The submissions on which something said here depends."""
        return frozenset(said.submission_id for said in self.said if said.submission_id)

    @property
    def live(self) -> dict[Span, Said]:
        """What stands for each period, by what has been accepted."""
        return self._folded()[0]

    @property
    def pending(self) -> dict[Span, UUID]:
        """The periods that a submission holds which is still being written."""
        return self._folded()[1]

    def _folded(self) -> tuple[dict[Span, Said], dict[Span, UUID]]:
        """Each thing that was said is looked at once, however often one asks."""
        for said in self.said[self._folded_to :]:
            if said.submission_id is not None and said.submission_id in self.open:
                self._pending[said.observation.span] = said.submission_id
            elif said.submission_id not in self.rejected:
                self._live[said.observation.span] = said
        self._folded_to = len(self.said)
        return self._live, self._pending

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
            self._refuse_pending(given)
            if given.span in live:
                raise PeriodAlreadyObserved(period=given.period)
        self._more(submission_id, observations)

    def correct(self, was: Amount, now: Observation, *, submission_id: UUID | None = None) -> None:
        """Replace a value, stating the one that is replaced."""
        sound([now])
        present = self._standing(was, now)
        if present.says(now):
            raise NothingChanges(period=now.period)
        self._trigger(ObservationCorrected, submission_id=submission_id, was=present, now=now)

    def deduplicate(
        self, was: Amount, now: Observation, *, removed: int, parties: Sequence[UUID], method: str
    ) -> None:
        """Take out those whom several parties counted."""
        sound([now])
        present = self._standing(was, now)
        refuse_wrong_sum(present, now, removed)
        parties = tuple(parties)
        self._trigger(
            ObservationDeduplicated,
            was=present,
            now=now,
            removed=removed,
            parties=parties,
            method=method,
        )

    def _standing(self, was: Amount, now: Observation) -> Observation:
        self._refuse_pending(now)
        known = self.live.get(now.span)
        if known is None:
            raise NothingToCorrect(period=now.period)
        if not known.observation.says(was):
            raise ValueIsAnother(
                period=now.period, present=shown(known.observation), stated=shown(was)
            )
        return known.observation

    def _refuse_pending(self, given: Observation) -> None:
        holder = self.pending.get(given.span)
        if holder is not None:
            raise PeriodPending(period=given.period, submission_id=holder)

    def _more(self, submission_id: UUID, observations: Sequence[Observation]) -> None:
        for part in lines_of(observations):
            self._trigger(
                ObservationsRecorded,
                submission_id=submission_id,
                observations=part,
                originator_topic=self.TOPIC,
            )

    def _trigger(self, fact: type[OfSeries], **fields: Any) -> None:
        self.trigger_event(
            fact,
            initiative_id=self.initiative_id,
            indicator_id=self.indicator_id,
            definition_version=self.definition_version,
            place=self.place,
            dimensions=self.dimensions,
            **fields,
        )
