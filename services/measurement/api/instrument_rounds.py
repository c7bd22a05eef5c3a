"""Rounds of instruments such as SCORE."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from infra.web import Commands, Each, Reads, View
from infra.web.auth import INSIDERS, KEEPERS
from services.measurement.application import MeasurementService as Service
from services.measurement.domain import InstrumentRound
from services.measurement.domain.rating import Results, Scale
from services.measurement.domain.values import Stated


class InstrumentRoundView(View):
    id: UUID
    version: int
    initiative_id: UUID
    title: str
    state: str
    instrument: str
    instrument_version: str
    scale: Scale
    period: Stated
    results: Each[Results]


router = APIRouter(tags=["instrument rounds"])
commands = Commands(router, "measurement")

ONE = "/v1/instrument-rounds/{round_id}"
WHERE = "/v1/instrument-rounds/{id}"

commands.post(
    "/v1/initiatives/{initiative_id}/instrument-rounds",
    Service.open_instrument_round,
    InstrumentRoundView,
    location=WHERE,
)
commands.post(
    f"{ONE}/results", Service.enter_instrument_results, InstrumentRoundView, roles=KEEPERS
)
commands.post(f"{ONE}/closures", Service.close_instrument_round, InstrumentRoundView, roles=KEEPERS)
Reads(router).one(WHERE, InstrumentRound, InstrumentRoundView, roles=INSIDERS)
