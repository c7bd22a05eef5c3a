"""The read models as a question is put to them: whole, or not at all."""

from __future__ import annotations

from gateway.readmodels.cut import Cut, dated
from gateway.readmodels.projector import Digest, Projector
from infra.postgres import Pool, Unavailable


class StillBuilding(Unavailable):
    """A read model is being built from the journal."""


class ReadModels:
    """Hands out the pool that questions are asked with, once every model is complete."""

    def __init__(self, pool: Pool, projector: Projector) -> None:
        self.pool = pool
        self._projector = projector
        self._complete = False
        self._dated: tuple[Cut | None, Cut | None] = (None, None)

    async def complete(self) -> None:
        """Refuse while a model lacks what the journal has, as a new one does after an update."""
        if not self._complete:
            if not await self._projector.complete(self.pool):
                raise StillBuilding("a read model is still being built")
            self._complete = True

    async def dated(self, cut: Cut) -> Cut:
        """The cut with its instant. Most ask for now, which often is what it was just before."""
        asked, known = self._dated
        if known is None or asked != cut:
            known = await dated(self.pool, cut)
            self._dated = (cut, known)
        return known

    async def digest(self, name: str, cut: Cut) -> Digest:
        """What a model holds of the lines within the cut."""
        return await self._projector.digest(self.pool, name, cut.sequences)
