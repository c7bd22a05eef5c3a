"""What policies ask of the agenda: nobody commands it, the domain decides whether it is called
for."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from infra.eventstore import Receipt, claimed
from infra.kernel import Act, Text
from services.agenda.application.cycles import Cycles
from services.agenda.application.proposals import Proposals
from services.agenda.domain import LearningCycle, Partnership, Proposal, TheoryOfChange
from services.agenda.domain.cycling import (
    ADAPTATION,
    CITED_IN_PACK,
    CYCLE,
    EvidencePackFrozen,
    cycles_of,
)
from services.agenda.domain.deciding import CITED
from services.agenda.domain.noticing import Kind
from services.agenda.domain.values import Citations, Cited, citing

AGENDA = "agenda"

Thing = tuple[str, object]
"""What may be cited: the service, and a line's sequence or a thing's id."""


def turned_away_in(period: UUID, organisation: UUID) -> str:
    """The kind of reference that holds the lines by which a provider was refused in a round."""
    return f"refused in {period} of {organisation}"


class Consequences(Proposals, Cycles):
    async def open_cycles(self, initiative_id: UUID) -> list[LearningCycle]:
        """The initiative's cycles that are not closed."""
        ids = await claimed(self.repository.store, CYCLE, cycles_of(initiative_id))
        found = await self.repository.find_many(LearningCycle, list(ids.values()))
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

    async def latest_under_way(self, initiative_id: UUID) -> LearningCycle | None:
        """The newest of the cycles that have begun and are not closed: one review is enough."""
        begun = [one for one in await self.open_cycles(initiative_id) if one.phase != "plan"]
        return max(begun, key=lambda cycle: cycle.number, default=None)

    async def turned_away(self, organisation: UUID, period: UUID, initiative: UUID) -> list[int]:
        """The lines by which this provider's submissions in a round were refused."""
        kind = turned_away_in(period, organisation)
        found = await self.references.standing(kind, initiative)
        return sorted(line.int for line in found)

    async def partner_struggles(
        self, organisation: UUID, *, text: Text, line: Cited, initiative_id: UUID, by: Act
    ) -> Receipt:
        """Somebody should help a partner."""
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.note_health(organisation=organisation, text=text, line=line)
        return await self.repository.save(by, partnership)

    async def adaptation_done(
        self, cycle_id: UUID, adaptation_id: UUID, *, line: Cited, by: Act
    ) -> Receipt:
        """What was decided was done, and there it can be seen."""
        cycle = await self.cycle(cycle_id)
        cycle.find_enacted(adaptation_id=adaptation_id, line=line)
        return await self.repository.save(by, cycle)

    async def to_be_reviewed(
        self, cycle_id: UUID, *, kind: Kind, text: Text, line: Cited, by: Act
    ) -> Receipt:
        """The next review looks at it."""
        cycle = await self.cycle(cycle_id)
        cycle.note(kind=kind, text=text, line=line)
        return await self.repository.save(by, cycle)

    async def theory_questioned(
        self, initiative_id: UUID, adaptation_id: UUID, *, what: Text, by: Act
    ) -> Receipt:
        """A learning cycle asks for the theory of change to be thought over."""
        theory = await self.rooted(TheoryOfChange, initiative_id)
        theory.request_revision(adaptation_id=adaptation_id, what=what)
        return await self.repository.save(by, theory)

    async def packs_citing(
        self, things: Iterable[Thing], before: Cited
    ) -> dict[UUID, list[EvidencePackFrozen]]:
        """By cycle: the evidence packs that cite one of these as it was before a line."""
        keys = [key.split("/") for key in await self._citing(CITED_IN_PACK, things)]
        ids = sorted({UUID(cycle) for cycle, _ in keys})
        cycles = await self.repository.find_many(LearningCycle, ids)
        found: dict[UUID, list[EvidencePackFrozen]] = {}
        for cycle, pack in ((UUID(cycle), UUID(pack)) for cycle, pack in keys):
            frozen = cycles[cycle].packs[pack]
            if frozen.cites.known_before(before):
                found.setdefault(cycle, []).append(frozen)
        return found

    async def decisions_citing(self, things: Iterable[Thing], before: Cited) -> list[UUID]:
        """The decisions that cite one of these as it was before a line, or a pack that does."""
        direct = [UUID(key) for key in await self._citing(CITED, things)]
        decided = await self.repository.find_many(Proposal, direct)
        found = {id for id, one in decided.items() if one.cites and one.cites.known_before(before)}
        for packs in (await self.packs_citing(things, before)).values():
            names = [(AGENDA, name) for pack in packs for name in (pack.pack_id, pack.sequence)]
            found.update(UUID(key) for key in await self._citing(CITED, names))
        return sorted(found)

    async def evidence_changed(
        self, proposal_id: UUID, *, cause: Cited, note: Text | None, by: Act
    ) -> Receipt:
        """What a decision stood on is another value now."""
        proposal = await self.proposal(proposal_id)
        proposal.flag_evidence(cause=cause, was=None, now=None, note=note)
        return await self.repository.save(by, proposal)

    async def pack_changed(
        self,
        cycle_id: UUID,
        pack_id: UUID,
        *,
        cause: Cited,
        note: Text | None,
        lines: tuple[int, ...],
        by: Act,
    ) -> Receipt:
        """What a pack froze is another value now."""
        cycle = await self.cycle(cycle_id)
        cycle.supersede(pack_id=pack_id, cause=cause, note=note, lines=lines)
        return await self.repository.save(by, cycle)

    async def _citing(self, kind: str, things: Iterable[Thing]) -> list[str]:
        """Who cites one of these, each once, in order."""
        found: set[str] = set()
        for source, thing in things:
            found |= (await claimed(self.repository.store, kind, citing(source, thing))).keys()
        return sorted(found)
