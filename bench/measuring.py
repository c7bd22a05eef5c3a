"""The measurement service alone, on a database of the benchmark's: `python -m bench.measuring`."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import uvicorn
import uvloop
from fastapi import FastAPI

from infra.eventstore import PostgresEventStore, PostgresGuards
from infra.kernel import SystemClock
from infra.messaging.references import MemoryReferences, Reference
from infra.postgres import make_pool
from infra.web import Parts, Verifier
from infra.web.shell import Shell
from services.measurement.app import create_app

INITIATIVE = UUID(int=1)
ISSUER = "commonweal-bench"


def app(dsn: str, keys: str) -> Shell:
    pool = make_pool(dsn, name="bench")
    store = PostgresEventStore(pool, SystemClock())

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield
            await store.close()

    known = MemoryReferences(Reference("initiative", INITIATIVE, INITIATIVE))
    verifier = Verifier.from_file(keys, ISSUER)
    guards = PostgresGuards(pool)
    parts = Parts(store, SystemClock(), verifier, known, guards=guards, lifespan=lifespan)
    return Shell(create_app(parts))


async def serve(port: int, dsn: str, keys: str) -> None:
    config = uvicorn.Config(
        app(dsn, keys), port=port, http="httptools", access_log=False, log_level="warning"
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1]), sys.argv[2], sys.argv[3]))
