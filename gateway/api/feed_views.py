"""What the feeds' catalogues answer."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from gateway.api.answers import Answer


class AudienceView(BaseModel):
    kind: Literal["organisation", "public"]
    organisation: UUID | None = None


class Feed(BaseModel):
    id: UUID
    code: str = Field(examples=["bgk-department"])
    title: str
    initiative_id: UUID
    audience: AudienceView
    cadence: str
    policy: dict[str, Any] = Field(description="The rules for small numbers, by version.")
    retired: bool
    href: str
    atom: str


class FeedList(Answer):
    feeds: list[Feed]


class StatedPeriod(BaseModel):
    period: str
    start: date
    end: date


class ReliabilityView(BaseModel):
    purpose: str
    determination: Literal["sufficient", "limited", "not-sufficient"]
    note: str | None


class Withheld(BaseModel):
    primary: int
    secondary: int


class FileView(BaseModel):
    format: str
    media_type: str
    href: str


class CheckpointView(BaseModel):
    origin: str
    size: int
    root: str


class ReleaseEntry(BaseModel):
    id: UUID
    number: int
    title: str
    published: datetime
    positions: str
    periods: list[StatedPeriod]
    cells: int
    withheld: Withheld
    policy_version: str
    reliability: list[ReliabilityView]
    content_sha256: str = Field(description="Of the JSON Lines, as the log says it.")
    checkpoint: CheckpointView = Field(description="The newest signed one when it was published.")
    line: str = Field(description="Where it stands in the log.", examples=["measurement:873"])
    replaces: UUID | None
    reason: str | None = Field(description="Why it takes the place of another one.")
    note: str | None
    replaced_by: int | None = Field(description="The number of the release that took its place.")
    files: list[FileView]
    bundle: str


class ReleaseList(Answer):
    feed: Feed
    releases: list[ReleaseEntry]


class ReleaseView(Answer, ReleaseEntry):
    pass
