"""One plan-do-review-improve round: the facts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from infra.kernel import Claim, Created, Day, Event, Text, Title
from infra.kernel.provenance import Code, Digest
from services.agenda.domain.values import Citations, Cited, Dissent, Value, cited_by

Phase = Literal["plan", "do", "review", "improve", "closed"]
Verdict = Literal["supports", "refutes", "neither"]
CYCLE, ADAPTATION, CITED_IN_PACK = "cycle", "adaptation", "cited-in-pack"
"""The kinds of claim by which a cycle is found: by its initiative, by what it decided, and by what
its packs cite."""
Questions = Annotated[tuple[Text, ...], Field(min_length=1, max_length=20)]
Dissents = Annotated[tuple[Dissent, ...], Field(max_length=50)]


class Change(Value):
    """What an adaptation is to change, in whichever service."""

    what: Text
    service: Literal["agenda", "measurement", "activities"] | None = None
    id: Code | None = None


Changes = Annotated[tuple[Change, ...], Field(max_length=50)]


def cycles_of(initiative_id: UUID) -> str:
    """How the keys of all cycles of one initiative begin."""
    return f"{initiative_id}/"


@dataclass(frozen=True)
class Adaptation:
    adaptation_id: UUID
    decision_id: UUID
    kind: str
    text: str
    changes: Changes
    state: Literal["open", "enacted", "dropped"] = "open"
    enacted_in: frozenset[str] = frozenset()
    """The services in which it can be seen that it was enacted."""


class CycleOpened(Created):
    TOPIC: ClassVar[str] = "agenda.cycle-opened"

    initiative_id: UUID
    number: Annotated[int, Field(ge=1, le=10_000)]
    title: Title
    questions: Questions
    review_on: Day

    def claims(self) -> tuple[Claim, ...]:
        return (Claim(CYCLE, f"{cycles_of(self.initiative_id)}{self.number}"),)


class PlanApproved(Event):
    TOPIC: ClassVar[str] = "agenda.plan-approved"

    plan_id: UUID | None = None
    decision_id: UUID | None = None
    note: Text | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.plan = self


class DoPhaseStarted(Event):
    TOPIC: ClassVar[str] = "agenda.do-phase-started"

    def apply(self, aggregate: Any) -> None:
        aggregate.phase = "do"


class ReviewOpened(Event):
    TOPIC: ClassVar[str] = "agenda.review-opened"

    def apply(self, aggregate: Any) -> None:
        aggregate.enter_review()


class ReviewTriggered(Event):
    """The cycle returns to its review, or comes to it early, because of something that happened."""

    TOPIC: ClassVar[str] = "agenda.review-triggered"

    cause: Text
    cites: Citations | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.triggers.append(self)
        aggregate.enter_review()


class EvidencePackFrozen(Event):
    """What the review looks at: citations, how far the logs were known, and the hash of both."""

    TOPIC: ClassVar[str] = "agenda.evidence-pack-frozen"

    pack_id: UUID
    title: Title
    cites: Citations
    content_sha256: Digest

    def claims(self) -> tuple[Claim, ...]:
        holder = f"{self.originator_id}/{self.pack_id}"
        return cited_by(CITED_IN_PACK, self.cites, holder)

    def apply(self, aggregate: Any) -> None:
        aggregate.packs[self.pack_id] = self


class FindingAgreed(Event):
    TOPIC: ClassVar[str] = "agenda.finding-agreed"

    finding_id: UUID
    text: Text
    hypothesis_id: UUID | None = None
    verdict: Verdict | None = None
    packs: tuple[UUID, ...]
    dissent: Dissents = ()

    def apply(self, aggregate: Any) -> None:
        aggregate.findings[self.finding_id] = self
        aggregate.found_since_review = True


class AdaptationDecided(Event):
    TOPIC: ClassVar[str] = "agenda.adaptation-decided"

    adaptation_id: UUID
    decision_id: UUID
    kind: Code
    text: Text
    changes: Changes = ()

    def claims(self) -> tuple[Claim, ...]:
        return (Claim(ADAPTATION, str(self.adaptation_id)),)

    def apply(self, aggregate: Any) -> None:
        aggregate.phase = "improve"
        aggregate.adaptations[self.adaptation_id] = Adaptation(
            self.adaptation_id, self.decision_id, self.kind, self.text, self.changes
        )


class AdaptationEnacted(Event):
    """What it asked for was done, and where that can be seen; once for each service that did."""

    TOPIC: ClassVar[str] = "agenda.adaptation-enacted"

    adaptation_id: UUID
    done: Annotated[tuple[Cited, ...], Field(max_length=50)] = ()
    note: Text | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.enact(self.adaptation_id, {cited.source for cited in self.done})


class AdaptationDropped(Event):
    """It will not be enacted; the reason stands in the provenance."""

    TOPIC: ClassVar[str] = "agenda.adaptation-dropped"

    adaptation_id: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.settle(self.adaptation_id, "dropped")


class CycleClosed(Event):
    TOPIC: ClassVar[str] = "agenda.cycle-closed"

    learnt: Text

    def apply(self, aggregate: Any) -> None:
        aggregate.phase = "closed"
        aggregate.learnt = self.learnt
