"""Change stories: told with consent, read by few, forgotten on demand."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Path
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from infra.web import Commands, Reads, View
from infra.web.auth import allow, authenticate
from infra.web.commands import PROBLEMS
from services.measurement.application import MeasurementService as Service
from services.measurement.domain import ChangeStory
from services.measurement.domain.story_facts import PanelGroup

STORY_READERS = frozenset(
    {
        "backbone-coordinator",
        "community-representative",
        "partner-representative",
        "data-steward",
        "evaluator",
        "indigenous-data-authority",
    }
)
"""Who may read what a storyteller said. Funders, auditors and the public read that there is a
story, and what became of it."""


class StoryView(View):
    """A story without its words: those are at `text`, for few, while its teller agrees."""

    id: UUID
    version: int
    initiative_id: UUID
    state: str
    domain: str
    consent: str
    uses: list[str]
    screening: str | None
    panel: list[PanelGroup]
    verifications: list[str]
    fed_back_to: list[str]
    outcome_id: UUID | None

    @classmethod
    def of(cls, story: ChangeStory) -> Self:
        return cls.showing(
            story, uses=sorted(story.uses), fed_back_to=[to for to, _ in story.fed_back]
        )


class FeedbackText(View):
    to: str
    told: str


class StoryTextView(View):
    """Never cached, never stored; asked for anew each time."""

    id: UUID
    text: str
    because: str | None = Field(None, description="Why the panel chose it.")
    fed_back: list[FeedbackText]


router = APIRouter(tags=["change stories"])
commands = Commands(router, "measurement")

ONE = "/v1/stories/{story_id}"
WHERE = "/v1/stories/{id}"

commands.post(
    "/v1/initiatives/{initiative_id}/stories", Service.collect_story, StoryView, location=WHERE
)
commands.post(f"{ONE}/consents", Service.give_story_consent, StoryView)
commands.post(f"{ONE}/consent-withdrawals", Service.withdraw_story_consent, StoryView)
commands.post(f"{ONE}/screenings", Service.screen_story, StoryView)
commands.post(f"{ONE}/selections", Service.select_story, StoryView)
commands.post(f"{ONE}/verifications", Service.verify_story, StoryView)
commands.post(f"{ONE}/feedback", Service.feed_back_selection, StoryView)
commands.post(f"{ONE}/erasures", Service.erase_story, StoryView)
Reads(router).one(WHERE, ChangeStory, StoryView)


@router.get(
    f"{WHERE}/text",
    response_model=StoryTextView,
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 409, 422, 429, 503)},
)
async def read_story_text(
    request: Request, id: Annotated[UUID, Path(description="The story.")]
) -> Response:
    """What the storyteller said, why the panel chose it and what was told back: now only, and only
    while the teller agrees. 409 once the consent is withdrawn or the story is erased."""
    allow(authenticate(request), STORY_READERS)
    service: Service = request.app.state.service
    opened = await service.story_text(id)
    view = StoryTextView(
        id=id,
        text=opened.text,
        because=opened.because,
        fed_back=[FeedbackText(to=to, told=told) for to, told in opened.fed_back],
    )
    body = view.model_dump_json(exclude_none=True)
    return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})
