"""What a caller sees of learning entries, commitments and reinforcements."""

from __future__ import annotations

from datetime import date
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel

from infra.kernel import Number
from infra.web import View
from services.activities.domain import Commitment, LearningEntry, Reinforcement
from services.activities.domain import commitment_facts as commitment
from services.activities.domain import reinforcement as links
from services.activities.domain.learning import (
    AfterActionReview,
    BeforeActionReview,
    Conclusion,
    ContextShift,
    Experiment,
    LearningNote,
    StrategicFork,
)

ENTRIES: dict[type[BaseModel], str] = {
    BeforeActionReview: "before-action-review",
    AfterActionReview: "after-action-review",
    LearningNote: "learning-note",
    ContextShift: "context-shift",
    StrategicFork: "strategic-fork",
    Experiment: "experiment",
}


class LearningEntryView(View):
    id: UUID
    version: int
    initiative_id: UUID
    kind: Literal[
        "before-action-review",
        "after-action-review",
        "learning-note",
        "context-shift",
        "strategic-fork",
        "experiment",
    ]
    entry: (
        BeforeActionReview
        | AfterActionReview
        | LearningNote
        | ContextShift
        | StrategicFork
        | Experiment
    )
    conclusion: Conclusion | None

    @classmethod
    def of(cls, entry: LearningEntry) -> Self:
        shape = next(shape for shape in ENTRIES if isinstance(entry.first, shape))
        return cls.model_validate(
            {
                "id": entry.id,
                "version": entry.version,
                "initiative_id": entry.initiative_id,
                "kind": ENTRIES[shape],
                "entry": _only(shape, entry.first),
                "conclusion": entry.conclusion and _only(Conclusion, entry.conclusion),
            }
        )


def _only(shape: type[BaseModel], fact: BaseModel) -> BaseModel:
    """What the fact says of the business, without its place in the log."""
    return shape.model_construct(**{name: getattr(fact, name) for name in shape.model_fields})


class CommitmentView(View):
    id: UUID
    version: int
    initiative_id: UUID
    partner_id: UUID
    kind: commitment.Kind
    promise: str
    amount: commitment.Amount | None
    given: Number
    due: date
    grace_days: int
    activity_id: UUID | None
    state: Literal["pledged", "confirmed", "fulfilled", "lapsed", "released"]
    to_renegotiate: bool

    @classmethod
    def of(cls, promised: Commitment) -> Self:
        return cls.showing(promised, kind=promised.of_kind)


class ReinforcementView(View):
    id: UUID
    version: int
    initiative_id: UUID
    from_activity: UUID
    to_activity: UUID
    kind: links.Kind
    how: str
    claimed_by: UUID
    answered_from: UUID
    state: Literal["claimed", "confirmed", "disputed", "dissolved"]
    observations: int
    duplication: str | None

    @classmethod
    def of(cls, link: Reinforcement) -> Self:
        return cls.showing(link, kind=link.of_kind)
