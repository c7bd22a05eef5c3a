"""The shapes of a number's dossier, and of the registers of changed measures and targets."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gateway.api.answers import Answer
from gateway.api.decision_views import Stands, Told
from gateway.api.views import NEXT, Named, PeriodView, PlaceView


class VersionView(Told):
    sequence: int
    value: str | None = Field(examples=["57.1"])
    numerator: str | None
    denominator: str | None
    status: str = Field(description="SDMX OBS_STATUS", examples=["A"])
    counts: bool = Field(description="Whether its submission was accepted.")
    counted_from: int | None = Field(description="The sequence from which on it counts.")
    submission_id: UUID | None
    was: dict[str, Any] | None = Field(description="The value that it replaced.")
    removed: int | None = Field(description="How many had been counted twice.")
    method: str | None
    parties: list[Named]
    evidence: list[dict[str, Any]]


class DefinitionTold(Told):
    version: int
    present: bool = Field(description="Whether no later definition has taken its place.")
    terms: dict[str, Any]


class AgreedView(Stands):
    decision: Named


class OutcomeView(BaseModel):
    id: UUID
    name: str | None
    wording: str | None
    linked: Stands
    agreed: AgreedView | None


class CitedByView(Told):
    by: Named
    as_: str = Field(alias="as", examples=["its indicator"])
    known_at: str
    saw: str | None = Field(description="The value that counted then.", examples=["61.3"])
    superseded: bool = Field(description="Whether it is another one now.")


class VerifiedView(Told):
    method: str
    sample: int = Field(description="How many of its rows were held against their source.")


class OriginView(BaseModel):
    """A submission that brought a value: whose, on what terms, and who verified it."""

    submission_id: UUID
    provider: Named | None
    provider_reference: str | None
    agreement: Named | None
    reporting_period: Named | None
    submitted: Told
    verified: list[VerifiedView]


class NumberDossier(Answer):
    id: str
    initiative_id: UUID
    indicator: Named
    series_id: UUID
    place: PlaceView
    dimensions: dict[str, str]
    period: PeriodView
    now: VersionView | None = Field(description="None where nothing stands, or no longer.")
    versions: list[VersionView]
    acts: list[Told] = Field(description="What else was done to its series, such as certifying.")
    definition: DefinitionTold | None
    origins: list[OriginView]
    certified: Told | None = Field(description="Who lets it be used outside as it stands.")
    submissions: list[Told] = Field(description="The submissions and the agreements behind it.")
    outcomes: list[OutcomeView]
    cited_by: list[CitedByView]
    used_by: list[Told]


class Coded(Named):
    code: str | None = Field(examples=["I4"])


class FieldChange(BaseModel):
    field: str = Field(examples=["name"])
    was: Any
    now: Any


class MeasureChange(Told):
    indicator: Coded
    change: str = Field(description="redefined or deprecated")
    version: int
    comparable: bool | None
    break_: bool = Field(alias="break", description="Values on both sides do not compare.")
    series_version: int | None
    fields: list[FieldChange]


class MeasureChanges(Answer):
    changes: list[MeasureChange]
    next: str | None = NEXT


class TargetEntry(Told):
    indicator: Coded
    change: str = Field(description="set, carried-over, revised or withdrawn", examples=["revised"])
    was: str | None = Field(examples=["60"])
    now: str | None = Field(examples=["65"])
    carried_over_from: UUID | None
    no_baseline_yet: bool
    decision: Named | None
    target_id: UUID
    version: int
    period: str | None
    start: date | None
    end: date | None
    place: PlaceView | None
    dimensions: dict[str, str]
    tolerance: str | None = Field(description="How far from it a value may be.", examples=["2"])


class TargetChanges(Answer):
    changes: list[TargetEntry]
    next: str | None = NEXT
