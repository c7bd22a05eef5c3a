"""How a checked file becomes lines: received, observations in chunks, accepted last.

Nothing of it counts before the acceptance, so other commands pass between the chunks, and a crash
at any moment leaves only lines that never count.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from infra.eventstore import AlreadyAnswered, Guards, Receipt, Repository
from infra.kernel import Act, Conflict
from infra.kernel.line import Draft
from infra.postgres import Unavailable
from services.measurement.application.interrupted import reject
from services.measurement.application.sheets import Pace, Sheet, observation, observations
from services.measurement.domain import Series, Submission
from services.measurement.domain.submission import Counts

CHUNK_LINES = 2_000
CHUNK_LETTERS = 8 * 1024 * 1024

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Writing:
    repository: Repository
    guards: Guards

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
                submission.accept(counts)
                return await self.repository.save(by, submission)
            except BaseException as error:
                await asyncio.shield(self._give_up(submission.id, error))
                raise

    async def _append(self, id: UUID, sheets: Sequence[Sheet], by: Act) -> None:
        pace = Pace()
        chunk: list[Draft] = []
        letters = 0
        for draft in self.repository.drafts(by, _changed(id, sheets)):
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


def _changed(id: UUID, sheets: Sequence[Sheet]) -> Iterator[Series]:
    """Each series with what this submission says in it."""
    for sheet in sheets:
        if sheet.series is None:
            yield Series.begin(
                submission_id=id, observations=observations(sheet.rows), **sheet.identity()
            )
            continue
        if sheet.rows:
            sheet.series.record(id, observations(sheet.rows))
        live = sheet.series.live
        for row in sheet.changed:
            now = observation(row)
            sheet.series.correct(live[now.span].observation, now, submission_id=id)
        yield sheet.series
