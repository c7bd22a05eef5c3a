"""What can be entered as learnt: the words of each kind of learning entry."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from infra.kernel import Day, Text, Title

Several = Field(max_length=20)


class Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class BeforeActionReview(Entry):
    """Before we act: what we intend, how we will know, what we know from before."""

    activity_id: UUID
    milestone: Title | None = None
    intended: Text
    signs_of_success: Text
    learnt_before: Text | None = None
    to_watch: Text | None = None


class AfterActionReview(Entry):
    """After we acted: what was intended, what happened, why, and what we do next."""

    activity_id: UUID
    milestone: Title | None = None
    intended: Text
    actual: Text
    why: Text
    next: Text


class LearningNote(Entry):
    """Something worth keeping, as it is noticed."""

    note: Text
    activity_id: UUID | None = None
    strategy_id: UUID | None = None


class ContextShift(Entry):
    """Something around the initiative changed: a school closed, a policy began."""

    shift: Text
    weight: Literal["minor", "major"]
    effect: Text | None = None


class StrategicFork(Entry):
    """A point where the way parted: the options, and the one taken."""

    question: Text
    options: Annotated[tuple[Text, ...], Several]
    taken: Text
    because: Text
    strategy_id: UUID | None = None
    decision_id: UUID | None = None


class Experiment(Entry):
    """A trial whose success and whose end are said before it starts."""

    question: Text
    success_criteria: Annotated[tuple[Text, ...], Several]
    stop_criteria: Annotated[tuple[Text, ...], Several]
    ends: Day
    activity_id: UUID | None = None


class Conclusion(Entry):
    """How an experiment ended, by the criteria that were stated for it."""

    verdict: Literal["succeeded", "stopped", "inconclusive"]
    criteria_met: Annotated[tuple[Text, ...], Field(max_length=40)] = ()
    learnt: Text
