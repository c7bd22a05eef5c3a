"""Feed profiles and their releases: defined, prepared, approved, published, doubted. What was
published is read at the gateway's feeds, by whoever receives it."""

from __future__ import annotations

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from infra.web import Commands, Reads, View
from infra.web.auth import INSIDERS, WRITERS, allow, authenticate
from infra.web.commands import PROBLEMS
from services.measurement.application import MeasurementService as Service
from services.measurement.domain import FeedProfile, FeedRelease
from services.measurement.domain.feed_cells import in_order
from services.measurement.domain.feed_facts import FeedChallenged, SignedCheckpoint
from services.measurement.domain.feed_profile import FeedTerms
from services.measurement.domain.feed_terms import Audience
from services.measurement.domain.values import Stated

DEFINERS = frozenset({"backbone-coordinator", "data-steward"})
"""Who says what a feed holds, and prepares its releases."""
APPROVERS = DEFINERS | {"certifier"}
"""Who approves and publishes, and answers challenges; never what they prepared themselves."""


class FeedProfileView(View):
    id: UUID
    version: int
    initiative_id: UUID
    code: str
    audience: Audience
    profile_version: int
    state: str
    terms: FeedTerms

    @classmethod
    def of(cls, profile: FeedProfile) -> Self:
        return cls.showing(profile)


class ReliabilityView(View):
    purpose: str
    determination: str
    note: str | None


class ControlView(View):
    """By counts only."""

    policy_version: str
    cells: int
    primary: int
    secondary: int
    k: int
    compared: int


class ChallengeView(View):
    challenge_id: UUID
    organisation: UUID
    ground: str
    outcome: str | None
    text: str | None


class OvertakenView(View):
    """What it holds was corrected: it is to be restated."""

    cause: int
    fact: str
    cells: int


class FeedReleaseView(View):
    """A release without its cells, which are at `cells`."""

    id: UUID
    version: int
    initiative_id: UUID
    profile_id: UUID
    profile_version: int
    number: int
    title: str
    state: str
    audience: Audience
    positions: str
    periods: tuple[Stated, ...]
    replaces: UUID | None
    content_sha256: str
    control: ControlView | None
    reliability: list[ReliabilityView]
    checkpoint: SignedCheckpoint | None
    note: str | None
    to_restate: list[OvertakenView]
    acknowledged: list[UUID]
    challenges: list[ChallengeView]

    @classmethod
    def of(cls, release: FeedRelease) -> Self:
        return cls.showing(
            release,
            control=release.control and ControlView.showing(release.control),
            reliability=[ReliabilityView.showing(one) for one in release.reliability.values()],
            to_restate=[OvertakenView.showing(one) for one in release.overtaken],
            acknowledged=sorted(release.acknowledged),
            challenges=[_challenge(release, one) for one in release.challenges.values()],
        )


def _challenge(release: FeedRelease, made: FeedChallenged) -> ChallengeView:
    resolved = release.resolved.get(made.challenge_id)
    return ChallengeView.showing(
        made,
        outcome=resolved and resolved.outcome,
        text=resolved and resolved.text,
    )


router = APIRouter(tags=["feed releases"])
commands = Commands(router, "measurement")

PROFILE = "/v1/feed-profiles/{profile_id}"
WHERE_PROFILE = "/v1/feed-profiles/{id}"
RELEASE = "/v1/feed-releases/{release_id}"
WHERE_RELEASE = "/v1/feed-releases/{id}"

commands.post(
    "/v1/initiatives/{initiative_id}/feed-profiles",
    Service.define_feed_profile,
    FeedProfileView,
    location=WHERE_PROFILE,
    roles=DEFINERS,
)
commands.post(
    f"{PROFILE}/changes", Service.change_feed_profile, FeedProfileView, roles=DEFINERS, edits=True
)
commands.post(
    f"{PROFILE}/retirements", Service.retire_feed_profile, FeedProfileView, roles=DEFINERS
)
commands.post(
    f"{PROFILE}/releases",
    Service.prepare_feed_release,
    FeedReleaseView,
    location=WHERE_RELEASE,
    roles=DEFINERS,
)
commands.post(
    f"{RELEASE}/determinations", Service.determine_reliability, FeedReleaseView, roles=APPROVERS
)
commands.post(
    f"{RELEASE}/approvals", Service.approve_feed_release, FeedReleaseView, roles=APPROVERS
)
commands.post(f"{RELEASE}/discards", Service.discard_feed_release, FeedReleaseView, roles=APPROVERS)
commands.post(
    f"{RELEASE}/publications", Service.publish_feed_release, FeedReleaseView, roles=APPROVERS
)
commands.post(f"{RELEASE}/acknowledgements", Service.acknowledge_feed_release, FeedReleaseView)
commands.post(
    f"{RELEASE}/challenges",
    Service.challenge_feed_release,
    FeedReleaseView,
    roles=WRITERS | {"auditor", "evaluator"},
)
commands.post(
    f"{RELEASE}/challenges/{{challenge_id}}/resolutions",
    Service.resolve_challenge,
    FeedReleaseView,
    roles=APPROVERS,
)
reads = Reads(router)
reads.one(WHERE_PROFILE, FeedProfile, FeedProfileView, roles=INSIDERS)
reads.one(WHERE_RELEASE, FeedRelease, FeedReleaseView, roles=INSIDERS)


@router.get(
    f"{WHERE_RELEASE}/cells",
    responses={
        200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}},
        **{status: PROBLEMS[status] for status in (401, 403, 404, 422, 429, 503)},
    },
)
async def read_cells(
    request: Request, id: Annotated[UUID, Path(description="The release.")]
) -> Response:
    """What it says, after disclosure control, before it is published too: a cell a line, and the
    SHA-256 of all of it is `content_sha256`."""
    allow(authenticate(request), INSIDERS)
    service: Service = request.app.state.service
    release = await service.repository.get(FeedRelease, id)
    body = "".join(f"{cell.written}\n" for cell in in_order(release.cells))
    return Response(body, media_type="application/jsonl", headers={"ETag": f'"{release.version}"'})
