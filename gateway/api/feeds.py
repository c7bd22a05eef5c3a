"""Feeds for funders and the public: catalogues, releases in every format, and proof bundles."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Annotated, Any, NamedTuple

from fastapi import APIRouter, Path, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import READ_PROBLEMS, answer
from gateway.api.asked import WAIT_FOR, asked, moment_asked, reached
from gateway.api.feed_views import FeedList, ReleaseList, ReleaseView
from gateway.audit import Witness
from gateway.feeds import catalogue, formats, store
from gateway.feeds.bundle import NotTheLog
from gateway.feeds.catalogue import Wanted
from gateway.feeds.model import Profile, Release, replaced_by
from gateway.journal import Vector
from gateway.readmodels.cut import Cut
from infra.kernel import NotFound
from infra.web.auth import authenticate
from infra.web.problems import Problem, retry_later
from infra.web.tokens import Token

router = APIRouter(tags=["feeds"])
ATOM = "application/atom+xml"
FOR_EVER = "private, max-age=31536000, immutable"
SEES_ALL = frozenset({"auditor", "data-steward", "certifier", "backbone-coordinator"})
"""These roles see every feed, as it was released and no more."""
Code = Annotated[str, Path(max_length=90, pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(\.atom)?$")]
FILES: dict[int | str, dict[str, Any]] = {
    **READ_PROBLEMS,
    200: {
        "content": {
            each.media_type: {"schema": {"type": "string"}}
            for each in formats.FORMATS
            if "json" not in each.media_type
        }
        | {catalogue.BUNDLE: {"schema": {"type": "string", "format": "binary"}}},
        "description": "A release, in the format that was asked for",
    },
}
ATOM_TOO: dict[int | str, dict[str, Any]] = {
    **READ_PROBLEMS,
    200: {"content": {ATOM: {"schema": {"type": "string"}}}, "description": "The releases"},
}
UPDATED_AFTER = Query(
    description="Only releases that were published after this: an RFC 3339 instant or a date.",
    max_length=40,
)
HISTORY = Query(
    alias="includeHistory", description="Also releases that were replaced since (SDMX)."
)
AS_OF = Query(
    alias="asOf",
    description="The catalogue as it was then (SDMX): an RFC 3339 instant or a date (its end).",
    max_length=120,
)


class Found(NamedTuple):
    """A feed that the caller may read, and its releases within the cut."""

    cut: Cut
    profile: Profile
    releases: Sequence[Release]


@router.get("/v1/feeds", response_model=FeedList, responses=READ_PROBLEMS)
async def list_feeds(
    request: Request, wait_for: Annotated[str | None, WAIT_FOR] = None
) -> Response:
    """The feeds that you may read: your organisation's, and everybody's."""
    cut = await asked(request, None, wait_for=wait_for)
    token = authenticate(request)
    pool = request.app.state.models.pool
    profiles = await store.all_profiles(pool, cut.vector[store.SOURCE])
    shown = [
        catalogue.profile_shown(one) for _, one in sorted(profiles.items()) if may_read(token, one)
    ]
    return answer(request, cut, {"feeds": shown})


@router.get("/v1/feeds/{profile}", response_model=ReleaseList, responses=ATOM_TOO)
async def read_feed(
    request: Request,
    profile: Code,
    updated_after: Annotated[str | None, UPDATED_AFTER] = None,
    history: Annotated[bool, HISTORY] = False,
    as_of: Annotated[str | None, AS_OF] = None,
    wait_for: Annotated[str | None, WAIT_FOR] = None,
) -> Response:
    """The releases of a feed, the newest first: JSON, or Atom by `Accept` or the suffix `.atom`.

    Without `includeHistory` only those that were not replaced. Atom holds all of them, the older
    ones in archive documents (RFC 5005), so that whoever reads it now and then misses none.
    """
    found = await _found(request, profile.removesuffix(".atom"), as_of, wait_for)
    if profile.endswith(".atom") or ATOM in request.headers.get("accept", ""):
        return _atom(request, found, 0)
    after: datetime | None = None
    if updated_after is not None:
        after = moment_asked(updated_after, "updated_after", request.app.state.timezone)
    wanted = Wanted(after, history)
    replaced = replaced_by(found.releases)
    shown = [
        catalogue.release_shown(one, replaced) for one in catalogue.chosen(found.releases, wanted)
    ]
    body = {"feed": catalogue.profile_shown(found.profile), "releases": shown}
    return answer(request, found.cut, body, vary="Authorization, Accept")


@router.get("/v1/feeds/{profile}/archive/{number}.atom", responses=ATOM_TOO)
async def read_archive(
    request: Request, profile: Code, number: Annotated[int, Path(ge=1, le=1_000_000)]
) -> Response:
    """An archive document of a feed (RFC 5005): it never changes."""
    return _atom(request, await _found(request, profile), number)


@router.get("/v1/feeds/{profile}/releases/{release}", response_model=ReleaseView, responses=FILES)
async def read_release(
    request: Request,
    profile: Code,
    release: Annotated[str, Path(max_length=140, pattern=r"^[a-z0-9.-]+$")],
    wait_for: Annotated[str | None, WAIT_FOR] = None,
) -> Response:
    """One release, in the format that `Accept` or a suffix names: `2.csv`, `2.sdmx.csv`,
    `2.sdmx.xml`, `2.parquet`, `2.xlsx`, `2.jsonl`, `2.cids.jsonld`, `2.csv-metadata.json`,
    `2.datapackage.json`; `2.zip` is the bundle that proves itself offline. Without either: what
    there is to say of it, as JSON. `Repr-Digest` (RFC 9530) is the hash of the bytes.

    They never change; a bundle is made once more when its release is replaced, and then says by
    which one. 503 while the log's checkpoint does not hold the release yet.
    """
    found = await _found(request, profile, None, wait_for)
    number, _, suffix = release.removeprefix(f"{profile}-").partition(".")
    one = next((each for each in found.releases if str(each.number) == number), None)
    if one is None or not one.sound:
        raise NotFound(kind="release", id=f"{profile}/{number}")
    if suffix == "zip" or (not suffix and catalogue.BUNDLE in request.headers.get("accept", "")):
        body = await _bundle(request, one, replaced_by(found.releases).get(one.id))
        return _file(request, body, catalogue.BUNDLE, f"{one.name}.zip")
    chosen = _chosen(request, one, suffix)
    if chosen is None:
        replaced = replaced_by(found.releases)
        return answer(request, found.cut, catalogue.release_shown(one, replaced))
    body = await _made(request, one, chosen)
    described = f'<{one.name}.csv-metadata.json>; rel="describedby"; type="application/csvm+json"'
    links = {"Link": described} if chosen.suffix == "csv" else {}
    return _file(request, body, chosen.media_type, f"{one.name}.{chosen.suffix}", **links)


def may_read(token: Token, profile: Profile) -> bool:
    """Whose feed it is, everybody where it is the public's, and who works on all of them."""
    own = profile.organisation in (None, str(token.organisation))
    return own or not SEES_ALL.isdisjoint(token.roles)


async def _found(
    request: Request, code: str, as_of: str | None = None, wait_for: str | None = None
) -> Found:
    """404 also where the feed is somebody else's."""
    token = authenticate(request)
    cut = await asked(request, None, as_known_at=as_of, wait_for=wait_for)
    pool, known = request.app.state.models.pool, cut.vector[store.SOURCE]
    profile = (await store.all_profiles(pool, known)).get(code)
    if profile is None or not may_read(token, profile):
        raise NotFound(kind="feed", id=code)
    return Found(cut, profile, await store.all_releases(pool, profile, known))


def _atom(request: Request, found: Found, number: int) -> Response:
    page = catalogue.page(found.releases, number)
    if page is None:
        raise NotFound(kind="archive", id=f"{found.profile.code}/{number}")
    base = str(request.base_url).rstrip("/")
    body = catalogue.as_atom(found.profile, page, found.releases, base)
    kept = FOR_EVER if number else "private, no-cache"
    return _file(request, body, ATOM, "", **{"Cache-Control": kept})


def _chosen(request: Request, release: Release, suffix: str) -> formats.Format | None:
    """The format that is asked for; None for the description. 404 for what is not offered."""
    offered = formats.offered(release)
    if suffix:
        found = next((each for each in offered if each.suffix == suffix), None)
        if found is None:
            raise NotFound(kind="format", id=suffix)
        return found
    for wanted in request.headers.get("accept", "").split(","):
        kind = wanted.split(";q=")[0].replace(" ", "")
        for each in offered:
            told = each.media_type.replace(" ", "")
            if kind in (told, told.partition(";")[0]) and kind != "application/json":
                return each
    return None


async def _made(request: Request, release: Release, wanted: formats.Format) -> bytes:
    """Out of the bundle that was given out, or made anew: the bytes are the same."""
    kept = await store.kept_bundle(request.app.state.models.pool, release)
    if kept is None:
        return wanted.make(release)
    with zipfile.ZipFile(BytesIO(kept)) as archive:
        return archive.read(f"release/{release.name}.{wanted.suffix}")


async def _bundle(request: Request, release: Release, replaced: Release | None) -> bytes:
    """As it was given out first; once more where the release was replaced since."""
    pool = request.app.state.models.pool
    since = (replaced or release).last_sequence
    kept = await store.kept_bundle(pool, release, since)
    if kept is not None:
        return kept
    witness: Witness | None = request.app.state.witness
    if witness is None:
        raise NotFound(kind="log", id="of this gateway")
    seen = await witness.see(store.SOURCE)
    if seen.checkpoint.size < since:
        raise retry_later(
            503, "not-signed-yet", "No signed checkpoint holds this release yet; ask again."
        )
    await reached(request.app.state.journal, Vector({store.SOURCE: seen.checkpoint.size}))
    signed = store.Signed(*seen, witness.public_keys())
    try:
        return await store.made_bundle(
            pool,
            release,
            signed,
            lambda digest: witness.logs.seal(store.SOURCE, digest, request.app.state.token()),
            since,
        )
    except NotTheLog as error:
        raise Problem(
            409, "log-inconsistent", f"The journal is not the signed log: {error}."
        ) from error


def _file(request: Request, body: bytes, media_type: str, name: str, **headers: str) -> Response:
    """Bytes with their digest; 304 where the caller has them already."""
    digest = hashlib.sha256(body).digest()
    etag = f'"{digest.hex()[:32]}"'
    told = {
        "ETag": etag,
        "Cache-Control": FOR_EVER,
        "Vary": "Authorization, Accept",
        "Repr-Digest": f"sha-256=:{base64.b64encode(digest).decode()}:",
        **headers,
    }
    if name:
        told["Content-Disposition"] = f'attachment; filename="{name}"'
    offered = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if etag in offered or "*" in offered:
        return Response(status_code=304, headers=told)
    return Response(body, media_type=media_type, headers=told)
