"""Use cases of reinforcements: typed links between activities."""

from __future__ import annotations

from uuid import UUID

from infra.eventstore import Receipt, claimed
from infra.kernel import Act, ClaimTaken, Conflict
from services.activities.application.commands_of_partners import (
    ClaimReinforcement,
    ConfirmReinforcement,
    DisputeReinforcement,
    DissolveReinforcement,
    FlagDuplication,
    ObserveReinforcement,
)
from services.activities.application.use_cases import UseCases
from services.activities.domain import Activity, Reinforcement
from services.activities.domain.reinforcement import (
    PREREQUISITE,
    REINFORCEMENT,
    PrerequisitesInACircle,
    links_from,
    prerequisites_of,
)

"""So many links of one kind may leave one activity before the rest is read as another page."""


class Reinforcements(UseCases):
    async def claim_reinforcement(
        self, initiative_id: UUID, *, command: ClaimReinforcement, by: Act
    ) -> Receipt:
        """One lead says how one activity strengthens another; the other lead answers."""
        await self._live(initiative_id)
        origin = await self._activity(command.from_activity, initiative_id)
        target = await self._activity(command.to_activity, initiative_id)
        ordinal = None
        if command.kind == PREREQUISITE:
            ordinal = await self._next_prerequisite(initiative_id)
            await self._refuse_circle(origin.id, target.id)
        link = Reinforcement.claim(
            initiative_id=initiative_id,
            from_activity=origin.id,
            to_activity=target.id,
            kind=command.kind,
            how=command.how,
            claimed_by=by.provenance.party,
            leads=(origin.lead, target.lead),
            ordinal=ordinal,
        )
        try:
            return await self.repository.save(by, link)
        except ClaimTaken as taken:
            if taken.details["kind"] == prerequisites_of(initiative_id):
                raise Conflict(stream="the prerequisites of this initiative") from taken
            raise

    async def confirm_reinforcement(
        self, reinforcement_id: UUID, *, command: ConfirmReinforcement, by: Act
    ) -> Receipt:
        """The other lead agrees."""
        link = await self.repository.get(Reinforcement, reinforcement_id)
        other_lead = await self._other_lead(link)
        link.confirm(partner_id=by.provenance.party, other_lead=other_lead)
        return await self.repository.save(by, link)

    async def dispute_reinforcement(
        self, reinforcement_id: UUID, *, command: DisputeReinforcement, by: Act
    ) -> Receipt:
        """The other lead sees it differently, and says why."""
        link = await self.repository.get(Reinforcement, reinforcement_id)
        link.dispute(
            partner_id=by.provenance.party,
            other_lead=await self._other_lead(link),
            because=command.because,
        )
        return await self.repository.save(by, link)

    async def observe_reinforcement(
        self, reinforcement_id: UUID, *, command: ObserveReinforcement, by: Act
    ) -> Receipt:
        """Somebody saw it happen."""
        link = await self.repository.get(Reinforcement, reinforcement_id)
        link.observe(command.what)
        return await self.repository.save(by, link)

    async def flag_duplication(
        self, reinforcement_id: UUID, *, command: FlagDuplication, by: Act
    ) -> Receipt:
        """The two activities do the same work twice."""
        link = await self.repository.get(Reinforcement, reinforcement_id)
        link.flag_duplicate(command.what)
        return await self.repository.save(by, link)

    async def dissolve_reinforcement(
        self, reinforcement_id: UUID, *, command: DissolveReinforcement, by: Act
    ) -> Receipt:
        """The link is there no longer. Takes a reason."""
        command.require_reason()
        link = await self.repository.get(Reinforcement, reinforcement_id)
        link.dissolve()
        return await self.repository.save(by, link)

    async def _other_lead(self, link: Reinforcement) -> UUID | None:
        return (await self.repository.get(Activity, link.answered_from)).lead

    async def _next_prerequisite(self, initiative_id: UUID) -> int:
        """The number after the last; asked for before the circle is looked for, so that whoever
        claims another one meanwhile takes it away, and this is decided anew."""
        numbers = await claimed(self.repository.store, prerequisites_of(initiative_id))
        return max(map(int, numbers), default=0) + 1

    async def _refuse_circle(self, origin: UUID, target: UUID) -> None:
        """Follow the live prerequisites from the target on: the origin must not come up."""
        ahead, seen = [target], {target}
        while ahead:
            for following in await self._prerequisites(ahead.pop()):
                if following == origin:
                    raise PrerequisitesInACircle(from_activity=origin, to_activity=target)
                if following not in seen:
                    seen.add(following)
                    ahead.append(following)

    async def _prerequisites(self, activity_id: UUID) -> list[UUID]:
        """What this activity is a prerequisite of."""
        key = links_from(activity_id, PREREQUISITE)
        return list(map(UUID, await claimed(self.repository.store, REINFORCEMENT, key)))
