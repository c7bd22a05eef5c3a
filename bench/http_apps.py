"""The three apps of the HTTP benchmark: `python -m bench.http_apps NAME PORT KEYS DSN`.

The same command with twelve fields, the same body model, the same token check. Ours keeps the fact
with its answer under its idempotency key; the peers are what FastAPI's own tutorial would write.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit
from uuid import UUID

import uvicorn
import uvloop
from eventsourcing.domain import event
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from fastapi import APIRouter, Depends, FastAPI
from pydantic import BaseModel
from starlette.types import ASGIApp

from infra.eventstore import PostgresEventStore, Receipt, Repository
from infra.kernel import (
    Act,
    Aggregate,
    Command,
    Created,
    Number,
    SystemClock,
    Text,
    Title,
    uuid7,
)
from infra.messaging.references import MemoryReferences
from infra.postgres import make_pool
from infra.web import Commands, Parts, Token, Verifier, build
from infra.web.auth import authenticate
from infra.web.shell import Shell

ISSUER = "commonweal-bench"
PATH = "/v1/readings"


class TakeReading(Command):
    indicator: UUID
    place: Title
    place_code: Title
    scheme: Title
    period_from: date
    period_to: date
    value: Number
    unit: Title
    status: Title
    source: Title
    note: Text
    method: Text


class ReadingTaken(Created):
    TOPIC: ClassVar[str] = "bench.reading-taken"
    indicator: UUID
    place: Title
    place_code: Title
    scheme: Title
    period_from: date
    period_to: date
    value: Number
    unit: Title
    status: Title
    source: Title
    note: Text
    method: Text


class Reading(Aggregate):
    TOPIC: ClassVar[str] = "bench.reading"

    @event(ReadingTaken)
    def __init__(
        self,
        indicator: UUID,
        place: str,
        place_code: str,
        scheme: str,
        period_from: date,
        period_to: date,
        value: Number,
        unit: str,
        status: str,
        source: str,
        note: str,
        method: str,
    ) -> None:
        self.initiative_id = indicator
        self.place = place
        self.value = value


class ReadingView(BaseModel):
    id: UUID
    version: int
    place: str
    value: Number

    @classmethod
    def of(cls, reading: Reading) -> Self:
        return cls(id=reading.id, version=reading.version, place=reading.place, value=reading.value)


class Readings:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    async def take_reading(self, *, command: TakeReading, by: Act) -> Receipt:
        """Take a reading."""
        fields = {
            name: getattr(command, name)
            for name in ReadingTaken.model_fields
            if name in command.model_fields_set
        }
        return await self._repository.save(by, Reading(**fields))


def ours(verifier: Verifier, dsn: str) -> ASGIApp:
    pool = make_pool(dsn, name="bench")
    store = PostgresEventStore(pool, SystemClock())

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield
            await store.close()

    router = APIRouter()
    location = PATH + "/{id}"
    Commands(router, "bench").post(PATH, Readings.take_reading, ReadingView, location=location)
    parts = Parts(store, SystemClock(), verifier, MemoryReferences(), lifespan=lifespan)
    return Shell(
        build("bench", parts, Readings(parts.repository), [router], description="A benchmark."),
        rate=1e9,
        burst=1e9,
    )


def library(verifier: Verifier, dsn: str) -> ASGIApp:
    """A function that blocks, which FastAPI runs in its threads: as its tutorial says."""
    at = urlsplit(dsn)
    store = PostgresDatastore(
        at.path[1:],
        str(at.hostname),
        str(at.port),
        str(at.username),
        str(at.password),
        pool_size=10,
        max_overflow=22,
    )
    recorder = PostgresApplicationRecorder(store)
    recorder.create_table()
    app = FastAPI()
    app.state.verifier = verifier

    @app.post(PATH, status_code=201, response_model=ReadingView)
    def take_reading(
        command: TakeReading, token: Annotated[Token, Depends(authenticate)]
    ) -> ReadingView:
        id = uuid7()
        state = command.model_dump_json().encode()
        recorder.insert_events([StoredEvent(id, 1, "bench.reading-taken", state)])
        return ReadingView(id=id, version=1, place=command.place, value=command.value)

    return app


def bare(verifier: Verifier, dsn: str) -> ASGIApp:
    app = FastAPI()
    app.state.verifier = verifier

    @app.post(PATH, status_code=201, response_model=ReadingView)
    async def take_reading(
        command: TakeReading, token: Annotated[Token, Depends(authenticate)]
    ) -> ReadingView:
        return ReadingView(id=uuid7(), version=1, place=command.place, value=command.value)

    return app


APPS = {"ours": ours, "library": library, "bare": bare}


async def main(name: str, port: int, keys: str, dsn: str) -> None:
    app = APPS[name](Verifier.from_file(f"{keys}/jwks.json", ISSUER), dsn)
    config = uvicorn.Config(
        app, port=port, http="httptools", access_log=False, log_config=None, server_header=False
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]))
