"""Whatever is sent to whichever command: a problem that says what to do, and nothing written."""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, given, seed, settings

from infra.eventstore import MemoryEventStore
from infra.kernel import SystemClock
from infra.messaging import Reference
from infra.web import Parts
from tests.callers import Caller, named, token, verifier
from tests.component.shapes import Schema, bodies
from tests.contract.pages import ROOT, SERVICES

DEEP = "[" * 200 + "]" * 200
BROKEN = {
    "cut short": b'{"title": "x"',
    "no number": b'{"title": NaN}',
    "broken UTF-8": b'{"title": "\xff\xfe"}',
    "no object": b"[1, 2]",
    "only a word": b'"x"',
    "nothing": b"null",
    "empty": b"",
    "too deep": f'{{"title": {DEEP}}}'.encode(),
    "unknown field": b'{"surely_nobody_knows_this": 1}',
    "said twice": b'{"reason": 1, "reason": 2}',
}
WRONG: tuple[Any, ...] = (
    {"x": 1},
    [[]],
    1.5,
    -1,
    True,
    "",
    "nul \x00 inside",
    "x" * 5_000,
    "1e999999",
    "9999-99-99",
)


class Everything:
    """Known references of a service that has heard of everything."""

    async def require(self, kind: str, id: UUID, initiative_id: UUID) -> None:
        return None

    async def standing(self, kind: str, initiative_id: UUID) -> frozenset[UUID]:
        return frozenset({named(kind)})

    async def found(self, kind: str) -> list[Reference]:
        return [Reference(kind, named(kind), named("initiative"))]

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a command asks the known references for {name}")


def commands() -> Iterator[tuple[str, str, str]]:
    for service in SERVICES:
        for path, operations in document(service)["paths"].items():
            for method, operation in operations.items():
                if method == "post" and "x-command" in operation:
                    yield service, path, operation["x-command"]


@cache
def document(service: str) -> Schema:
    found: Schema = json.loads((ROOT / "services" / service / "openapi.json").read_text("utf-8"))
    return found


def fields(service: str, command: str) -> list[str]:
    return list(document(service)["components"]["schemas"][command]["properties"])


COMMANDS = list(commands())
NAMES = [f"{service} {command}" for service, _, command in COMMANDS]


class House:
    """One service on the memory twin."""

    def __init__(self, service: str) -> None:
        clock = SystemClock()
        self.store = MemoryEventStore(clock)
        app = importlib.import_module(f"services.{service}.app")
        parts = Parts(self.store, clock, verifier(), Everything())
        everyone = token("person-1", "backbone-coordinator", "certifier", "data-steward")
        self.caller = Caller(app.create_app(parts), bearer=everyone)

    async def send(self, path: str, body: bytes) -> httpx.Response:
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": str(uuid4()),
            "If-Match": '"1"',
        }
        where = re.sub(r"\{\w+\}", str(named("nobody")), path)
        return await self.caller.post(where, content=body, headers=headers)


def is_problem(answer: httpx.Response) -> bool:
    told = answer.json()
    return (
        400 <= answer.status_code < 500
        and answer.headers["content-type"] == "application/problem+json"
        and told["type"].startswith("/problems/")
        and told["status"] == answer.status_code
        and len(told["detail"]) > 10
    )


@pytest.fixture
def house(request: pytest.FixtureRequest) -> House:
    """One for each service: it is only ever refused something, or asked in the right shape."""
    return standing(request.param)


standing = cache(House)


@pytest.mark.parametrize(("house", "path", "command"), COMMANDS, indirect=["house"], ids=NAMES)
async def test_a_body_that_is_wrong_is_refused_by_name(
    house: House, path: str, command: str
) -> None:
    before = len(await house.store.replay(limit=10_000))
    for words, body in BROKEN.items():
        answer = await house.send(path, body)
        assert is_problem(answer), f"{words}: {answer.status_code} {answer.text}"
    answer = await house.caller.post(re.sub(r"\{\w+\}", "1", path), content=b"{}")
    assert is_problem(answer)
    assert len(await house.store.replay(limit=10_000)) == before


@pytest.mark.parametrize(("house", "path", "command"), COMMANDS, indirect=["house"], ids=NAMES)
async def test_fields_that_are_wrong_are_named(
    house: House, path: str, command: str, request: pytest.FixtureRequest
) -> None:
    service = request.node.callspec.id.split(" ")[0]
    before = len(await house.store.replay(limit=10_000))
    for value in WRONG:
        body = dict.fromkeys(fields(service, command), value)
        answer = await house.send(path, json.dumps(body).encode())
        assert is_problem(answer), f"{value!r}: {answer.text}"
        named_ = {error["pointer"].split("/")[1] for error in answer.json()["errors"]}
        assert "occurred_at" in named_
        assert named_ <= body.keys()
    assert len(await house.store.replay(limit=10_000)) == before


@pytest.mark.parametrize(("service", "path", "command"), COMMANDS, ids=NAMES)
async def test_a_body_of_the_right_shape_is_never_our_mistake(
    service: str, path: str, command: str
) -> None:
    house = standing(service)
    shapes = document(service)["components"]["schemas"]
    drawn: list[bytes] = []

    @seed(7)
    @settings(max_examples=4, database=None, suppress_health_check=list(HealthCheck), deadline=None)
    @given(bodies(shapes[command], shapes))
    def draw(body: Schema) -> None:
        drawn.append(json.dumps(body).encode())

    draw()
    for body in drawn:
        answer = await house.send(path, body)
        assert answer.status_code < 500, f"{body!r}: {answer.text}"
        assert answer.is_success or is_problem(answer), answer.text


@pytest.mark.parametrize("day", ["20220401", "0", 0, "2022-04-01T00:00:00", "2022-4-1"])
async def test_a_day_is_never_taken_for_a_count_of_seconds(day: Any) -> None:
    body = {"milestone": "opens", "due": day}
    path = "/v1/activities/{activity_id}/missed-milestones"
    answer = await standing("activities").send(path, json.dumps(body).encode())
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/due"]


@pytest.mark.parametrize("moment", [0, 1.5, "1650000000", "2022-04-01", "2022-04-01T10:00:00"])
async def test_a_moment_is_written_out_with_its_zone(moment: Any) -> None:
    body = {"milestone": "opens", "occurred_at": moment}
    path = "/v1/activities/{activity_id}/reached-milestones"
    answer = await standing("activities").send(path, json.dumps(body).encode())
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/occurred_at"]
