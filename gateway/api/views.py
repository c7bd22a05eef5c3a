"""The shapes of the gateway's answers, for the OpenAPI document."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gateway.api.answers import Answer
from gateway.api.concordances import CONCORDANCE, CONVERTED_BY, ConcordanceView

NEXT = Field(None, description="The cursor of the next page; also in the Link header.")


class PlaceView(BaseModel):
    scheme: str
    edition: str
    code: str
    label: str | None = None


class InitiativeEntry(BaseModel):
    id: UUID
    name: str = Field(examples=["BGK Young People Thriving"])
    status: str = Field(examples=["live"])
    places: list[PlaceView]
    cohort: dict[str, Any] | None
    position: str = Field(examples=["agenda:1"])
    timeline: str
    progress: str


class InitiativeList(Answer):
    initiatives: list[InitiativeEntry]
    next: str | None = NEXT


class Named(BaseModel):
    id: UUID
    name: str | None


class Who(BaseModel):
    actor: str = Field(examples=["p-coordinator"], description="An opaque reference, no name.")
    name: str | None = Field(None, description="Only where `names` were asked for.")
    role: str
    organisation: Named


class TimelineEntry(BaseModel):
    position: str = Field(examples=["measurement:873"])
    source: str
    sequence: int
    type: str = Field(examples=["measurement.target-revised"])
    step: str = Field(examples=["improve"])
    cycle_id: UUID | None = None
    sentence: str = Field(
        examples=["The target of “Still engaged after 13 weeks” was changed from 60 to 65."]
    )
    who: Who
    reason: dict[str, str] | None = None
    time: datetime = Field(description="When it was so in the world.")
    recordedtime: datetime = Field(description="When it was recorded.")
    subject: str
    line: str = Field(description="Where the line itself is read.")


class TimelinePage(Answer):
    facts: list[TimelineEntry]
    next: str | None = NEXT


class PeriodView(BaseModel):
    text: str | None = Field(examples=["2022-H2"])
    start: date | None
    end: date | None


class BaselineView(BaseModel):
    value: str
    period: PeriodView
    source: str | None
    position: str


class TargetView(BaseModel):
    target_id: UUID
    value: str = Field(examples=["60"])
    period: PeriodView
    place: PlaceView | None
    dimensions: dict[str, str]
    decision_id: UUID | None
    tolerance: str | None = Field(
        None, description="How far from it a value may be before a review is called for."
    )
    position: str


class LatestView(BaseModel):
    value: str = Field(examples=["61.3"])
    numerator: str | None
    denominator: str | None
    status: str = Field(description="SDMX OBS_STATUS", examples=["A"])
    period: PeriodView
    basis: str = Field(
        description="submitted; computed from strata or places that make up the whole; formula,"
        " from others; converted, by a concordance that was asked for; or, for funders and the"
        " public, released"
    )
    places: str = Field(description="In which scheme it was counted.", examples=["asgs-sa3 3"])
    certified: bool = Field(description="Whether it may be used outside as it stands.")
    positions: list[str]
    converted_by: str | None = CONVERTED_BY


class SinceView(BaseModel):
    value: str = Field(examples=["34"])
    period: PeriodView


class PaceView(BaseModel):
    """Observed against required annual change, by the rule that is named."""

    category: str = Field(
        description="target-achieved, on-track, acceleration-needed, limited-progress,"
        " deterioration or not-assessed",
        examples=["on-track"],
    )
    reason: str | None = Field(
        description="Why it is not assessed: no-observation, no-target, no-polarity,"
        " no-target-date, no-baseline or too-early"
    )
    method: str | None = Field(
        description="compound-annual-growth, or annual-difference where there is none"
    )
    observed: str | None = Field(description="The change a year.", examples=["-0.0312"])
    required: str | None = Field(
        description="What the target takes from the beginning.", examples=["-0.0387"]
    )
    ratio: str | None = Field(
        description="The one by the size of the other; below 0 it moves away.", examples=["0.8062"]
    )
    since: SinceView | None = Field(description="The baseline, or else the first value.")
    rule: str


class BreakView(BaseModel):
    version: int
    reason: dict[str, str] | None
    position: str


class DefinitionView(BaseModel):
    version: int
    series_version: int = Field(description="The version under whose series values are recorded.")


class NotComputedView(BaseModel):
    start: date
    end: date
    detail: str = Field(examples=["commonweal 1 bgk: Sex is not whole: Male has no value"])


class IndicatorProgress(BaseModel):
    id: UUID
    code: str = Field(examples=["I4"])
    name: str
    state: str = Field(examples=["adopted"])
    level: str | None = None
    unit: str | None = None
    polarity: str | None = None
    definition: DefinitionView | None = None
    baseline: BaselineView | None = None
    target: TargetView | None = Field(None, description="The target in force.")
    targets: list[TargetView] = []
    latest: LatestView | None = None
    status: str = Field(
        description="met, within-tolerance (not met, but near enough to call for no review),"
        " below-target, above-target, not-judged, no-target, no-observation"
        " or not-defined",
        examples=["met"],
    )
    pace: PaceView | None = None
    formula: str | None = Field(None, description="Where it is computed from others.")
    breaks: list[BreakView] = []
    not_computed: list[NotComputedView] = Field(
        [],
        description="The latest periods of which strata are known, but no total; or values of"
        " another edition that could not be converted.",
    )
    observations: str


class InitiativeName(BaseModel):
    id: UUID
    name: str


class ProgressPage(Answer):
    initiative: InitiativeName
    indicators: list[IndicatorProgress]
    concordance: ConcordanceView | None = CONCORDANCE


class ObservationView(BaseModel):
    series_id: UUID
    definition_version: int
    place: PlaceView
    dimensions: dict[str, str] = Field(description="What is not named is the total.")
    period: PeriodView
    value: str | None = Field(description="Exact decimal text, as given.", examples=["61.3"])
    status: str
    numerator: str | None
    denominator: str | None
    submission_id: UUID | None
    kind: str = Field(examples=["observations-recorded"])
    conf_status: str | None = Field(
        None,
        description="Of a released cell, SDMX CONF_STATUS: F free, N withheld because it is small,"
        " D so that another stays so.",
    )
    position: str
    line: str


class ObservationList(Answer):
    indicator_id: UUID
    observations: list[ObservationView]
    next: str | None = NEXT


class Column(BaseModel):
    """One step of the cycle; beside its facts it holds what the step is about."""

    facts: list[TimelineEntry]


class PlanColumn(Column):
    approved: dict[str, Any] | None
    plan_of_action: dict[str, Any] | None


class DoColumn(Column):
    activities: list[dict[str, Any]]


class CitedView(BaseModel):
    source: str
    sequence: int
    id: str | None = None
    sha256: str = Field(description="Of the line's bytes when it was frozen.")
    note: str | None = None
    line: str = Field(examples=["/v1/events/measurement/870"])
    intact: bool | None = Field(
        None, description="Whether the line in the journal has this digest now."
    )
    since: str | None = Field(
        None, description="withdrawn or erased: the story that is cited is used no more."
    )


class CitesView(BaseModel):
    known_at: str = Field(examples=["agenda:214,measurement:873,activities:96"])
    refs: list[CitedView]


class EvidenceView(BaseModel):
    pack_id: UUID
    title: str
    cites: CitesView
    content_sha256: str = Field(
        description="Of the canonical JSON of `cites`, as it stands in the line at `position`:"
        " here that is without `line`, `intact` and `since`."
    )
    position: str


class ReviewColumn(Column):
    """`items`: what happened in between and is to be looked at; `changed`: packs of which a line
    does not hold any more."""

    triggers: list[dict[str, Any]]
    items: list[dict[str, Any]]
    evidence: list[EvidenceView]
    changed: list[dict[str, Any]]
    findings: list[dict[str, Any]]


class ImproveColumn(Column):
    adaptations: list[dict[str, Any]]
    closed: dict[str, Any] | None


class CyclePage(Answer):
    id: UUID
    number: int
    title: str
    phase: str = Field(examples=["review"])
    questions: list[str]
    review_on: date
    position: str
    plan: PlanColumn
    do: DoColumn
    review: ReviewColumn
    improve: ImproveColumn


class HeadView(BaseModel):
    """How far each service's log has come here."""

    vector: str
    known_through: dict[str, datetime | None]
