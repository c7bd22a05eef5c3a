"""The shapes of a formula's results, and of what would be if."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gateway.api.answers import Answer
from gateway.api.concordances import CONCORDANCE, CONVERTED_BY, ConcordanceView
from gateway.api.standing_views import TrendView
from gateway.api.views import NEXT, BaselineView, LatestView, PaceView, PeriodView, PlaceView

REASON = Field(
    None,
    description="Why there is no value: no-value, not-certified, no-counts, no-baseline,"
    " other-definition, divided-by-zero, units-differ, too-large, no-such-indicator,"
    " goes-in-circles, reaches-too-far, not-understood or, by a concordance, not-converted",
    examples=["not-certified"],
)
DETAIL = Field(None, examples=["the value of I4 is not certified"])


EXAMPLE: dict[str, Any] = {
    "place": None,
    "dimensions": {},
    "period": {"text": "2022-01-01/2022-06-30", "start": "2022-01-01", "end": "2022-06-30"},
    "state": "computed",
    "value": "22.2",
    "exact": "200/9",
    "reason": None,
    "detail": None,
    "inputs": [
        {
            "code": "I5",
            "indicator_id": "01a20b80-6ab4-7c68-a9d8-593654638859",
            "definition_version": 1,
            "part": "value",
            "value": "4",
            "status": "A",
            "places": "commonweal 1",
            "positions": ["measurement:318"],
        }
    ],
}
"""Four of eighteen schools, as the demonstration has it."""
NEVER: dict[str, Any] = {
    "period": {"text": "2022-07-01/2022-12-31", "start": "2022-07-01", "end": "2022-12-31"},
    "state": "not-computable",
    "reason": "inputs-never-collected",
    "detail": "what was submitted was counted by version 2 of the definition; nothing that version"
    " 1 counts (“Young people supported who are still engaged after 10 weeks”) was ever collected",
}
"""I4 by its first definition."""


class FormulaView(BaseModel):
    text: str = Field(examples=["percent(numerator(I4), denominator(I4))"])
    decimals: int = Field(description="What results are rounded to, half away from zero.")


class ShareView(BaseModel):
    """So much of an old place, by its certified value."""

    code: str
    weight: str = Field(examples=["0.975"])
    positions: list[str]


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
    converted_by: str | None = CONVERTED_BY
    made_of: list[ShareView] | None = Field(
        None, description="Of a converted value: what lies in the place, and how much of it."
    )


class ResultView(BaseModel):
    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

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
    concordance: ConcordanceView | None = CONCORDANCE


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
    model_config = ConfigDict(json_schema_extra={"examples": [NEVER]})

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
    converted_by: str | None = CONVERTED_BY


class SupposedView(StandsView):
    computable: bool = Field(description="Whether there is a value at all.")
    reason: str | None = Field(examples=["inputs-never-collected"])
    detail: str | None
    periods: list[SupposedPeriod] = Field(description="The latest first, 120 at most.")


class WhatIf(Answer):
    asked: AskedView
    concordance: ConcordanceView | None = CONCORDANCE
    id: UUID
    code: str = Field(examples=["I4"])
    name: str
    actual: StandsView
    what_if: SupposedView
