"""Change stories at the gateway: the register, without a word of what was told."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import READ_PROBLEMS, Answer
from gateway.api.asked import given
from gateway.api.decision_views import Told
from gateway.api.initiatives import Id, require
from gateway.api.lists import Listed, listing_of
from gateway.api.remembered import remembered
from gateway.api.views import NEXT, Named
from gateway.readmodels.forgotten import forgotten
from gateway.registers import stories
from gateway.registers.facts import gathered
from infra.postgres import connection

router = APIRouter(tags=["gateway"])
SELECTED = Annotated[bool | None, Query(description="Only those that a panel selected, or not.")]


class PanelGroupView(BaseModel):
    group: str = Field(examples=["Young people"])
    members: int = Field(examples=[2])


class StoryEntry(BaseModel):
    id: UUID
    domain: str = Field(examples=["Confidence"])
    outcome: Named | None
    consent: str = Field(description="asked, given or withdrawn, as known at the cut")
    uses: list[str] = Field(examples=[["panel", "partners"]])
    screening: str | None = Field(examples=["cleared"])
    selected: bool
    panel: list[PanelGroupView]
    verified: list[str] = Field(description="How it was verified.")
    fed_back_to: list[str]
    since: str | None = Field(
        description="withdrawn or erased: by now, whatever cut is asked for. Null: it may be used."
    )
    text: str = Field(description="Where those who may read it do, while its teller agrees.")
    history: list[Told]


class StoryRegister(Answer):
    stories: list[StoryEntry]
    next: str | None = NEXT


@router.get("/v1/initiatives/{id}/stories", response_model=StoryRegister, responses=READ_PROBLEMS)
@remembered
async def list_stories(
    request: Request, listed: Listed, id: Id, selected: SELECTED = None
) -> Response:
    """What was told, chosen and fed back: never the words.

    Without `as_known_at` a story that was withdrawn or erased is not in the list. A page about the
    past still has it, and says what became of it since.
    """
    await require(request, listed.cut, id)
    pool = request.app.state.models.pool
    facts = await gathered(pool, listed.cut, id, stories.KINDS)
    async with connection(pool) as db:
        since = await forgotten(db, stories.things(facts))
    past = "as_known_at" in request.query_params or "cursor" in request.query_params
    found = [
        story
        for story in stories.register(facts, since, past=past)
        if selected is None or story["selected"] is selected
    ]
    shown = {name: str(value).lower() for name, value in given(selected=selected).items()}
    return listing_of(request, listed, "stories", found, shown)
