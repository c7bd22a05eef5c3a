"""What is asked of releases when something that they hold was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.eventstore import Receipt, Repository, claimed
from infra.eventstore.store import BULK_LINES
from infra.kernel import Act, NotKnownHere
from infra.kernel.line import Line
from services.measurement.domain import FeedProfile, FeedRelease
from services.measurement.domain.feed_facts import current_of
from services.measurement.domain.feed_publication import own_position
from services.measurement.domain.feed_restating import Changed, touched
from services.measurement.domain.submission_facts import OPEN, REJECTED

MOST_AT_ONCE = 1_000
"""Lines by which one act may change values, but for what a submission brings."""


@dataclass(frozen=True)
class Restatements:
    repository: Repository

    async def releases_holding(self, changed: Line) -> list[FeedRelease]:
        """The releases that stand and hold what this line changed since, once the line counts."""
        if not await self._counts(changed):
            return []
        held = await claimed(self.repository.store, current_of(changed.partitionkey))
        found = await self.repository.find_many(FeedRelease, list(held.values()))
        return [
            one
            for one in found.values()
            if own_position(one.positions) < changed.sequence
            and await self._touched(one, [changed])
        ]

    async def overtaken(
        self, release_id: UUID, changed: Line, *, fact: str, by: Act
    ) -> Receipt | None:
        """Open the restatement of a release, for everything of it that the same act changed."""
        release = await self.repository.get(FeedRelease, release_id)
        act = await self._act(changed)
        release.overtake(
            cause=min(line.sequence for line in act),
            fact=fact,
            cells=await self._touched(release, act),
        )
        return await self.repository.save(by, release)

    async def _counts(self, changed: Line) -> bool:
        """A value of a submission under way does not count yet; of a rejected one, never."""
        named = changed.data.get("submission_id")
        if named is None:
            return True
        if await self.repository.store.holders(OPEN, [named]):
            raise NotKnownHere(kind="acceptance of submission", id=named)
        return not await self.repository.store.holders(REJECTED, [named])

    async def _act(self, changed: Line) -> list[Line]:
        """The lines of the same act that changed values: written at once, side by side."""
        reach = BULK_LINES if changed.data.get("submission_id") else MOST_AT_ONCE
        page = await self.repository.store.replay(
            after=max(changed.sequence - reach, 0), limit=2 * reach
        )
        lines = [Line.read(each.line) for each in page]
        return [line for line in lines if _act(line) == _act(changed)]

    async def _touched(self, release: FeedRelease, lines: Sequence[Line]) -> int:
        profile = await self.repository.get(FeedProfile, release.profile_id)
        changed = [Changed.of(line.data) for line in lines]
        return touched(release.cells, changed, profile.terms.places.wholes)


def _act(line: Line) -> tuple[str, str, datetime]:
    return line.type, line.correlationid, line.recordedtime
