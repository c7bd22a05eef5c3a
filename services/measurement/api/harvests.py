"""Outcome harvests: changes in the system."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter

from infra.web import Commands, Reads, View
from services.measurement.application import MeasurementService as Service
from services.measurement.domain import OutcomeHarvest
from services.measurement.domain.values import Place, Stated


class SignificanceView(View):
    significance: str
    because: str


class HarvestView(View):
    """`verdicts`: what each organisation said of the change as it is described now."""

    id: UUID
    version: int
    initiative_id: UUID
    state: str
    who: str
    what: str
    when: Stated
    place: Place
    direction: str
    intended: bool
    outcome_id: UUID | None
    significance: SignificanceView | None
    contribution: str | None
    verdicts: dict[UUID, str]

    @classmethod
    def of(cls, harvest: OutcomeHarvest) -> Self:
        rated = harvest.significance
        return cls.showing(
            harvest,
            significance=SignificanceView(significance=rated[0], because=rated[1])
            if rated
            else None,
            verdicts=dict(harvest.verdicts),
        )


router = APIRouter(tags=["outcome harvests"])
commands = Commands(router, "measurement")

ONE = "/v1/outcome-harvests/{harvest_id}"
WHERE = "/v1/outcome-harvests/{id}"

commands.post(
    "/v1/initiatives/{initiative_id}/outcome-harvests",
    Service.notice_system_change,
    HarvestView,
    location=WHERE,
)
commands.post(f"{ONE}/significance-ratings", Service.rate_significance, HarvestView)
commands.post(f"{ONE}/contributions", Service.describe_contribution, HarvestView)
commands.post(f"{ONE}/substantiations", Service.substantiate_outcome, HarvestView)
commands.post(f"{ONE}/disputes", Service.dispute_outcome, HarvestView)
Reads(router).one(WHERE, OutcomeHarvest, HarvestView)
