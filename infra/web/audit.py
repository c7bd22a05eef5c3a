"""What the house itself asks of a service's signed log: the gateway shows it to the world."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from infra.audit.kept import KeptLog
from infra.audit.tiles import asked
from infra.kernel import NotFound
from infra.web.auth import LOG_READERS, allow, authenticate

BYTES = "application/octet-stream"


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

    return router


def _log(request: Request) -> KeptLog:
    kept: KeptLog = request.app.state.log
    return kept
