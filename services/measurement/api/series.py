"""Series: single observations, what replaces them, what certifies them, and what stands."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from infra.kernel.act import Answer
from infra.web import Commands
from infra.web.auth import INSIDERS, KEEPERS, allow, authenticate
from infra.web.commands import PROBLEMS, answerer
from infra.web.reads import VERSION
from services.measurement.api.submissions import CERTIFIERS, SubmissionView
from services.measurement.api.views import SeriesView
from services.measurement.application import MeasurementService as Service
from services.measurement.application.observations import HeldUpAlone
from services.measurement.domain import Series
from services.measurement.domain.findings import Finding

router = APIRouter(tags=["series"])
commands = Commands(router, "measurement")

CERTIFIED = Query(description="Only the values that are certified as they stand.")
INDICATOR = "/v1/indicators/{indicator_id}"
ONE = "/v1/series/{series_id}"


class HeldUpView(SubmissionView):
    """A single value that waits. `series_id` is where it would stand; `findings` say why it does
    not yet, or never will (`unsound`)."""

    series_id: UUID
    findings: list[Finding]

    @classmethod
    def held(cls, told: HeldUpAlone) -> Self:
        view = SubmissionView.of(told.submission)
        findings = [Finding(**found._asdict()) for found in told.found]
        return cls(**dict(view), series_id=told.series_id, findings=findings)


def _recorded(told: Series | HeldUpAlone) -> Answer:
    if isinstance(told, Series):
        return answerer(SeriesView, "/v1/series/{id}")(told)
    body = HeldUpView.held(told).model_dump_json(exclude_none=True).encode()
    headers = (
        ("ETag", f'"{told.submission.version}"'),
        ("Location", f"/v1/submissions/{told.submission.id}"),
    )
    return Answer(202, body, headers)


commands.post(
    f"{INDICATOR}/observations",
    Service.record_observation,
    SeriesView,
    location="/v1/series/{id}",
    roles=KEEPERS,
    answering=_recorded,
    also={202: {"model": HeldUpView, "description": "It waits for a person's decision"}},
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
