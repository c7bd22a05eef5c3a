"""What every use case of this service works with."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from infra.eventstore import Repository
from infra.kernel import Clock, NotFound
from infra.messaging.references import References
from services.activities.domain import Activity, Strategy


@dataclass(frozen=True)
class UseCases:
    repository: Repository
    references: References
    clock: Clock

    async def _require(self, kind: str, initiative_id: UUID, *ids: UUID | None) -> None:
        """Pass if the initiative has all of these, as last heard; None names nothing."""
        for id in dict.fromkeys(ids):
            if id is not None:
                await self.references.require(kind, id, initiative_id)

    async def _live(self, initiative_id: UUID) -> None:
        """Pass if there is such an initiative, and it is not closed, as last heard."""
        await self._require("initiative", initiative_id, initiative_id)

    async def _activity(self, id: UUID, initiative_id: UUID) -> Activity:
        """An activity of this initiative; one of another initiative is as good as none."""
        activity = await self.repository.get(Activity, id)
        if activity.initiative_id != initiative_id:
            raise NotFound(kind="activity of this initiative", id=id)
        return activity

    async def _strategies(self, initiative_id: UUID, *ids: UUID | None) -> None:
        """Pass if all of these are strategies of this initiative."""
        for id in dict.fromkeys(ids):
            if id is None:
                continue
            strategy = await self.repository.get(Strategy, id)
            if strategy.initiative_id != initiative_id:
                raise NotFound(kind="strategy of this initiative", id=id)
