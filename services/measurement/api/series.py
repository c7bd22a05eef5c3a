"""Series: single observations, what replaces them, what certifies them, and what stands."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from infra.web import Commands
from infra.web.auth import INSIDERS, KEEPERS, allow, authenticate
from infra.web.commands import PROBLEMS
from infra.web.reads import VERSION
from services.measurement.api.views import SeriesView
from services.measurement.application import MeasurementService as Service

router = APIRouter(tags=["series"])
commands = Commands(router, "measurement")

CERTIFIERS = frozenset({"certifier"})
CERTIFIED = Query(description="Only the values that are certified as they stand.")
INDICATOR = "/v1/indicators/{indicator_id}"
ONE = "/v1/series/{series_id}"

commands.post(
    f"{INDICATOR}/observations",
    Service.record_observation,
    SeriesView,
    location="/v1/series/{id}",
    roles=KEEPERS,
)
commands.post(
    f"{INDICATOR}/deduplications", Service.deduplicate_observations, SeriesView, roles=KEEPERS
)
commands.post(f"{ONE}/corrections", Service.correct_observation, SeriesView, roles=KEEPERS)
commands.post(
    f"{INDICATOR}/certifications", Service.certify_many_series, SeriesView, roles=CERTIFIERS
)
commands.post(f"{ONE}/certifications", Service.certify_observations, SeriesView, roles=CERTIFIERS)
commands.post(
    f"{ONE}/decertifications", Service.decertify_observation, SeriesView, roles=CERTIFIERS
)
commands.post(f"{ONE}/status-changes", Service.change_observation_status, SeriesView, roles=KEEPERS)
commands.post(f"{ONE}/withdrawals", Service.withdraw_observation, SeriesView, roles=KEEPERS)
commands.post(f"{ONE}/anomalies", Service.flag_anomaly, SeriesView, roles=KEEPERS)


@router.get(
    ONE,
    response_model=SeriesView,
    summary="The series with the live value of each period, now or at a version",
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 422, 429, 503)},
)
async def read_series(
    request: Request,
    series_id: UUID,
    version: Annotated[int | None, VERSION] = None,
    certified: Annotated[bool, CERTIFIED] = False,
) -> Response:
    """Only what was accepted counts; the values of a submission under way are not shown."""
    allow(authenticate(request), INSIDERS)
    service: Service = request.app.state.service
    found = await service.series_at(series_id, version)
    view = SeriesView.of(found)
    if certified:
        view.observations = [one for one in view.observations if one.certified]
    body = view.model_dump_json(exclude_none=True)
    return Response(body, media_type="application/json", headers={"ETag": f'"{found.version}"'})
