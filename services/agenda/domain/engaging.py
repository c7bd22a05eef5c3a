"""An engagement, from the plan to the answer that people are owed: the facts."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from pydantic import Field, model_validator

from infra.kernel import Created, Day, Event, Instant, Text, Title
from infra.kernel.provenance import Code
from services.agenda.domain.values import Value


class Group(Value):
    """How many of a group took part. Numbers only: nobody is named."""

    group: Title = Field(examples=["young people"])
    count: Annotated[int, Field(ge=0, le=1_000_000)]


class Response(Value):
    """What became of a theme: what was changed because of it, or why nothing was."""

    theme_id: UUID
    changed: Text | None = None
    why_not: Text | None = None

    @model_validator(mode="after")
    def _says_one(self) -> Self:
        if (self.changed is None) == (self.why_not is None):
            raise ValueError("say what was changed, or why nothing was: one of the two")
        return self


class Theme(Value):
    """What people said, in a sentence that names nobody."""

    theme_id: UUID
    text: Text
    group: Title | None = None


Groups = Annotated[tuple[Group, ...], Field(min_length=1, max_length=50)]
Responses = Annotated[tuple[Response, ...], Field(max_length=100)]


class EngagementPlanned(Created):
    TOPIC: ClassVar[str] = "agenda.engagement-planned"

    initiative_id: UUID
    title: Title
    level: Code
    audience: Title
    purpose: Text
    planned_for: Day | None = None


class EngagementHeld(Event):
    """Who came, by group; and by when the charter then in force promises them an answer."""

    TOPIC: ClassVar[str] = "agenda.engagement-held"

    groups: Groups
    charter_version: int | None
    answer_due: Instant | None

    def apply(self, aggregate: Any) -> None:
        aggregate.held = self


class CommunityThemeCaptured(Event):
    TOPIC: ClassVar[str] = "agenda.community-theme-captured"

    theme_id: UUID
    text: Text
    group: Title | None

    def apply(self, aggregate: Any) -> None:
        aggregate.themes[self.theme_id] = Theme(
            theme_id=self.theme_id, text=self.text, group=self.group
        )


class FeedbackReturned(Event):
    """You said, we did: told to those who took part."""

    TOPIC: ClassVar[str] = "agenda.feedback-returned"

    text: Text
    channel: Code
    responses: Responses

    def apply(self, aggregate: Any) -> None:
        aggregate.feedback.append(self)
        aggregate.responses |= {response.theme_id: response for response in self.responses}


class FeedbackOverdue(Event):
    """The days that the charter promised went by without an answer: found by a timer."""

    TOPIC: ClassVar[str] = "agenda.feedback-overdue"

    answer_due: Instant
    charter_version: int | None
    unanswered: tuple[UUID, ...]

    def apply(self, aggregate: Any) -> None:
        aggregate.overdue = self
