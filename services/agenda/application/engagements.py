"""What is asked of an engagement, and of continuous communication."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Day, Text, Title, uuid7
from infra.kernel.provenance import Code
from services.agenda.application.desk import Desk, said
from services.agenda.domain import Communication, Engagement, GovernanceCharter
from services.agenda.domain.communication import Audiences
from services.agenda.domain.engaging import Groups, Responses


class PlanEngagement(Command):
    title: Title
    level: Code = Field(description="A code of /v1/code-lists/engagement-levels.")
    audience: Title
    purpose: Text
    planned_for: Day | None = None


class RecordEngagement(Command):
    groups: Groups


class CaptureTheme(Command):
    text: Text = Field(description="What people said, in a sentence that names nobody.")
    group: Title | None = Field(None, description="The group that said it.")


class ReturnFeedback(Command):
    text: Text = Field(description="What those who took part were told.")
    channel: Code = Field(description="A code of /v1/code-lists/update-channels.")
    responses: Responses = ()


class PublishUpdate(Command):
    title: Title
    text: Text
    audiences: Audiences
    channel: Code = Field(description="A code of /v1/code-lists/update-channels.")


class AcknowledgeUpdate(Command):
    pass


class Engagements(Desk):
    async def plan_engagement(
        self, initiative_id: UUID, *, command: PlanEngagement, by: Act
    ) -> Receipt:
        """Say whom to ask, at which level of participation, and what for."""
        await self.running(initiative_id)
        engagement = Engagement.plan(initiative_id=initiative_id, **said(command))
        return await self.repository.save(by, engagement)

    async def record_engagement(
        self, engagement_id: UUID, *, command: RecordEngagement, by: Act
    ) -> Receipt:
        """Say how many came, by group. From level involve they are owed an answer in time."""
        engagement = await self.engagement(engagement_id)
        charter = await self.peek(GovernanceCharter, engagement.initiative_id)
        promised = charter.provisions
        engagement.hold(
            groups=command.groups,
            charter_version=charter.charter_version if promised else None,
            days=promised.feedback_days if promised else None,
            at=self.when(by),
        )
        return await self.repository.save(by, engagement)

    async def capture_theme(
        self, engagement_id: UUID, *, command: CaptureTheme, by: Act
    ) -> Receipt:
        """Keep what people said, without anybody's name."""
        engagement = await self.engagement(engagement_id)
        engagement.capture(theme_id=uuid7(), **said(command))
        return await self.repository.save(by, engagement)

    async def return_feedback(
        self, engagement_id: UUID, *, command: ReturnFeedback, by: Act
    ) -> Receipt:
        """Tell those who took part what changed because of it, and what did not and why."""
        engagement = await self.engagement(engagement_id)
        engagement.answer(**said(command))
        return await self.repository.save(by, engagement)

    async def publish_update(
        self, initiative_id: UUID, *, command: PublishUpdate, by: Act
    ) -> Receipt:
        """Tell named audiences how things stand; the charter says when they hear the next."""
        communication = await self.rooted(Communication, initiative_id)
        charter = await self.peek(GovernanceCharter, initiative_id)
        promised = charter.provisions
        communication.publish(
            update_id=uuid7(),
            charter_version=charter.charter_version if promised else None,
            cadences=promised.cadences if promised else (),
            at=self.when(by),
            **said(command),
        )
        return await self.repository.save(by, communication)

    async def acknowledge_update(
        self, initiative_id: UUID, update_id: UUID, *, command: AcknowledgeUpdate, by: Act
    ) -> Receipt:
        """Take note of an update, for oneself and one's organisation."""
        communication = await self.rooted(Communication, initiative_id)
        communication.acknowledge(
            update_id=update_id,
            person=by.provenance.actor,
            organisation=by.provenance.party,
        )
        return await self.repository.save(by, communication)

    async def engagement(self, engagement_id: UUID) -> Engagement:
        """The engagement, if anything may still be done in its initiative."""
        engagement = await self.repository.get(Engagement, engagement_id)
        await self.initiative(engagement.initiative_id)
        return engagement
