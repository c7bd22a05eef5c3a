"""What the house itself asks of a service's signed log: the gateway shows it to the world."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import Response

from infra.audit.kept import KeptLog
from infra.audit.tiles import asked
from infra.kernel import NotFound
from infra.web.auth import LOG_READERS, allow, authenticate
from infra.web.problems import Problem

BYTES = "application/octet-stream"
GATEWAY = "service:gateway"
"""As the gateway's own token calls it."""


def audit_routes() -> APIRouter:
    """The log as C2SP tlog-tiles lays it out. Hashes tell nothing; lines are for those who may."""
    router = APIRouter(include_in_schema=False)

    @router.get("/log/checkpoint")
    async def checkpoint(request: Request) -> Response:
        """The last one that was signed."""
        note = await _log(request).checkpoint()
        if note is None:
            raise NotFound(kind="checkpoint", id=request.app.state.name)
        return Response(note, media_type="text/plain", headers={"Cache-Control": "no-store"})

    @router.get("/log/tile/{path:path}")
    async def tile(request: Request, path: str) -> Response:
        """Hashes, or lines, by their place in the tree."""
        wanted = asked(path)
        if wanted is not None and wanted.entries:
            allow(authenticate(request), LOG_READERS)
            found = await _log(request).entries(wanted.tile)
        else:
            found = await _log(request).tile(wanted.tile) if wanted else None
        if found is None:
            raise NotFound(kind="tile", id=path)
        return Response(found, media_type=BYTES)

    router.post("/log/seals/{digest}")(_seal)
    return router


async def _seal(
    request: Request, digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
) -> Response:
    """The log's signature of a bundle that the gateway put together of it."""
    if authenticate(request).sub != GATEWAY:
        raise Problem(403, "role-not-allowed", "Only the gateway asks for seals.")
    note = await asyncio.to_thread(_log(request).seal, digest)
    if note is None:
        raise NotFound(kind="key", id=request.app.state.name)
    return Response(note, media_type="text/plain", headers={"Cache-Control": "no-store"})


def _log(request: Request) -> KeptLog:
    kept: KeptLog = request.app.state.log
    return kept
