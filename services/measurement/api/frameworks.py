"""The measurement framework of an initiative."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel

from infra.web import Commands, Reads
from services.measurement.application import MeasurementService as Service
from services.measurement.domain import MeasurementFramework
from services.measurement.domain.calendars import PeriodCalendar
from services.measurement.domain.framework import by_outcome
from services.measurement.domain.framework_facts import Covered, Gap, Link
from services.measurement.domain.rules import StatedRule


class OutcomeView(BaseModel):
    """`to_unlink`: the outcome was retired, and its links are to be taken back."""

    outcome_id: UUID
    indicators: list[Link]
    gap: Gap | None
    to_unlink: bool


class FrameworkView(BaseModel):
    """`outcomes` as they stand now; `adopted` as the adopted version has them. `rules` are those
    by which submissions are looked at."""

    id: UUID
    version: int
    initiative_id: UUID
    title: str
    framework_version: int
    outcomes: list[OutcomeView]
    adopted: tuple[Covered, ...]
    rules: list[StatedRule]
    calendars: list[PeriodCalendar]

    @classmethod
    def of(cls, framework: MeasurementFramework) -> Self:
        return cls(
            id=framework.id,
            version=framework.version,
            initiative_id=framework.initiative_id,
            title=framework.title,
            framework_version=framework.framework_version,
            outcomes=[
                OutcomeView(
                    outcome_id=id,
                    indicators=links,
                    gap=gap,
                    to_unlink=bool(links) and id in framework.retired,
                )
                for id, links, gap in by_outcome(framework)
            ],
            adopted=framework.adopted,
            rules=list(framework.rules.values()),
            calendars=list(framework.calendars.values()),
        )


router = APIRouter(tags=["measurement framework"])
commands = Commands(router, "measurement")

ONE = "/v1/initiatives/{initiative_id}/measurement-framework"
RULING = frozenset({"backbone-coordinator", "data-steward", "indicator-owner"})
"""Whoever only provides data does not say what it is looked at by."""

commands.post(ONE, Service.open_measurement_framework, FrameworkView)
commands.post(f"{ONE}/links", Service.link_indicator, FrameworkView)
commands.post(f"{ONE}/unlinkings", Service.unlink_indicator, FrameworkView)
commands.post(f"{ONE}/gaps", Service.flag_measurement_gap, FrameworkView)
commands.post(f"{ONE}/adoptions", Service.adopt_measurement_framework, FrameworkView)
commands.post(f"{ONE}/revisions", Service.revise_measurement_framework, FrameworkView)
commands.post(f"{ONE}/validation-rules", Service.state_validation_rule, FrameworkView, roles=RULING)
commands.post(
    f"{ONE}/validation-rule-changes", Service.change_validation_rule, FrameworkView, roles=RULING
)
commands.post(
    f"{ONE}/validation-rule-withdrawals",
    Service.withdraw_validation_rule,
    FrameworkView,
    roles=RULING,
)
commands.post(f"{ONE}/calendars", Service.state_period_calendar, FrameworkView, roles=RULING)
commands.post(
    f"{ONE}/calendar-changes", Service.change_period_calendar, FrameworkView, roles=RULING
)
Reads(router).one(
    "/v1/initiatives/{id}/measurement-framework",
    MeasurementFramework,
    FrameworkView,
    id_of=MeasurementFramework.create_id,
)
