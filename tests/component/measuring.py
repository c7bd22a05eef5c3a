"""The measurement service on memory twins, and what its tests say again and again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import httpx
from fastapi import FastAPI

from infra.eventstore import EventStore, MemoryEventStore
from infra.kernel import SystemClock
from infra.kernel.clock import ManualClock
from infra.messaging.references import MemoryReferences, Reference
from infra.web import Parts
from services.measurement.app import create_app
from tests.callers import Caller, named, token, verifier
from tests.terms import INITIATIVE, UNDER, at_once, given_terms

DECISION = named("decision-7")
WHY = {"code": "correction", "text": "Counted again."}
BAYSIDE = {"scheme": "asgs", "edition": "3", "code": "20801", "label": "Bayside"}
DEFINITION = {
    "name": "Young people supported who are still engaged after 13 weeks",
    "unit": "%",
    "level": "performance",
    "polarity": "higher-is-better",
    "numerator": "young people engaged after 13 weeks",
    "denominator": "young people supported",
    "source": "referral desk",
    "custodian": "Southern Bay LLEN",
    "frequency": "half-yearly",
    "strata": [{"name": "place", "equity": True}],
    "suppression_class": "small-cells",
}
MAPPING = {
    "indicator": {"constant": "I4"},
    "period": {"format": "year", "column": "Year"},
    "value": {"column": "Value", "missing": [".."]},
    "place": {"scheme": "asgs", "edition": "3", "code_column": "Code", "columns": ["Place"]},
    "dimensions": ["Sex"],
}


def references() -> MemoryReferences:
    return MemoryReferences(
        Reference("initiative", INITIATIVE, INITIATIVE),
        Reference("decision", DECISION, INITIATIVE),
    )


def parts_on(store: EventStore, **more: Any) -> Parts:
    clock = SystemClock()
    return Parts(store, clock, verifier(), references(), **more)


def service() -> tuple[FastAPI, MemoryEventStore]:
    store = MemoryEventStore(SystemClock())
    at_once(given_terms(store))
    return create_app(parts_on(store)), store


class House(NamedTuple):
    """The service at a time that a test moves, and what it has heard of others."""

    app: FastAPI
    clock: ManualClock
    references: MemoryReferences
    store: MemoryEventStore


def house(*, terms: bool = False) -> House:
    """With `terms` there are a data agreement and an open round, under which values come."""
    clock = ManualClock(datetime(2022, 7, 1, tzinfo=UTC))
    store, known = MemoryEventStore(clock), references()
    if terms:
        at_once(given_terms(store))
    return House(create_app(Parts(store, clock, verifier(), known)), clock, known, store)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """What was refused: the status and the problem."""
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


async def indicator(caller: Caller, code: str = "I4", **terms: Any) -> UUID:
    """A defined indicator."""
    proposed = await caller.done(
        f"/v1/initiatives/{INITIATIVE}/indicators", {"code": code, "name": "Engaged"}
    )
    path = f"/v1/indicators/{proposed['id']}"
    await caller.done(f"{path}/definitions", {"definition": DEFINITION | terms})
    return UUID(proposed["id"])


async def send(
    caller: Caller,
    file: str | bytes,
    mapping: Mapping[str, Any] = MAPPING,
    *,
    key: str = "",
    accept: str = "application/json",
    **fields: str,
) -> httpx.Response:
    return await caller.post(
        f"/v1/initiatives/{INITIATIVE}/submissions",
        files={"file": ("file.csv", file, "text/csv")},
        data={"mapping": json.dumps(mapping), **UNDER, **fields},
        headers={"Idempotency-Key": key or str(uuid4()), "Accept": accept},
    )


async def verified(caller: Caller, submission: Any, by: str = "vera") -> dict[str, Any]:
    """A submission that another person has held against its source."""
    return await caller.done(
        f"/v1/submissions/{submission}/verifications",
        {"method": "Against the registers", "sample": 1},
        Authorization=f"Bearer {token(by, 'data-steward')}",
    )


def table(*rows: str) -> str:
    return "\n".join(("Year,Place,Code,Sex,Value", *rows)) + "\n"
