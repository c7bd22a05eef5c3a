"""Indicators: their terms, where they stood, where they should be."""

from __future__ import annotations

from fastapi import APIRouter

from infra.web import Commands, Reads
from infra.web.auth import KEEPERS
from services.measurement.api.views import IndicatorOutside, IndicatorView
from services.measurement.application import MeasurementService as Service
from services.measurement.domain import Indicator

router = APIRouter(tags=["indicators"])
commands = Commands(router, "measurement")

ONE = "/v1/indicators/{indicator_id}"
TARGET = ONE + "/targets/{target_id}"
WHERE = "/v1/indicators/{id}"

commands.post(
    "/v1/initiatives/{initiative_id}/indicators",
    Service.propose_indicator,
    IndicatorView,
    location=WHERE,
    roles=KEEPERS,
)
commands.post(f"{ONE}/definitions", Service.define_indicator, IndicatorView, roles=KEEPERS)
commands.post(
    f"{ONE}/definition-changes",
    Service.change_indicator_definition,
    IndicatorView,
    edits=True,
    roles=KEEPERS,
)
commands.post(
    f"{ONE}/design-assessments", Service.assess_indicator_design, IndicatorView, roles=KEEPERS
)
commands.post(f"{ONE}/adoptions", Service.adopt_indicator, IndicatorView, roles=KEEPERS)
commands.post(f"{ONE}/deprecations", Service.deprecate_indicator, IndicatorView, roles=KEEPERS)
commands.post(f"{ONE}/codes", Service.map_indicator, IndicatorView, roles=KEEPERS)
commands.post(f"{ONE}/baselines", Service.establish_baseline, IndicatorView, roles=KEEPERS)
commands.post(f"{ONE}/targets", Service.set_target, IndicatorView, roles=KEEPERS)
commands.post(f"{TARGET}/revisions", Service.revise_target, IndicatorView, roles=KEEPERS)
commands.post(f"{TARGET}/carry-overs", Service.carry_over_target, IndicatorView, roles=KEEPERS)
commands.post(f"{TARGET}/withdrawals", Service.withdraw_target, IndicatorView, roles=KEEPERS)
Reads(router).one(WHERE, Indicator, IndicatorView, outside=IndicatorOutside)
