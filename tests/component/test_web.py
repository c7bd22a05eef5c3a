"""The rules that every service's routes share, on the smallest service there can be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

import httpx
import pytest
from eventsourcing.domain import event
from fastapi import APIRouter
from pydantic import BaseModel

from infra.eventstore import MemoryEventStore, Receipt, Repository
from infra.kernel import (
    Act,
    Aggregate,
    Command,
    Conflict,
    Created,
    Event,
    NotKnownHere,
    Number,
    RuleForbids,
    StateForbids,
    SystemClock,
    Title,
)
from infra.messaging.references import MemoryReferences
from infra.postgres import Unavailable
from infra.web import Commands, Parts, Reads, bodies, build
from infra.web.shell import Shell
from tests.callers import Caller, named, token, verifier

INITIATIVE = UUID(int=7)


class CupTooFull(StateForbids):
    """The cup holds {volume} already; empty it first."""


class CupTooSmall(RuleForbids):
    """No cup is smaller than nothing."""


class CupMade(Created):
    TOPIC: ClassVar[str] = "web.cup-made"
    name: Title
    volume: Number


class CupFilled(Event):
    TOPIC: ClassVar[str] = "web.cup-filled"
    volume: Number

    def apply(self, cup: Cup) -> None:
        cup.volume += self.volume


class Cup(Aggregate):
    TOPIC: ClassVar[str] = "web.cup"

    @event(CupMade)
    def __init__(self, name: str, volume: Number) -> None:
        self.name = name
        self.volume = volume

    @property
    def initiative_id(self) -> UUID:  # type: ignore[override]
        return INITIATIVE

    def fill(self, volume: Number) -> None:
        if self.volume + volume > 100:
            raise CupTooFull(volume=self.volume)
        self.trigger_event(CupFilled, volume=volume)


class MakeCup(Command):
    name: Title
    volume: Number


class FillCup(Command):
    volume: Number


class CupView(BaseModel):
    id: UUID
    version: int
    name: str
    volume: Number

    @classmethod
    def of(cls, cup: Cup) -> Self:
        return cls(id=cup.id, version=cup.version, name=cup.name, volume=cup.volume)


class Cups:
    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.trouble: list[Exception] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Semaphore(0)

    async def make_cup(self, *, command: MakeCup, by: Act) -> Receipt:
        """Make a cup."""
        self.entered.release()
        await self.gate.wait()
        if self.trouble:
            raise self.trouble.pop()
        if command.volume < 0:
            raise CupTooSmall
        return await self._repository.save(by, Cup(command.name, command.volume))

    async def fill_cup(self, cup_id: UUID, *, command: FillCup, by: Act) -> Receipt:
        """Fill a cup."""
        if self.trouble:
            raise self.trouble.pop()
        cup = await self._repository.get(Cup, cup_id)
        cup.fill(command.volume)
        return await self._repository.save(by, cup)


class House:
    def __init__(self) -> None:
        self.store = MemoryEventStore(SystemClock())
        parts = Parts(self.store, SystemClock(), verifier(), MemoryReferences())
        self.cups = Cups(parts.repository)
        router = APIRouter()
        commands = Commands(router, "web")
        commands.post("/v1/cups", Cups.make_cup, CupView, location="/v1/cups/{id}")
        commands.post("/v1/cups/{cup_id}/fillings", Cups.fill_cup, CupView)
        Reads(router).one("/v1/cups/{id}", Cup, CupView)
        self.app = build("web", parts, self.cups, [router], description="Cups.")
        self.caller = Caller(self.app)

    async def lines(self) -> list[dict[str, Any]]:
        return [json.loads(recorded.line) for recorded in await self.store.replay()]

    async def send(self, content: Any = b"", **headers: str) -> httpx.Response:
        said = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        said = {name: value for name, value in said.items() if value != "absent"}
        return await self.caller.post("/v1/cups", content=content, headers=said)


@pytest.fixture
async def house() -> AsyncIterator[House]:
    house = House()
    async with house.caller:
        yield house


CUP = {"name": "blue", "volume": "7.10"}
GOOD = json.dumps(CUP).encode()


def problem(answer: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    """Every refusal has this form, whatever refuses."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["type"] == f"/problems/{slug}"
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert told["instance"].startswith("/")
    assert answer.headers["x-correlation-id"]
    return told


# What a command answers


async def test_a_command_answers_with_where_it_stands(house: House) -> None:
    answer = await house.caller.ask("/v1/cups", CUP)
    shown = answer.json()
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/cups/{shown['id']}"
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["commonweal-position"] == shown["position"] == "web:1"
    assert shown["volume"] == "7.10"


async def test_every_answer_bears_the_safe_headers(house: House) -> None:
    made = await house.caller.ask("/v1/cups", CUP)
    for answer in (
        made,
        await house.caller.get(made.headers["location"]),
        await house.caller.get("/nowhere"),
        await house.caller.get("/health/live"),
        await house.send(b"{"),
    ):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-frame-options"] == "DENY"
        assert "server" not in answer.headers


async def test_the_line_says_who_and_why(house: House) -> None:
    reason = {"code": "stocktaking", "text": "We counted."}
    answer = await house.caller.ask(
        "/v1/cups", CUP | {"reason": reason}, X_Correlation_ID="trace-7"
    )
    assert answer.headers["x-correlation-id"] == "trace-7"
    (line,) = await house.lines()
    assert line["correlationid"] == "trace-7"
    told = line["data"]["provenance"]
    assert (told["actor"], told["role"], told["reason"]) == (
        "person-1",
        "backbone-coordinator",
        reason,
    )
    assert told["authority"] == "role:backbone-coordinator"


@pytest.mark.parametrize("offered", ["a b", "x" * 101, "a\tb", ""])
async def test_a_strange_correlation_id_is_replaced(house: House, offered: str) -> None:
    answer = await house.caller.get("/health/live", headers={"X-Correlation-ID": offered})
    assert UUID(answer.headers["x-correlation-id"]).version == 7


# Idempotency


async def test_a_repeated_command_is_told_the_same_once_more(house: House) -> None:
    first = await house.caller.ask("/v1/cups", CUP, key="k")
    again = await house.caller.ask("/v1/cups", CUP, key="k")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["idempotent-replayed"] == "true"
    for name in ("location", "etag", "commonweal-position"):
        assert again.headers[name] == first.headers[name]
    assert len(await house.lines()) == 1


async def test_a_key_is_for_one_request_only(house: House) -> None:
    made = await house.caller.done("/v1/cups", CUP, key="k")
    problem(
        await house.caller.ask("/v1/cups", CUP | {"name": "red"}, key="k"),
        422,
        "idempotency-key-reused",
    )
    elsewhere = await house.caller.ask(f"/v1/cups/{made['id']}/fillings", {"volume": "1"}, key="k")
    problem(elsewhere, 422, "idempotency-key-reused")
    assert len(await house.lines()) == 1


async def test_a_key_belongs_to_the_client_that_chose_it(house: House) -> None:
    await house.caller.done("/v1/cups", CUP, key="k")
    async with Caller(house.app, bearer=token(client="another")) as other:
        assert (await other.ask("/v1/cups", CUP, key="k")).status_code == 201
    assert len(await house.lines()) == 2


@pytest.mark.parametrize("key", ["absent", "", " ", "x" * 201, "a b"])
async def test_a_write_needs_a_key(house: House, key: str) -> None:
    problem(await house.send(GOOD, Idempotency_Key=key), 400, "idempotency-key-required")


async def test_a_key_that_is_under_way_waits(house: House) -> None:
    house.cups.gate.clear()
    first = asyncio.create_task(house.caller.ask("/v1/cups", CUP, key="k"))
    await house.cups.entered.acquire()
    second = await house.caller.ask("/v1/cups", CUP, key="k")
    problem(second, 409, "still-under-way")
    assert second.headers["retry-after"] == "1"
    house.cups.gate.set()
    assert (await first).status_code == 201


async def test_what_was_refused_may_be_tried_again_with_its_key(house: House) -> None:
    problem(
        await house.caller.ask("/v1/cups", CUP | {"volume": "-1"}, key="k"), 422, "cup-too-small"
    )
    assert (await house.caller.ask("/v1/cups", CUP, key="k")).status_code == 201


async def test_another_process_may_have_answered_meanwhile(house: House) -> None:
    """The look before found nothing, the append finds the key: the stored answer is given."""
    real = house.store.remembered
    first = await house.caller.ask("/v1/cups", CUP, key="k")
    asked: list[str] = []

    async def blind_once(client: str, key: str) -> Any:
        asked.append(key)
        return None if len(asked) == 1 else await real(client, key)

    house.store.remembered = blind_once  # type: ignore[method-assign]
    again = await house.caller.ask("/v1/cups", CUP, key="k")
    assert again.content == first.content
    assert len(asked) == 2
    assert len(await house.lines()) == 1


# Preconditions and races


async def test_if_match_names_the_version_that_was_seen(house: House) -> None:
    made = await house.caller.done("/v1/cups", CUP)
    path = f"/v1/cups/{made['id']}/fillings"
    assert (await house.caller.ask(path, {"volume": "1"}, If_Match='"1"')).is_success
    problem(
        await house.caller.ask(path, {"volume": "1"}, If_Match='"1"'), 412, "precondition-failed"
    )
    problem(await house.caller.ask(path, {"volume": "1"}, If_Match="1"), 400, "malformed-if-match")
    assert (await house.caller.ask(path, {"volume": "1"}, If_Match="*")).is_success


async def test_a_lost_race_is_run_once_more(house: House) -> None:
    made = await house.caller.done("/v1/cups", CUP)
    path = f"/v1/cups/{made['id']}/fillings"
    house.cups.trouble = [Conflict(stream="x")]
    assert (await house.caller.ask(path, {"volume": "1"})).json()["version"] == 2
    house.cups.trouble = [Conflict(stream="x"), Conflict(stream="x")]
    told = await house.caller.ask(path, {"volume": "1"})
    problem(told, 409, "conflict")
    assert told.headers["retry-after"]


async def test_a_read_knows_what_was_seen_before(house: House) -> None:
    made = await house.caller.done("/v1/cups", CUP)
    path = f"/v1/cups/{made['id']}"
    seen = await house.caller.get(path)
    assert seen.headers["etag"] == '"1"'
    again = await house.caller.get(path, headers={"If-None-Match": seen.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


# Refusals


async def test_the_domains_refusals_say_of_what_kind_they_are(house: House) -> None:
    made = await house.caller.done("/v1/cups", CUP)
    path = f"/v1/cups/{made['id']}/fillings"
    told = problem(await house.caller.ask(path, {"volume": "99"}), 409, "cup-too-full")
    assert told["detail"] == "The cup holds 7.10 already; empty it first."
    nobody = f"/v1/cups/{uuid4()}/fillings"
    problem(await house.caller.ask(nobody, {"volume": "1"}), 404, "not-found")
    problem(await house.caller.ask("/v1/cups/x/fillings", {"volume": "1"}), 422, "invalid-shape")
    house.cups.trouble = [NotKnownHere(kind="partner", id=UUID(int=1))]
    later = await house.caller.ask("/v1/cups", CUP)
    problem(later, 409, "not-known-here")
    assert later.headers["retry-after"] == "1"


async def test_what_cannot_be_reached_is_503_and_may_be_repeated(house: House) -> None:
    house.cups.trouble = [Unavailable("PostgreSQL")]
    told = await house.caller.ask("/v1/cups", CUP, key="k")
    problem(told, 503, "unavailable")
    assert told.headers["retry-after"] == "1"
    assert (await house.caller.ask("/v1/cups", CUP, key="k")).status_code == 201


async def test_our_own_mistake_shows_nothing_of_the_inside(house: House) -> None:
    house.cups.trouble = [ZeroDivisionError("secret")]
    told = await house.caller.ask("/v1/cups", CUP)
    problem(told, 500, "internal-error")
    assert "secret" not in told.text
    assert "Traceback" not in told.text


async def test_what_is_not_there(house: House) -> None:
    problem(await house.caller.get("/nowhere"), 404, "not-found")
    told = await house.caller.delete("/v1/cups")
    problem(told, 405, "method-not-allowed")
    assert told.headers["allow"] == "POST"


async def test_a_role_that_only_reads_may_not_write(house: House) -> None:
    async with Caller(house.app, bearer=token("p", "auditor")) as auditor:
        problem(await auditor.ask("/v1/cups", CUP), 403, "role-not-allowed")
        assert (await auditor.get("/v1/head")).is_success


async def test_nobody_acts_for_another_without_a_delegation(house: House) -> None:
    told = await house.caller.ask("/v1/cups", CUP | {"on_behalf_of": str(named("another"))})
    problem(told, 403, "not-delegated")
    assert "on_behalf_of" in told.json()["detail"]
    problem(await house.caller.ask("/v1/cups", CUP | {"on_behalf_of": "p-2"}), 422, "invalid-shape")


# Bodies

MALFORMED = {
    "nothing": b"",
    "cut short": b'{"name": "blue"',
    "single quotes": b"{'name': 'blue'}",
    "a comment": b'{"name": "blue" /* no */}',
    "a trailing comma": b'{"name": "blue",}',
    "broken UTF-8": b'{"name": "bl\xff\xfe", "volume": "1"}',
    "UTF-16": json.dumps(CUP).encode("utf-16"),
    "a NUL byte": b'{"name": "bl\x00ue", "volume": "1"}',
    "a lone surrogate": b'{"name": "\\ud800", "volume": "1"}',
    "two documents": GOOD + GOOD,
}
MISSHAPEN: dict[str, tuple[Any, str]] = {
    "a list": ([], ""),
    "a word": ("x", ""),
    "a number": (7, ""),
    "null": (None, ""),
    "a missing field": ({"name": "blue"}, "/volume"),
    "an unknown field": (CUP | {"colour": "red"}, "/colour"),
    "provenance": (CUP | {"provenance": {"actor": "boss"}}, "/provenance"),
    "a float": (CUP | {"volume": 7.1}, "/volume"),
    "a bool for a number": (CUP | {"volume": True}, "/volume"),
    "NaN as text": (CUP | {"volume": "NaN"}, "/volume"),
    "39 digits": (CUP | {"volume": "1" * 39}, "/volume"),
    "a huge exponent": (CUP | {"volume": "1e999999999"}, "/volume"),
    "a number for text": (CUP | {"name": 7}, "/name"),
    "an object for text": (CUP | {"name": {}}, "/name"),
    "an empty text": (CUP | {"name": ""}, "/name"),
    "only spaces": (CUP | {"name": "   "}, "/name"),
    "a NUL in text": (CUP | {"name": "a\x00b"}, "/name"),
    "text too long": (CUP | {"name": "x" * 201}, "/name"),
    "a naive time": (CUP | {"occurred_at": "2026-01-01T00:00:00"}, "/occurred_at"),
    "no time": (CUP | {"occurred_at": "soon"}, "/occurred_at"),
    "a reason without text": (CUP | {"reason": {"code": "x"}}, "/reason/text"),
    "evidence without a hash": (
        CUP | {"evidence": [{"uri": "https://x.example", "media_type": "text/csv"}]},
        "/evidence/0/sha256",
    ),
}


@pytest.mark.parametrize("body", MALFORMED.values(), ids=MALFORMED)
async def test_what_is_no_json_is_malformed(house: House, body: bytes) -> None:
    problem(await house.send(body), 400, "malformed-json")
    assert await house.lines() == []


@pytest.mark.parametrize(("body", "pointer"), MISSHAPEN.values(), ids=MISSHAPEN)
async def test_json_of_another_shape_names_the_field(house: House, body: Any, pointer: str) -> None:
    told = problem(await house.send(json.dumps(body).encode()), 422, "invalid-shape")
    assert pointer in [error["pointer"] for error in told["errors"]]
    assert all(error["detail"] for error in told["errors"])
    assert await house.lines() == []


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity"])
async def test_what_is_no_number_is_none(house: House, word: str) -> None:
    told = await house.send(f'{{"name": "blue", "volume": {word}}}'.encode())
    assert problem(told, 422, "invalid-shape")["errors"][0]["pointer"] == "/volume"


async def test_only_the_first_hundred_errors_are_told(house: House) -> None:
    body = json.dumps({str(n): n for n in range(500)}).encode()
    told = problem(await house.send(body), 422, "invalid-shape")
    assert len(told["errors"]) == 100
    assert "501 more" in told["detail"]


async def test_json_does_not_nest_without_end(house: House) -> None:
    for deep in (b"[" * 33 + b"]" * 33, b'{"a":' * 100_000 + b"1" + b"}" * 100_000):
        told = await house.send(deep[: bodies.JSON_BYTES])
        problem(told, 400, "too-deep")
    brackets = json.dumps(CUP | {"name": "[{" * 90}).encode()
    assert (await house.send(brackets)).status_code == 201, "brackets in a text are text"


@pytest.mark.parametrize(
    "kind", ["absent", "text/plain", "application/xml", "multipart/form-data", "application/x-json"]
)
async def test_a_body_is_json_and_says_so(house: House, kind: str) -> None:
    problem(await house.send(GOOD, Content_Type=kind), 415, "unsupported-media-type")


@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "Application/JSON", "application/ld+json"]
)
async def test_json_has_several_names(house: House, kind: str) -> None:
    assert (await house.send(GOOD, Content_Type=kind)).status_code == 201


async def test_a_compressed_body_is_refused(house: House) -> None:
    problem(await house.send(GOOD, Content_Encoding="gzip"), 415, "content-encoding-refused")


async def test_a_body_over_256_kib_is_refused_before_it_is_read(house: House) -> None:
    problem(await house.send(b" " * (256 * 1024 + 1)), 413, "body-too-large")
    told = await house.send(GOOD, Content_Length="999999999")
    problem(told, 413, "body-too-large")


async def test_a_body_of_unknown_length_is_counted_as_it_comes(house: House) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(300):
            yield b" " * 1024

    problem(await house.send(chunks()), 413, "body-too-large")


async def test_a_nul_character_in_a_query_is_refused_by_name(house: House) -> None:
    told = await house.caller.get("/v1/head?limit=1&q=a%00b")
    problem(told, 422, "invalid-shape")
    assert [error["pointer"] for error in told.json()["errors"]] == ["query:q"]


@pytest.mark.parametrize("length", ["-1", "x", "1e3", "9" * 20])
async def test_a_length_is_a_number(house: House, length: str) -> None:
    problem(await house.send(GOOD, Content_Length=length), 400, "malformed-content-length")


async def test_a_slow_body_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "JSON_SECONDS", 0.05)
    never = asyncio.Event()

    async def drip() -> AsyncIterator[bytes]:
        yield b'{"name":'
        await never.wait()

    problem(await house.send(drip()), 408, "body-too-slow")
    assert await house.lines() == []


# Admission


async def test_more_than_can_be_served_is_refused_at_once(house: House) -> None:
    """The limit stands before anything is parsed, and does not touch the health check."""
    house.cups.gate.clear()
    transport = httpx.ASGITransport(Shell(house.app, in_flight=3))
    headers = {"Authorization": f"Bearer {token()}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://h", headers=headers) as c:
        ask = {"json": CUP}
        waiting = [
            asyncio.create_task(c.post("/v1/cups", headers={"Idempotency-Key": str(n)}, **ask))  # type: ignore[arg-type]
            for n in range(3)
        ]
        for _ in waiting:
            await house.cups.entered.acquire()
        refused = await c.post("/v1/cups", headers={"Idempotency-Key": "4"}, content=b"{")
        problem(refused, 503, "too-busy")
        assert refused.headers["retry-after"] == "1"
        assert (await c.get("/health/live")).is_success
        house.cups.gate.set()
        assert [(await task).status_code for task in waiting] == [201] * 3
        assert (await c.get("/v1/head")).is_success


async def test_who_asks_too_fast_is_asked_to_wait(house: House) -> None:
    transport = httpx.ASGITransport(Shell(house.app, rate=0.001, burst=3))
    async with httpx.AsyncClient(transport=transport, base_url="http://h") as client:
        mine, yours = (
            {"Authorization": f"Bearer {token(person)}"} for person in ("person-1", "person-2")
        )
        got = [await client.get("/v1/head", headers=mine) for _ in range(5)]
        assert [answer.status_code for answer in got] == [200, 200, 200, 429, 429]
        problem(got[-1], 429, "too-many-requests")
        assert got[-1].headers["retry-after"] == "1"
        assert (await client.get("/v1/head", headers=yours)).is_success


# The log


async def test_the_log_is_given_as_it_stands(house: House) -> None:
    for _ in range(3):
        await house.caller.done("/v1/cups", CUP)
    answer = await house.caller.get("/events", params={"after": 1, "limit": 5})
    lines = answer.text.splitlines()
    assert lines == [recorded.line for recorded in await house.store.replay(after=1)]
    problem(await house.caller.get("/events", params={"after": -1}), 422, "invalid-shape")
    problem(await house.caller.get("/events", params={"limit": "all"}), 422, "invalid-shape")
