"""Series: single observations, corrections, de-duplications, and what stands."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from infra.web import READERS, Commands
from infra.web.auth import allow, authenticate
from infra.web.commands import PROBLEMS
from infra.web.reads import VERSION
from services.measurement.api.views import SeriesView
from services.measurement.application import MeasurementService as Service

router = APIRouter(tags=["series"])
commands = Commands(router, "measurement")

INDICATOR = "/v1/indicators/{indicator_id}"
ONE = "/v1/series/{series_id}"

commands.post(
    f"{INDICATOR}/observations",
    Service.record_observation,
    SeriesView,
    location="/v1/series/{id}",
)
commands.post(f"{INDICATOR}/deduplications", Service.deduplicate_observations, SeriesView)
commands.post(f"{ONE}/corrections", Service.correct_observation, SeriesView)


@router.get(
    ONE,
    response_model=SeriesView,
    summary="The series with the live value of each period, now or at a version",
    responses={status: PROBLEMS[status] for status in (401, 403, 404, 422, 429, 503)},
)
async def read_series(
    request: Request, series_id: UUID, version: Annotated[int | None, VERSION] = None
) -> Response:
    """Only what was accepted counts; the values of a submission under way are not shown."""
    allow(authenticate(request), READERS)
    service: Service = request.app.state.service
    found = await service.series_at(series_id, version)
    body = SeriesView.of(found).model_dump_json(exclude_none=True)
    return Response(body, media_type="application/json", headers={"ETag": f'"{found.version}"'})
