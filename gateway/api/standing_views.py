"""The shapes of the scorecard, the ledger of commitments and the graph of reinforcements."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gateway.api.answers import Answer
from gateway.api.concordances import CONCORDANCE, CONVERTED_BY, ConcordanceView
from gateway.api.decision_views import Stands, Told
from gateway.api.views import NEXT, IndicatorProgress, Named, PeriodView


class PointView(BaseModel):
    value: str = Field(examples=["57.1"])
    period: PeriodView
    positions: list[str]
    converted_by: str | None = CONVERTED_BY


class TestView(BaseModel):
    name: str = Field(examples=["Mann-Kendall"])
    s: int = Field(description="Pairs of points that rise, less those that fall.")
    p: str = Field(description="Two-sided.", examples=["0.0167"])
    confidence: str = Field(description="1 less p.", examples=["0.9833"])
    exact: bool = Field(description="Counted out; else by the normal approximation.")


class TurnView(PointView):
    kind: str = Field(description="peak or trough", examples=["peak"])


class TrendView(BaseModel):
    direction: str | None = Field(
        description="rising, falling or level: level where p is above 0.05", examples=["rising"]
    )
    meaning: str = Field(
        description="improving, worsening, no clear trend, not judged, or: too few points",
        examples=["too few points"],
    )
    test: TestView | None
    slope: str | None = Field(description="Theil and Sen: the median change a year.")
    turning_points: list[TurnView] = Field(
        description="Higher, or lower, than two points on either side."
    )
    points: list[PointView] = Field(description="At most the last 12 periods, the earliest first.")
    counted: int = Field(description="How many points were looked at, 60 at most.")
    left_out: int = Field(
        description="Points that are older than those, or were counted in other places."
    )
    needed: int = Field(description="How many points a trend takes.")


class Scored(IndicatorProgress):
    trend: TrendView
    story: list[Told] = Field(description="What happened to it: the last facts, ten at most.")


class Scorecard(Answer):
    initiative: Named
    indicators: list[Scored]
    concordance: ConcordanceView | None = CONCORDANCE


class AmountView(BaseModel):
    quantity: str = Field(examples=["40"])
    unit: str = Field(examples=["placements"])


class CommitmentEntry(BaseModel):
    id: UUID
    partner: Named
    kind: str = Field(examples=["space"])
    promise: str = Field(examples=["40 placements"])
    promised: AmountView | None = Field(description="As it was pledged at first.")
    amount: AmountView | None = Field(description="As it is promised now.")
    due: date
    activity: Named | None
    state: str = Field(
        description="pledged, confirmed, partly-kept, renegotiated, kept, lapsed or released",
        examples=["renegotiated"],
    )
    fulfilled: str | None = Field(examples=["22"])
    kept_on_time: bool | None
    overdue: bool = Field(description="Still open after its day, on the day of the cut.")
    renegotiated: int
    to_renegotiate: bool = Field(
        description="Its pledger is no partner any more, and nobody has settled it yet."
    )
    history: list[Told]


class PartnerView(BaseModel):
    partner: Named
    made: int
    kept: int
    kept_on_time: int
    partly_kept: int
    renegotiated: int
    lapsed: int
    released: int
    open: int
    overdue: int
    to_renegotiate: int


class CommitmentLedger(Answer):
    partners: list[PartnerView] = Field(description="Made against kept, over all commitments.")
    commitments: list[CommitmentEntry]
    next: str | None = NEXT


class Depended(Named):
    directly: int
    through_others: int


class DuplicateView(Stands):
    activities: list[Named]
    what: str


class MeasuresView(BaseModel):
    activities: int
    links: int
    confirmed: int
    isolated: list[Named] = Field(description="Without any confirmed link.")
    isolated_live: list[Named] = Field(description="Those of them that still run.")
    outcomes_without_activity: list[Named]
    activities_without_measure: list[Named]
    duplicates: list[DuplicateView]
    circles: list[list[Named]] = Field(description="Prerequisites of one another.")
    most_depended_on: list[Depended]


class ReinforcementGraph(Answer):
    graph: dict[str, Any] = Field(
        description="JSON Graph Format 2: nodes are activities, edges are reinforcements.",
        examples=[
            {
                "directed": True,
                "nodes": {"01a2…": {"label": "Shared referral desk"}},
                "edges": [{"source": "01a2…", "target": "01a3…", "relation": "refers_to"}],
            }
        ],
    )
    measures: MeasuresView
