"""How a checked file becomes lines: received, observations in chunks, findings, verdict last.

Nothing of it counts before the acceptance, so other commands pass between the chunks, and a crash
at any moment leaves only lines that never count.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from infra.eventstore import AlreadyAnswered, EventStore, Guards, Receipt, Repository
from infra.kernel import Act, Conflict
from infra.kernel.line import Draft
from infra.postgres import Unavailable
from services.measurement.application.checked import Checked
from services.measurement.application.examination import Examination
from services.measurement.application.interrupted import reject
from services.measurement.application.sheets import Pace, Sheet, observation, observations, pages
from services.measurement.domain import Series, Submission
from services.measurement.domain.submission_values import Counts
from services.measurement.domain.tidy import Row

CHUNK_LINES = 2_000
CHUNK_LETTERS = 8 * 1024 * 1024
PART_ROWS = 250

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Writing:
    repository: Repository
    guards: Guards
    many_series: Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, Series]]]

    async def write(self, submission: Submission, checked: Checked, *, by: Act) -> Receipt:
        """Write all of it; the caller's answer is kept with what becomes of it."""
        by = replace(by, expected_version=None)
        quietly = replace(by, idempotency=None, answering=None)
        async with self.guards.holding(submission.id) as held:
            assert held, "nobody else knows this submission yet"
            await self.repository.save(quietly, submission)
            try:
                await self._append(submission, checked, quietly)
                decide(submission, checked.validation, checked.counts)
                return await self.repository.save(by, submission)
            except BaseException as error:
                await asyncio.shield(self._give_up(submission.id, error))
                raise

    async def _append(self, submission: Submission, checked: Checked, by: Act) -> None:
        chunks = _Chunks(self.repository.store)
        writing = [sheet for sheet in checked.sheets if sheet.rows or sheet.changed]
        for page in pages(writing):
            series = await self.many_series([sheet.id for sheet in page if sheet.version])
            changed = _changed(submission.id, page, series)
            await chunks.take(self.repository.drafts(by, changed))
        noted = submission.note(checked.validation.questioned())
        await chunks.take(self.repository.drafts(by, noted))
        await chunks.end()

    async def _give_up(self, id: UUID, error: BaseException) -> None:
        overtaken = isinstance(error, Conflict | AlreadyAnswered)
        try:
            await reject(self.repository, id, "overtaken" if overtaken else "failed")
        except Unavailable:
            log.warning("submission %s stays open until the database is back", id)


class _Chunks:
    """Lines on their way: at most so many under one lock, and others are served between them."""

    def __init__(self, store: EventStore) -> None:
        self._store = store
        self._pace = Pace()
        self._lines: list[Draft] = []
        self._letters = 0

    async def take(self, drafts: Iterable[Draft]) -> None:
        for draft in drafts:
            self._lines.append(draft)
            self._letters += len(draft.head)
            if len(self._lines) == CHUNK_LINES or self._letters > CHUNK_LETTERS:
                await self.end()
            await self._pace.breathe()

    async def end(self) -> None:
        lines, self._lines, self._letters = self._lines, [], 0
        if lines:
            await self._store.append_bulk(lines)


def decide(submission: Submission, found: Examination, counts: Counts) -> None:
    """Say what was found; where nothing keeps it waiting, it is accepted at once."""
    submission.validate(
        blocked=len(found.blocked),
        unsound=len(found.unsound),
        counts=counts,
        rules=found.rules,
    )
    submission.pass_by_itself()


def _changed(id: UUID, sheets: Sequence[Sheet], begun: Mapping[UUID, Series]) -> Iterator[Series]:
    """Each series with what this submission says in it, a part at a time where that is much."""
    for sheet in sheets:
        series = begun.get(sheet.id)
        if series is not None and series.version != sheet.version:
            raise Conflict(stream=sheet.id)
        for part in _parts(sheet.rows):
            if series is None:
                series = sheet.begin(id, part)
            else:
                series.record(id, observations(part))
            yield series
        for part in _parts(sheet.changed):
            assert series is not None, "what changed was there before"
            for row in part:
                now = observation(row)
                series.correct(series.live[now.span].observation, now, submission_id=id)
            yield series


def _parts(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + PART_ROWS] for start in range(0, len(rows), PART_ROWS))
