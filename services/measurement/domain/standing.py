"""What stands in a series: the latest that was said of each period and counts."""

from __future__ import annotations

from itertools import islice, takewhile
from typing import Any
from uuid import UUID

from infra.kernel import Aggregate, StateForbids
from services.measurement.domain.series_facts import MOST_LINES, OfSeries, Said
from services.measurement.domain.values import Observation, Place, Span, Stated


class PeriodPending(StateForbids):
    """{period} belongs to the submission {submission_id}, which is not decided yet; repeat the
    request when it has been accepted, rejected or withdrawn."""


class Standing(Aggregate):
    """A series as far as it is folded from what was said."""

    indicator_id: UUID
    definition_version: int
    place: Place
    dimensions: dict[str, str]
    said: list[Said]

    def settle(self, *, open: frozenset[UUID], rejected: frozenset[UUID]) -> None:
        """Say which submissions are not decided yet, and which never counted."""
        self.open, self.rejected = open, rejected
        self._live: dict[Span, Said] = {}
        self._pending: dict[Span, UUID] = {}
        self._spoken: dict[Span, list[Said]] = {}
        self._folded_to = 0

    def hold(self, submission_id: UUID) -> None:
        """Learn that this submission is not decided yet."""
        self.settle(open=self.open | {submission_id}, rejected=self.rejected)

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
        """The periods that a submission holds which is not decided yet."""
        return self._folded()[1]

    def _folded(self) -> tuple[dict[Span, Said], dict[Span, UUID]]:
        """Each thing that was said is looked at once, however often one asks."""
        for said in self.said[self._folded_to :]:
            if said.submission_id is not None and said.submission_id in self.open:
                self._pending[said.observation.span] = said.submission_id
            elif said.submission_id not in self.rejected:
                self._live[said.observation.span] = said
                self._spoken.setdefault(said.observation.span, []).append(said)
                if said.withdrawn:
                    del self._live[said.observation.span]
        self._folded_to = len(self.said)
        return self._live, self._pending

    def lines_saying(self, present: Observation) -> tuple[int, ...]:
        """The latest lines that said the value which stands: recorded, certified and so on."""
        self._folded()
        spoken = reversed(self._spoken.get(present.span, ()))
        same = takewhile(lambda said: said.observation == present, spoken)
        lines = (said.line for said in same if said.line)
        return tuple(sorted(islice(lines, MOST_LINES)))

    def refuse_pending(self, given: Stated) -> None:
        """Refuse a period that a submission holds."""
        holder = self.pending.get(given.span)
        if holder is not None:
            raise PeriodPending(period=given.period, submission_id=holder)

    def tell(self, fact: type[OfSeries], **fields: Any) -> None:
        """Trigger a fact with the identity of the series, which each of them says."""
        self.trigger_event(
            fact,
            initiative_id=self.initiative_id,
            indicator_id=self.indicator_id,
            definition_version=self.definition_version,
            place=self.place,
            dimensions=self.dimensions,
            **fields,
        )
