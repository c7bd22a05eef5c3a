"""What can be asked of a release of a feed. Shape is checked here; rules by the domain."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.kernel import Command, Text, Title
from infra.kernel.provenance import Digest
from services.measurement.application.commands import PeriodGiven
from services.measurement.domain.disclosure import Where
from services.measurement.domain.feed_facts import Determination, Outcome, Positions
from services.measurement.domain.values import Dimensions, Place, Span, stratum


class Kept(BaseModel):
    """A cell that is not to be withheld for the sake of others."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator_id: UUID
    definition_version: Annotated[int, Field(ge=1, le=10_000)]
    place: Place
    dimensions: Dimensions = Field(default_factory=dict)
    period: PeriodGiven

    def where(self, span: Span) -> Where:
        """The cell, by the days of its period."""
        table = self.indicator_id, self.definition_version, span
        key = self.place.identity, tuple(sorted(stratum(self.dimensions).items()))
        return Where(table, key)


class PrepareFeedRelease(Command):
    """Needs a reason where it is to replace another release."""

    title: Title
    periods: Annotated[tuple[PeriodGiven, ...], Field(min_length=1, max_length=100)]
    positions: Positions | None = Field(
        None,
        description="As known at: agenda:214,measurement:873,activities:96. What measurement's own"
        " log had certified by then is released; of the others it is recorded how far they were."
        " Left out: now.",
    )
    keep: Annotated[tuple[Kept, ...], Field(max_length=1_000)] = Field(
        (),
        description="Cells that matter most: others are withheld first, and where that does not"
        " help the release is refused.",
    )
    replaces: UUID | None = Field(
        None, description="The release of this feed whose place it is to take."
    )


class DetermineReliability(Command):
    purpose: Title = Field(description="What for, such as monitoring.")
    determination: Determination
    note: Text | None = None


class ApproveFeedRelease(Command):
    pass


class DiscardFeedRelease(Command):
    """Needs a reason."""


class PublishFeedRelease(Command):
    """Needs a reason where it takes the place of another release."""

    note: Text | None = Field(None, description="What its readers should know; no small number.")


class AcknowledgeFeedRelease(Command):
    content_sha256: Digest = Field(description="Of the JSON Lines that you have.")


class ChallengeFeedRelease(Command):
    ground: Text


class ResolveChallenge(Command):
    outcome: Outcome
    text: Text
