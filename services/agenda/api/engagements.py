"""/v1/initiatives/{initiative_id}/engagements and /v1/engagements"""

from __future__ import annotations

from datetime import date
from typing import Literal, Self
from uuid import UUID

from fastapi import APIRouter

from infra.kernel import Instant
from infra.web import Commands, Reads, View
from services.agenda.application import Agenda
from services.agenda.domain import Engagement
from services.agenda.domain.engaging import Group, Response


class ThemeView(View):
    theme_id: UUID
    text: str
    group: str | None
    changed: str | None
    why_not: str | None


class FeedbackView(View):
    text: str
    channel: str
    responses: tuple[Response, ...]
    returned_at: Instant


class EngagementView(View):
    id: UUID
    version: int
    initiative_id: UUID
    title: str
    level: str
    audience: str
    purpose: str
    planned_for: date | None
    status: Literal["planned", "held", "answered", "overdue"]
    held_at: Instant | None
    groups: tuple[Group, ...]
    answer_due: Instant | None
    charter_version: int | None
    themes: list[ThemeView]
    feedback: list[FeedbackView]
    was_overdue: bool

    @classmethod
    def of(cls, engagement: Engagement) -> Self:
        held = engagement.held
        return cls.showing(
            engagement,
            status=_status(engagement),
            held_at=held.timestamp if held else None,
            groups=held.groups if held else (),
            answer_due=held.answer_due if held else None,
            charter_version=held.charter_version if held else None,
            themes=_themes(engagement),
            feedback=[
                FeedbackView(
                    text=one.text,
                    channel=one.channel,
                    responses=one.responses,
                    returned_at=one.timestamp,
                )
                for one in engagement.feedback
            ],
            was_overdue=engagement.overdue is not None,
        )


def _status(engagement: Engagement) -> Literal["planned", "held", "answered", "overdue"]:
    if engagement.held is None:
        return "planned"
    if engagement.answered:
        return "answered"
    return "overdue" if engagement.overdue else "held"


def _themes(engagement: Engagement) -> list[ThemeView]:
    shown = []
    for theme in engagement.themes.values():
        response = engagement.responses.get(theme.theme_id)
        shown.append(
            ThemeView(
                theme_id=theme.theme_id,
                text=theme.text,
                group=theme.group,
                changed=response.changed if response else None,
                why_not=response.why_not if response else None,
            )
        )
    return shown


router = APIRouter(tags=["engagement"])
ONE = "/v1/engagements/{engagement_id}"
commands = Commands(router, "agenda")
commands.post(
    "/v1/initiatives/{initiative_id}/engagements",
    Agenda.plan_engagement,
    EngagementView,
    location="/v1/engagements/{id}",
)
Reads(router).one("/v1/engagements/{id}", Engagement, EngagementView)
commands.post(f"{ONE}/records", Agenda.record_engagement, EngagementView)
commands.post(f"{ONE}/themes", Agenda.capture_theme, EngagementView)
commands.post(f"{ONE}/feedback", Agenda.return_feedback, EngagementView)
