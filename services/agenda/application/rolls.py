"""Who counts on a day: put together from the charter in force and the partnership."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from services.agenda.application.desk import Desk
from services.agenda.domain import GovernanceCharter, Partnership, Roll


class Rolls(Desk):
    async def roll(self, initiative_id: UUID, on: date) -> Roll:
        """Active partners, and the founding group while its mandate lasts."""
        charter = await self.peek(GovernanceCharter, initiative_id)
        partnership = await self.peek(Partnership, initiative_id)
        return roll_of(charter, partnership, on)


def roll_of(charter: GovernanceCharter, partnership: Partnership, on: date) -> Roll:
    """A founder's organisation that has left the partnership counts no more."""
    sectors = {one.organisation: one.sector for one in charter.founding_group(on)}
    for partner in partnership.partners.values():
        if partner.standing in ("withdrawn", "lapsed"):
            sectors.pop(partner.organisation, None)
    for partner in partnership.active():
        sectors[partner.organisation] = partner.sector or ""
    return Roll(sectors, charter.voices(on))
