"""How ready a group is, in its own words: the facts of a readiness assessment."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from infra.kernel import Created, Day, Event, Text
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.values import Value

Points = Annotated[int, Field(ge=-1_000, le=1_000)]
Heads = Annotated[int, Field(ge=1, le=100)]


class Score(Value):
    """One respondent's answer to one item."""

    item: Code
    score: Points


class Position(Value):
    """What the group agreed on for one item, whatever each of them had answered."""

    item: Code
    score: Points
    note: Text | None = None


class Divergence(Value):
    """Where the answers did not all say what the group agreed on: a finding in itself."""

    item: Code
    agreed: Points
    lowest: Points
    lowest_by: tuple[Code, ...]
    highest: Points
    highest_by: tuple[Code, ...]


Scores = Annotated[tuple[Score, ...], Field(min_length=1, max_length=200)]
Positions = Annotated[tuple[Position, ...], Field(min_length=1, max_length=200)]


class ReadinessAssessmentOpened(Created):
    TOPIC: ClassVar[str] = "agenda.readiness-assessment-opened"

    initiative_id: UUID
    instrument: Code
    instrument_version: Annotated[int, Field(ge=1, le=1_000)]
    minimum_roles: Heads
    minimum_sectors: Heads
    reassesses: UUID | None = None


class ReadinessResponseSubmitted(Event):
    """A respondent's answers; a later response of the same one takes the place of this."""

    TOPIC: ClassVar[str] = "agenda.readiness-response-submitted"

    respondent: Reference
    revision: int
    role: Code
    sector: Code
    scores: Scores

    def apply(self, aggregate: Any) -> None:
        aggregate.responses[self.respondent] = self


class ReadinessPositionAgreed(Event):
    TOPIC: ClassVar[str] = "agenda.readiness-position-agreed"

    positions: Positions
    divergence: tuple[Divergence, ...]
    band: Code | None

    def apply(self, aggregate: Any) -> None:
        aggregate.agreed |= {position.item: position for position in self.positions}
        settled = {position.item for position in self.positions}
        kept = [known for known in aggregate.divergence if known.item not in settled]
        aggregate.divergence = (*kept, *self.divergence)
        aggregate.band = self.band


class ReadinessAssessmentCompleted(Event):
    TOPIC: ClassVar[str] = "agenda.readiness-assessment-completed"

    respondents: int
    roles: tuple[Code, ...]
    sectors: tuple[Code, ...]
    total: int
    band: Code | None

    def apply(self, aggregate: Any) -> None:
        aggregate.completed = self


class ReadinessReassessmentScheduled(Event):
    TOPIC: ClassVar[str] = "agenda.readiness-reassessment-scheduled"

    due: Day

    def apply(self, aggregate: Any) -> None:
        aggregate.due = self.due
        aggregate.fell_due = False


class ReadinessReassessmentFellDue(Event):
    """The day has come: found by a timer, so that nobody need remember it."""

    TOPIC: ClassVar[str] = "agenda.readiness-reassessment-fell-due"

    due: Day

    def apply(self, aggregate: Any) -> None:
        aggregate.fell_due = True
