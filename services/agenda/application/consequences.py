"""What policies ask of the agenda: nobody commands it, the domain decides whether it is called
for."""

from __future__ import annotations

from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act, Text
from services.agenda.application.cycles import Cycles
from services.agenda.domain import LearningCycle
from services.agenda.domain.cycling import ADAPTATION, CYCLE, cycles_of
from services.agenda.domain.values import Citations, Cited

MOST_CYCLES = 500


class Consequences(Cycles):
    async def open_cycles(self, initiative_id: UUID) -> list[LearningCycle]:
        """The initiative's cycles that are not closed."""
        prefix = cycles_of(initiative_id)
        page = await self.repository.store.held(CYCLE, after=prefix, limit=MOST_CYCLES)
        ids = [id for key, id in page.items() if key.startswith(prefix)]
        found = await self.repository.find_many(LearningCycle, ids)
        return [cycle for cycle in found.values() if cycle.phase != "closed"]

    async def cycle_of(self, adaptation_id: UUID) -> UUID | None:
        """The cycle that decided this adaptation."""
        holders = await self.repository.store.holders(ADAPTATION, [str(adaptation_id)])
        return holders.get(str(adaptation_id))

    async def review_called_for(
        self, cycle_id: UUID, *, cause: Text, line: Cited, by: Act
    ) -> Receipt:
        """Something happened that the plan did not reckon with."""
        cycle = await self.cycle(cycle_id)
        cites = Citations(known_at=f"{line.source}:{line.sequence}", refs=(line,))
        cycle.trigger_review(cause=cause, cites=cites)
        return await self.repository.save(by, cycle)

    async def adaptation_done(
        self, cycle_id: UUID, adaptation_id: UUID, *, line: Cited, by: Act
    ) -> Receipt:
        """What was decided was done, and there it can be seen."""
        cycle = await self.cycle(cycle_id)
        cycle.confirm_adaptation(adaptation_id=adaptation_id, done=(line,), note=None)
        return await self.repository.save(by, cycle)
