"""How a checked file becomes lines: received, observations in chunks, accepted last.

Nothing of it counts before the acceptance, so other commands pass between the chunks, and a crash
at any moment leaves only lines that never count.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from infra.eventstore import AlreadyAnswered, Guards, Receipt, Repository
from infra.kernel import Act, Conflict
from infra.kernel.line import Draft
from infra.postgres import Unavailable
from services.measurement.application.interrupted import reject
from services.measurement.application.sheets import Pace, Sheet, observation, observations, pages
from services.measurement.domain import Series, Submission
from services.measurement.domain.submission_facts import Counts
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

    async def write(
        self, submission: Submission, sheets: Sequence[Sheet], counts: Counts, *, by: Act
    ) -> Receipt:
        """Write all of it; the caller's answer is kept with the acceptance."""
        by = replace(by, expected_version=None)
        quietly = replace(by, idempotency=None, answering=None)
        async with self.guards.holding(submission.id) as held:
            assert held, "nobody else knows this submission yet"
            await self.repository.save(quietly, submission)
            try:
                await self._append(submission.id, sheets, quietly)
                submission.validate((), blocked=0, unsound=0, counts=counts, rules=())
                submission.pass_by_itself()
                return await self.repository.save(by, submission)
            except BaseException as error:
                await asyncio.shield(self._give_up(submission.id, error))
                raise

    async def _append(self, id: UUID, sheets: Sequence[Sheet], by: Act) -> None:
        pace = Pace()
        chunk: list[Draft] = []
        letters = 0
        for page in pages(sheets):
            series = await self.many_series([sheet.id for sheet in page if sheet.version])
            for draft in self.repository.drafts(by, _changed(id, page, series)):
                chunk.append(draft)
                letters += len(draft.head)
                if len(chunk) == CHUNK_LINES or letters > CHUNK_LETTERS:
                    await self.repository.store.append_bulk(chunk)
                    chunk, letters = [], 0
                await pace.breathe()
        if chunk:
            await self.repository.store.append_bulk(chunk)

    async def _give_up(self, id: UUID, error: BaseException) -> None:
        overtaken = isinstance(error, Conflict | AlreadyAnswered)
        try:
            await reject(self.repository, id, "overtaken" if overtaken else "failed")
        except Unavailable:
            log.warning("submission %s stays open until the database is back", id)


def _changed(id: UUID, sheets: Sequence[Sheet], begun: Mapping[UUID, Series]) -> Iterator[Series]:
    """Each series with what this submission says in it, a part at a time where that is much."""
    for sheet in sheets:
        series = begun.get(sheet.id)
        if series is not None and series.version != sheet.version:
            raise Conflict(stream=sheet.id)
        for part in _parts(sheet.rows):
            if series is None:
                series = Series.begin(
                    submission_id=id, observations=observations(part), **sheet.identity()
                )
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
