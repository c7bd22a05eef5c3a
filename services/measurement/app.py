"""The measurement service on one page: what it is made of, and what it hears of the others."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from fastapi import FastAPI
from starlette.types import Lifespan

from infra.postgres import Unavailable
from infra.web import Parts, build
from services.measurement.api import ROUTERS
from services.measurement.application import MeasurementService
from services.measurement.application.checkpoints import MemoryCheckpoints
from services.measurement.application.rulings import framework_rules
from services.measurement.vault import FolderShares, MemoryShares, PostgresShares, Vault

DESCRIPTION = """\
Shared measurement: indicators with a history of their terms, baselines and targets; series of
observations that are corrected and never overwritten; bulk import of what statistical offices
publish. Lists and joins are the gateway's."""


AGAIN_SECONDS = 2.0


def create_app(parts: Parts) -> FastAPI:
    service = MeasurementService(
        repository=parts.repository,
        references=parts.references,
        guards=parts.guards,
        clock=parts.clock,
        vault=_vault(parts),
        checkpoints=parts.log or MemoryCheckpoints(parts.store),
        rules=framework_rules(parts.repository),
    )
    parts = replace(parts, lifespan=_cleaning(parts, service))
    return build("measurement", parts, service, ROUTERS, description=DESCRIPTION)


def _vault(parts: Parts) -> Vault:
    """A share of each key in the database, the other in a folder that its backups do not hold."""
    if parts.pool is None or parts.secrets is None:
        return Vault((MemoryShares(), MemoryShares()))
    return Vault((PostgresShares(parts.pool), FolderShares(parts.secrets / "stories")))


def _cleaning(parts: Parts, service: MeasurementService) -> Lifespan[FastAPI]:
    """The parts' own lifespan, and once in it: reject what a process before left open."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            if parts.lifespan is not None:
                await stack.enter_async_context(parts.lifespan(app))
            task = asyncio.create_task(_reject_interrupted(service))
            yield
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    return lifespan


async def _reject_interrupted(service: MeasurementService) -> None:
    """As soon as the database answers; the service does not wait for it."""
    while True:
        try:
            await service.reject_interrupted()
            return
        except Unavailable:
            await asyncio.sleep(AGAIN_SECONDS)
