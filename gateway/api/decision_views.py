"""The shapes of the decision register and of a decision's dossier."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gateway.api.answers import Answer
from gateway.api.views import NEXT, Named, Who


class Stands(BaseModel):
    """Where and when a fact stands."""

    position: str = Field(examples=["agenda:100"])
    type: str = Field(examples=["agenda.decision-made"])
    time: datetime = Field(description="When it was so in the world.")
    recordedtime: datetime = Field(description="When it was recorded.")
    line: str = Field(examples=["/v1/events/agenda/100"])


class ByWhom(Stands):
    who: Who


class Told(ByWhom):
    sentence: str = Field(examples=["The plan of action was revised to version 2."])
    reason: dict[str, str] | None


class DecidedView(Stands):
    decided_at: datetime


class CauseView(Stands):
    cause: dict[str, Any]
    was: str | None
    now: str | None
    note: str | None


class SupersededView(BaseModel):
    flag: bool = Field(description="Whether what it stood on has changed since.")
    was: str | None = Field(description="What it was taken on.", examples=["61.3 %"])
    now: str | None = Field(description="What that is now.", examples=["57.1 %"])
    causes: list[CauseView]


class ReversalView(Stands):
    id: UUID
    name: str | None = Field(examples=["Scale to 12 schools, restore the target"])
    reason: dict[str, str] | None


class DecisionEntry(BaseModel):
    id: UUID
    title: str = Field(examples=["Scale the referral desk, raise the target"])
    decision_class: str = Field(examples=["adaptation"])
    status: str = Field(
        description="open, deferred, lapsed, decided or reversed", examples=["reversed"]
    )
    raised: ByWhom
    decided: DecidedView | None
    result: str | None = Field(examples=["Agreed by consent."])
    charter_version: int | None
    method: str | None = Field(examples=["consent"])
    sectors: list[str] = Field(examples=[["education", "lived-experience", "local-government"]])
    voices: int | None = Field(description="Lived-experience voices that counted.")
    superseded: SupersededView
    reversed_by: ReversalView | None
    dossier: str


class DecisionRegister(Answer):
    decisions: list[DecisionEntry]
    next: str | None = NEXT


class WordingView(Stands):
    wording: int
    text: str


class RuleView(BaseModel):
    decision_class: str
    method: str
    quorum: int
    minimum_sectors: int
    minimum_lived_experience: int
    conflict_excludes: str
    majority_percent: int
    charter_version: int
    charter: Stands | None = Field(description="The fact that put this version in force.")


class AttendeeView(BaseModel):
    person: str = Field(description="An opaque reference, no name.")
    organisation: Named
    lived_experience: bool
    counted: bool
    position: str


class SectorView(BaseModel):
    sector: str
    counted: int
    people: list[AttendeeView]


class ObjectionView(BaseModel):
    objection_id: UUID
    proposal: Named
    organisation: Named
    sector: str | None
    ground: str
    paramount: bool
    wording: int
    raised: Stands
    outcome: str = Field(description="open, integrated or withdrawn", examples=["integrated"])
    how: str | None
    settled: Stands | None


class RefView(BaseModel):
    source: str
    id: str | None = None
    sequence: int | None = None
    sha256: str | None = None
    note: str | None = None
    name: str | None = None
    seen: str = Field(description="Where it is read just as it was known then.")


class EvidenceView(BaseModel):
    known_at: str = Field(examples=["agenda:98,measurement:59,activities:52"])
    refs: list[RefView]


class AdaptationView(BaseModel):
    adaptation_id: UUID
    kind: str = Field(examples=["scale"])
    text: str
    changes: list[dict[str, Any]]
    state: str = Field(description="open, enacted or dropped")
    decided: Stands
    settled: Stands | None


class TargetChange(Told):
    indicator: Named
    target_id: UUID
    was: str | None = Field(examples=["60"])
    now: str | None = Field(examples=["65"])


class ChangedView(BaseModel):
    adaptations: list[AdaptationView]
    targets: list[TargetChange]
    plans: list[Told]
    other: list[Told]


class DecisionDossier(Answer, DecisionEntry):
    initiative_id: UUID
    text: str
    wordings: list[WordingView]
    options: list[dict[str, Any]]
    option: str | None
    concerns: list[Named]
    deferrals: list[dict[str, Any]]
    rule: RuleView | None
    people: list[SectorView]
    objections: list[ObjectionView]
    stood_aside: list[dict[str, Any]]
    conflicts: list[dict[str, Any]]
    dissent: list[dict[str, Any]]
    evidence: EvidenceView | None
    reverses: Named | None
    changed: ChangedView
