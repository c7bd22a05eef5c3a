"""The read models as a question is put to them: whole, or not at all."""

from __future__ import annotations

from gateway.readmodels.cut import Cut, dated
from gateway.readmodels.projector import Projector
from infra.postgres import Pool, Unavailable


class StillBuilding(Unavailable):
    """A read model is being built from the journal."""


class ReadModels:
    """Hands out the pool that questions are asked with, once every model is complete."""

    def __init__(self, pool: Pool, projector: Projector) -> None:
        self.pool = pool
        self._projector = projector
        self._complete = False

    async def complete(self) -> None:
        """Refuse while a model lacks what the journal has, as a new one does after an update."""
        if not self._complete:
            if not await self._projector.complete(self.pool):
                raise StillBuilding("a read model is still being built")
            self._complete = True

    async def dated(self, cut: Cut) -> Cut:
        return await dated(self.pool, cut)
