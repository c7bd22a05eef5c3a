"""Reporting periods: collection rounds."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from infra.web import Commands, Reads
from services.measurement.application import MeasurementService as Service
from services.measurement.domain import ReportingPeriod
from services.measurement.domain.values import Stated


class ReopeningView(BaseModel):
    request_id: UUID
    requested_by: str
    until: date
    reason_code: str
    outcome: str


class ReportingPeriodView(BaseModel):
    id: UUID
    version: int
    initiative_id: UUID
    kind: str
    title: str
    state: str
    opens: date
    due: date
    closes: date
    periods: tuple[Stated, ...]
    reopening_requests: list[ReopeningView]

    @classmethod
    def of(cls, period: ReportingPeriod) -> Self:
        return cls(
            id=period.id,
            version=period.version,
            initiative_id=period.initiative_id,
            kind=period.of_kind,
            title=period.title,
            state=period.state,
            opens=period.opens,
            due=period.due,
            closes=period.closes,
            periods=period.periods,
            reopening_requests=[ReopeningView(**vars(one)) for one in period.requests.values()],
        )


router = APIRouter(tags=["reporting periods"])
commands = Commands(router, "measurement")

ONE = "/v1/reporting-periods/{period_id}"
REQUEST = ONE + "/reopening-requests/{request_id}"
WHERE = "/v1/reporting-periods/{id}"
View = ReportingPeriodView

commands.post(
    "/v1/initiatives/{initiative_id}/reporting-periods",
    Service.open_reporting_period,
    View,
    location=WHERE,
)
commands.post(f"{ONE}/closures", Service.close_reporting_period, View)
commands.post(f"{ONE}/reopening-requests", Service.request_reopening, View)
commands.post(f"{REQUEST}/grants", Service.grant_reopening, View)
commands.post(f"{REQUEST}/refusals", Service.refuse_reopening, View)
commands.post(f"{ONE}/deadline-extensions", Service.extend_deadline, View)
Reads(router).one(WHERE, ReportingPeriod, View)
