"""The gateway, wired on one page: journal, read models, the log, and the door to the services."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Lifespan

from gateway.api import (
    contracts,
    events,
    feeds,
    home,
    indicators,
    initiatives,
    proofs,
    read_models,
    registers,
)
from gateway.api.document import Document, checked_in, compose
from gateway.api.door import doors
from gateway.api.remembered import Memory
from gateway.audit import Witness
from gateway.carrying import services_of, token_of, witness_of
from gateway.clients import Services
from gateway.journal import Journal
from gateway.readmodels import MODELS, Projector, ReadModels
from infra.kernel import Clock
from infra.kernel.clock import clock_at
from infra.observability import log_as
from infra.postgres import make_pool
from infra.settings import Settings
from infra.web import Verifier, problems
from infra.web.shell import Shell

DESCRIPTION = """\
The one door to Collective Impact initiatives: writes go to the service that owns them, answers
come from read models of the whole history, now or as it was known at any past instant."""
POOL = 20
PAGES = (
    *(initiatives, registers, indicators, events, read_models, proofs, feeds, contracts, home),
)


@dataclass(frozen=True)
class Parts:
    """What the gateway is made of; a test hands in what it needs."""

    clock: Clock
    verifier: Verifier
    timezone: ZoneInfo
    services: Services
    documents: dict[str, Document]
    """The services' OpenAPI documents, by name: they say what the door opens to."""
    journal: Journal | None = None
    models: ReadModels | None = None
    witness: Witness | None = None
    """Sees the services' signed logs; None where none are kept."""
    token: Callable[[], str] | None = None
    """The gateway's own, by which a log's keeper seals bundles for it."""
    lifespan: Lifespan[FastAPI] | None = None


def create_app(parts: Parts) -> FastAPI:
    """The gateway's HTTP face. Serve it inside `infra.web.shell.Shell`."""
    app = FastAPI(
        title="Commonweal",
        version="1",
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=parts.lifespan,
    )
    app.state.clock = parts.clock
    app.state.verifier = parts.verifier
    app.state.timezone = parts.timezone
    app.state.services = parts.services
    app.state.journal = parts.journal
    app.state.models = parts.models
    app.state.memory = Memory()
    app.state.witness = parts.witness
    app.state.token = parts.token
    app.state.replays = asyncio.Semaphore(events.STREAMS)
    for module in PAGES:
        app.include_router(module.router)
    _health(app)
    app.router.routes.extend(doors(parts.documents))
    problems.install(app)
    app.openapi = lambda: _document(app, parts.documents)  # type: ignore[method-assign]
    return app


def _document(app: FastAPI, documents: dict[str, Document]) -> dict[str, Any]:
    if app.openapi_schema is None:
        app.openapi_schema = compose(app, documents)
    return app.openapi_schema


def _health(app: FastAPI) -> None:
    @app.get("/health/live", include_in_schema=False)
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/health/ready", include_in_schema=False)
    async def ready(request: Request) -> dict[str, str]:
        await request.app.state.journal.standing()
        return {"status": "ok"}

    @app.get("/health", include_in_schema=False)
    async def health(request: Request) -> dict[str, object]:
        told: dict[str, object] = (await request.app.state.journal.figures()).as_health()
        if request.app.state.witness is None:
            return told
        logs = await request.app.state.witness.figures()
        refused = any(log["refused"] for log in logs.values())
        return {**told, "status": "attention" if refused else told["status"], "logs": logs}

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        await request.app.state.journal.refresh_figures()
        if request.app.state.witness is not None:
            await request.app.state.witness.refresh()
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


def face(settings: Settings, poke: Callable[[], None]) -> ASGIApp:
    """The web process, made from its settings. It never writes, so it never pokes its child."""
    log_as("gateway")
    dsn = settings.database("gateway")
    pool = make_pool(dsn, name="gateway", size=POOL)
    journal = Journal(pool, dsn)
    services = services_of(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for part in (pool, journal, services):
                await stack.enter_async_context(part)
            gc.collect()
            gc.freeze()  # 150,000 objects that stay: to look through them takes a tenth of a second
            yield

    parts = Parts(
        clock=clock_at(settings.clock),
        verifier=Verifier.from_file(settings.token_keys, settings.token_issuer),
        timezone=settings.timezone,
        services=services,
        documents=checked_in(),
        journal=journal,
        models=ReadModels(pool, Projector(MODELS)),
        witness=witness_of(settings, pool, services),
        token=token_of(settings),
        lifespan=lifespan,
    )
    return Shell(create_app(parts))
