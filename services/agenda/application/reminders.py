"""What the timers ask: each finds that something promised did not happen in time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from infra.kernel import Act
from services.agenda.application.desk import Desk
from services.agenda.domain import (
    Backbone,
    Communication,
    Engagement,
    GovernanceCharter,
    Partnership,
    ReadinessAssessment,
)


class Reminders(Desk):
    """Refused by the domain where nothing is owed any more; nobody is told of that."""

    async def feedback_due(self, engagement_id: UUID, *, due: datetime, by: Act) -> None:
        """An answer to an engagement was promised until now."""
        engagement = await self.repository.get(Engagement, engagement_id)
        await self.initiative(engagement.initiative_id)
        engagement.find_overdue(at=due)
        await self.repository.save(by, engagement)

    async def update_due(
        self, initiative_id: UUID, audience: str, channel: str, *, due: datetime, by: Act
    ) -> None:
        """An audience was promised to hear something until now."""
        communication = await self.rooted(Communication, initiative_id)
        charter = await self.peek(GovernanceCharter, initiative_id)
        communication.find_missed(
            audience=audience,
            channel=channel,
            due=due,
            charter_version=charter.charter_version,
            cadences=charter.in_force().cadences,
        )
        await self.repository.save(by, communication)

    async def agreement_over(
        self, initiative_id: UUID, partner_id: UUID, *, due: datetime, by: Act
    ) -> None:
        """The last day of a partner's agreement has passed."""
        partnership = await self.rooted(Partnership, initiative_id)
        partnership.lapse(partner_id=partner_id, on=due.date())
        await self.repository.save(by, partnership)

    async def funding_ending(
        self, initiative_id: UUID, appointment_id: UUID, *, due: datetime, by: Act
    ) -> None:
        """So long before its end a backbone's funding is to be looked after."""
        backbone = await self.rooted(Backbone, initiative_id)
        backbone.find_gap(appointment_id=appointment_id, at=due)
        await self.repository.save(by, backbone)

    async def reassessment_due(self, assessment_id: UUID, *, due: datetime, by: Act) -> None:
        """The day has come to assess readiness again."""
        assessment = await self.repository.get(ReadinessAssessment, assessment_id)
        await self.initiative(assessment.initiative_id)
        assessment.fall_due(today=due.date())
        await self.repository.save(by, assessment)
