"""Whether a partner may need help: what was noted of it, for the backbone to see."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from infra.kernel import Aggregate, Event, StateForbids, Text
from services.agenda.domain.partner import HealthNote, Partner
from services.agenda.domain.values import Cited


class NoActivePartner(StateForbids):
    """No active partner is the organisation {organisation}; there is nobody to help."""


class HealthNotedAlready(StateForbids):
    """That was noted of the partner {partner} already."""


class PartnerHealthNoted(Event):
    """The backbone should see whether this partner needs help."""

    TOPIC: ClassVar[str] = "agenda.partner-health-noted"

    partner_id: UUID
    organisation: UUID
    text: Text
    line: Cited

    def apply(self, aggregate: Any) -> None:
        known = aggregate.partners[self.partner_id].health
        aggregate.change(self.partner_id, health=(*known, HealthNote(self.text, self.line)))


class PartnerHealth(Aggregate):
    """A partnership, as far as partners may need help."""

    partners: dict[UUID, Partner]

    def note_health(self, *, organisation: UUID, text: Text, line: Cited) -> None:
        """Let the backbone see it, once for each line."""
        for partner in self.partners.values():
            if (partner.organisation, partner.standing) == (organisation, "active"):
                break
        else:
            raise NoActivePartner(organisation=organisation)
        if line.key in {note.line.key for note in partner.health}:
            raise HealthNotedAlready(partner=partner.partner_id)
        self.trigger_event(
            PartnerHealthNoted,
            partner_id=partner.partner_id,
            organisation=organisation,
            text=text,
            line=line,
        )
