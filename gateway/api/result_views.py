"""The shapes of a formula's results, and of what would be if."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from gateway.api.answers import Answer
from gateway.api.standing_views import TrendView
from gateway.api.views import NEXT, BaselineView, LatestView, PaceView, PeriodView, PlaceView

REASON = Field(
    None,
    description="Why there is no value: no-value, not-certified, no-counts, no-baseline,"
    " other-definition, divided-by-zero, units-differ, too-large, no-such-indicator,"
    " goes-in-circles, reaches-too-far or not-understood",
    examples=["not-certified"],
)
DETAIL = Field(None, examples=["the value of I4 is not certified"])


class FormulaView(BaseModel):
    text: str = Field(examples=["percent(numerator(I4), denominator(I4))"])
    decimals: int = Field(description="What results are rounded to, half away from zero.")


class UsedView(BaseModel):
    """One figure that went into a result."""

    code: str = Field(examples=["I4"])
    indicator_id: UUID
    definition_version: int = Field(description="Under which it was counted.")
    part: str = Field(description="value, numerator, denominator or baseline")
    value: str = Field(examples=["16"])
    status: str = Field(description="SDMX OBS_STATUS", examples=["A"])
    places: str | None = Field(None, description="Of all of the initiative: in which scheme.")
    series_id: UUID | None = None
    submission_id: UUID | None = None
    observation: str | None = Field(None, description="Where the dossier of this number is.")
    positions: list[str] = Field(examples=[["measurement:873"]])


class ResultView(BaseModel):
    place: PlaceView | None = Field(description="None: all of the initiative.")
    dimensions: dict[str, str]
    period: PeriodView
    state: str = Field(description="computed or not-computable", examples=["computed"])
    value: str | None = Field(examples=["57.1"])
    exact: str | None = Field(description="As it was before rounding.", examples=["400/7"])
    reason: str | None = REASON
    detail: str | None = DETAIL
    inputs: list[UsedView] = Field(description="What went in, as far as it was there.")


class InputDefinition(BaseModel):
    version: int
    series_version: int
    position: str


class InputView(BaseModel):
    """An indicator by the terms that stand at the cut."""

    id: UUID
    code: str = Field(examples=["I7"])
    name: str
    unit: str | None = Field(examples=["%"])
    definition: InputDefinition | None
    formula: FormulaView | None
    breaks: list[int] = Field(description="The versions that began new series.")


class ResultList(Answer):
    indicator: InputView
    inputs: list[InputView] = Field(
        description="What the formula rests on, directly and through others."
    )
    whole: list[ResultView] = Field(description="For all of the initiative, the latest first.")
    results: list[ResultView]
    next: str | None = NEXT


class AskedView(BaseModel):
    definition_version: int | None
    formula: str | None
    target: str | None
    deduplication: str = Field(examples=["ignored"])


class TermsView(BaseModel):
    version: int
    series_version: int
    name: str
    unit: str


class AimView(BaseModel):
    value: str = Field(examples=["65"])
    period: PeriodView
    position: str | None = Field(description="None: it is only supposed.")


class StandsView(BaseModel):
    """How it stands, or would stand; without a definition none of this is there."""

    definition: TermsView | None = None
    formula: FormulaView | None = None
    baseline: BaselineView | None = None
    target: AimView | None = None
    latest: LatestView | None = None
    status: str | None = Field(None, examples=["met"])
    pace: PaceView | None = None
    trend: TrendView | None = None


class SupposedPeriod(BaseModel):
    period: PeriodView
    state: str = Field(description="computed or not-computable")
    reason: str | None = Field(
        description="inputs-never-collected, incomplete, corrected-since, or as of results"
    )
    detail: str | None
    value: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    status: str | None = None
    basis: str | None = None
    places: str | None = None
    certified: bool | None = None
    positions: list[str] = []


class SupposedView(StandsView):
    computable: bool = Field(description="Whether there is a value at all.")
    reason: str | None = Field(examples=["inputs-never-collected"])
    detail: str | None
    periods: list[SupposedPeriod] = Field(description="The latest first, 120 at most.")


class WhatIf(Answer):
    asked: AskedView
    id: UUID
    code: str = Field(examples=["I4"])
    name: str
    actual: StandsView
    what_if: SupposedView
