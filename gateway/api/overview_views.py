"""The shapes of an initiative's page, of the portfolio and of the process metrics."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel, Field

from gateway.api.answers import Answer
from gateway.api.decision_views import Stands, Told
from gateway.api.views import NEXT, IndicatorProgress, Named


class ConditionView(BaseModel):
    condition: str = Field(examples=["backbone support"])
    state: str = Field(description="in place, forming or missing", examples=["in place"])
    because: str = Field(
        description="The predicate that decides.",
        examples=["A backbone is appointed, and its funding covers the day of the cut."],
    )
    facts: list[Told] = Field(description="The facts that say so.")


class PhaseView(Stands):
    framework: str = Field(examples=["change-cycle"])
    element: str = Field(examples=["measurement"])
    phase: str = Field(examples=["building-the-foundations"])
    basis: str
    assessed_by: str
    before: list[str] = Field(description="Where it stood before, the earliest first.")


class ReadinessView(BaseModel):
    positions: list[dict[str, Any]]
    divergence: list[dict[str, Any]]
    band: str | None
    total: int | None
    respondents: int | None
    agreed: Stands
    completed: Stands | None


class PartnerNamed(Named):
    role: str


class PartnersOfSector(BaseModel):
    sector: str
    partners: list[PartnerNamed]


class CycleView(Stands):
    id: str
    number: int
    title: str
    phase: str = Field(examples=["plan"])
    review_on: date
    page: str


class DueView(Stands):
    on: date
    what: str = Field(examples=["review of the cycle"])
    overdue: bool


class Overview(Answer):
    initiative: Named
    conditions: list[ConditionView] = Field(description="The five conditions.")
    phases: list[PhaseView]
    readiness: ReadinessView | None
    partners: list[PartnersOfSector]
    cycle: CycleView | None
    due: list[DueView]


class Held(BaseModel):
    initiative: Named
    indicator: IndicatorProgress


class OfUnit(BaseModel):
    unit: str = Field(examples=["%"])
    comparable: bool
    initiatives: list[Held]


class SharedIndicator(BaseModel):
    id: str
    scheme: str = Field(examples=["sdg"])
    code: str = Field(examples=["8.6.1"])
    units: list[OfUnit]


class Portfolio(Answer):
    indicators: list[SharedIndicator]
    next: str | None = NEXT


class MetricView(BaseModel):
    metric: str = Field(examples=["communication"])
    question: str = Field(examples=["Is communication two-way?"])
    figures: dict[str, Any] = Field(examples=[{"median_days": "10.5", "overdue": 0}])
    facts: list[Stands] = Field(description="What the figures were computed from.")


class ProcessMetrics(Answer):
    initiative: Named
    metrics: list[MetricView]
