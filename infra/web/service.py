"""A service's HTTP face: its routers in the shell that all of them wear."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, FastAPI, Query
from fastapi.openapi.utils import get_openapi
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Lifespan

from infra.audit.kept import KeptLog
from infra.eventstore import EventStore, Guards, MemoryGuards, Repository
from infra.kernel import Clock
from infra.kernel.values import instant
from infra.messaging import figures
from infra.messaging.delegations import Delegations, KnownDelegations
from infra.messaging.references import References
from infra.postgres import Pool
from infra.web import problems
from infra.web.audit import audit_routes
from infra.web.auth import LOG_READERS, READERS, allow, authenticate
from infra.web.commands import COMMANDS, PROBLEMS
from infra.web.openapi import say_absences, say_problems
from infra.web.tokens import Verifier


def nothing() -> None:
    """Nobody waits to be told of an append."""


@dataclass(frozen=True)
class Parts:
    """What a service is made of; a test hands in memory twins."""

    store: EventStore
    clock: Clock
    verifier: Verifier
    references: References
    """What is known here of the other services' things."""
    appended: Callable[[], None] = nothing
    """Told after every append, so that the relay need not wait for its next look."""
    guards: Guards = field(default_factory=MemoryGuards)
    """Tell work of several appends that was abandoned from work that is under way."""
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Australia/Melbourne"))
    """In which a date given as `as_known_at` ends."""
    pool: Pool | None = None
    """The service's own database, for what is no event; None: memory twins."""
    log: KeptLog | None = None
    """The signed log; None where none is kept."""
    secrets: Path | None = None
    """A folder that no backup of the database holds; None: memory twins."""
    lifespan: Lifespan[FastAPI] | None = None
    """Opens what the parts need and closes it again; None where they need nothing."""

    @property
    def repository(self) -> Repository:
        return Repository(self.store, self.clock)


def build(
    name: str,
    parts: Parts,
    service: object,
    routers: Iterable[APIRouter],
    *,
    description: str,
    delegations: Delegations | None = None,
) -> FastAPI:
    """The app of one service, by name: `agenda`. Serve it inside `infra.web.shell.Shell`."""
    app = FastAPI(
        title=f"Commonweal {name}",
        version="1",
        description=description,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=parts.lifespan,
    )
    app.state.name = name
    app.state.clock = parts.clock
    app.state.timezone = parts.timezone
    app.state.service = service
    app.state.store = parts.store
    app.state.pool = parts.pool
    app.state.log = parts.log
    app.state.repository = parts.repository
    app.state.verifier = parts.verifier
    app.state.appended = parts.appended
    app.state.delegations = delegations or KnownDelegations(parts.references)
    app.state.under_way = set()
    for router in routers:
        app.include_router(router)
    app.include_router(log_routes())
    if parts.log is not None:
        app.include_router(audit_routes())
    app.include_router(health_routes())
    problems.install(app)
    app.openapi = lambda: document(app)  # type: ignore[method-assign]
    return app


def log_routes() -> APIRouter:
    """What the house itself asks of a service: its log, and where the log ends."""
    router = APIRouter()

    @router.get(
        "/v1/head", tags=["log"], responses={status: PROBLEMS[status] for status in (401, 403)}
    )
    async def head(request: Request) -> Response:
        """The last sequence, and the instant before which no further line will be recorded."""
        allow(authenticate(request), READERS)
        found = await request.app.state.store.mark()
        return Response(
            orjson.dumps(
                {"sequence": found.sequence, "known_through": instant(found.known_through)}
            ),
            media_type="application/json",
        )

    @router.get("/events", tags=["log"], include_in_schema=False)
    async def events(
        request: Request,
        after: Annotated[int, Query(ge=0, le=2**62)] = 0,
        limit: Annotated[int, Query(ge=1, le=5_000)] = 500,
    ) -> Response:
        """The lines after a sequence, as JSON Lines: how a reader fills a gap."""
        allow(authenticate(request), LOG_READERS)
        page = await request.app.state.store.replay(after=after, limit=limit)
        body = "".join(f"{recorded.line}\n" for recorded in page)
        return Response(body, media_type="application/jsonl")

    return router


def health_routes() -> APIRouter:
    """Whether the service lives, is ready, and how its carrying goes."""
    router = APIRouter()

    @router.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @router.get("/health/ready", include_in_schema=False)
    async def ready(request: Request) -> dict[str, str]:
        await request.app.state.store.remembered("", "")
        return {"status": "ok"}

    @router.get("/health", include_in_schema=False)
    async def health(request: Request) -> dict[str, object]:
        if request.app.state.pool is None:
            return {"status": "ok"}
        carried = (await figures.carrying(request.app.state.pool, relays=True)).as_health()
        return await _with_log(carried, request.app.state.log)

    @router.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        if request.app.state.pool is not None:
            await figures.refresh(request.app.state.pool, relays=True)
        if request.app.state.log is not None:
            await request.app.state.log.refresh()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _with_log(health: dict[str, object], log: KeptLog | None) -> dict[str, object]:
    """What the signed log adds: it needs somebody where signing is refused."""
    if log is None:
        return health
    found = await log.figures()
    status = "attention" if found.refused else health["status"]
    return {**health, "status": status, "log": found._asdict()}


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with the schemas of the commands that routes read by themselves."""
    if app.openapi_schema is None:
        schema = get_openapi(
            title=app.title, version=app.version, description=app.description, routes=app.routes
        )
        named = {op.get("x-command") for path in schema["paths"].values() for op in path.values()}
        commands = [(COMMANDS[name], "validation") for name in sorted(named - {None})]
        template = "#/components/schemas/{model}"
        _, shapes = models_json_schema(commands, ref_template=template)  # type: ignore[arg-type]
        components = schema.setdefault("components", {})
        components.setdefault("schemas", {}).update(shapes.get("$defs", {}))
        components["securitySchemes"] = {
            "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
        }
        schema["security"] = [{"bearer": []}]
        say_problems(schema)
        say_absences(schema)
        app.openapi_schema = schema
    return app.openapi_schema
