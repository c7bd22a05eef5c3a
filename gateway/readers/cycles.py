"""What we read in the facts of learning cycles, of plans of action and of what is in them."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from gateway.readers.reader import Part, Reader


class CycleOpened(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.cycle-opened"

    number: int
    title: str
    questions: tuple[str, ...]
    review_on: date


class PlanApproved(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.plan-approved"

    plan_id: UUID | None = None
    decision_id: UUID | None = None
    note: str | None = None


class DoPhaseStarted(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.do-phase-started"


class ReviewOpened(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.review-opened"


class ReviewTriggered(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.review-triggered"

    cause: str


class Cites(Part, frozen=True):
    known_at: str


class EvidencePackFrozen(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.evidence-pack-frozen"

    pack_id: UUID
    title: str
    cites: Cites
    content_sha256: str


class Line(Part, frozen=True):
    source: str
    sequence: int | None = None


class ReviewItemNoted(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.review-item-noted"

    kind: str
    text: str
    line: Line


class EvidencePackSuperseded(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.evidence-pack-superseded"

    pack_id: UUID
    cause: Line
    note: str | None = None
    lines: tuple[int, ...] = ()


class FindingAgreed(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.finding-agreed"

    finding_id: UUID
    text: str
    packs: tuple[UUID, ...]
    hypothesis_id: UUID | None = None
    verdict: str | None = None
    dissent: tuple[dict[str, Any], ...] = ()


class AdaptationDecided(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.adaptation-decided"

    adaptation_id: UUID
    decision_id: UUID
    kind: str
    text: str


class AdaptationEnacted(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.adaptation-enacted"

    adaptation_id: UUID
    done: tuple[Line, ...] = ()


class AdaptationDropped(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.adaptation-dropped"

    adaptation_id: UUID


class CycleClosed(Reader, frozen=True):
    FACT: ClassVar[str] = "agenda.cycle-closed"

    learnt: str


class PlanDrafted(Reader, frozen=True):
    FACT: ClassVar[str] = "activities.plan-drafted"

    cycle_id: UUID


class ActivityIncluded(Reader, frozen=True):
    FACT: ClassVar[str] = "activities.activity-included"

    activity_id: UUID


class ActivityExcluded(Reader, frozen=True):
    FACT: ClassVar[str] = "activities.activity-excluded"

    activity_id: UUID


class PlanOfActionAdopted(Reader, frozen=True):
    FACT: ClassVar[str] = "activities.plan-of-action-adopted"

    cycle_id: UUID
    plan_version: int
    activities: tuple[UUID, ...]


class PlanOfActionRevised(PlanOfActionAdopted, frozen=True):
    FACT: ClassVar[str] = "activities.plan-of-action-revised"


class ActivityProposed(Reader, frozen=True):
    FACT: ClassVar[str] = "activities.activity-proposed"

    title: str


class ActivityCommitted(Reader, frozen=True):
    FACT: ClassVar[str] = "activities.activity-committed"

    lead: UUID


class LeadHandedOver(Reader, frozen=True):
    FACT: ClassVar[str] = "activities.lead-handed-over"

    lead: UUID
