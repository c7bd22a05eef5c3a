"""The one door: every path of the services through the gateway, unchanged, and none besides."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from importlib import import_module
from zoneinfo import ZoneInfo

import httpx
import pytest
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.api.document import checked_in
from gateway.api.door import target
from gateway.app import Parts, create_app
from gateway.clients import Services
from infra.eventstore import MemoryEventStore
from infra.kernel import SystemClock
from infra.messaging.references import MemoryReferences, Reference
from infra.web import Parts as ServiceParts
from infra.web.shell import Shell
from tests.callers import Caller, named, token, verifier

NAMES = ("agenda", "measurement", "activities")
PLACE = {"scheme": "asgs-sa3", "edition": "3", "code": "20801", "label": "Bayside"}
REGISTER = {"name": "BGK Young People Thriving", "places": [PLACE]}
INITIATIVE = named("initiative")


def services() -> dict[str, ASGIApp]:
    """The three services as they are, on memory."""
    known = MemoryReferences(Reference("initiative", INITIATIVE, INITIATIVE))
    return {
        name: Shell(
            import_module(f"services.{name}.app").create_app(
                ServiceParts(MemoryEventStore(SystemClock()), SystemClock(), verifier(), known)
            )
        )
        for name in NAMES
    }


def gateway(behind: Mapping[str, ASGIApp | httpx.AsyncBaseTransport]) -> FastAPI:
    """A gateway whose services are reached without sockets."""
    clients = {
        name: httpx.AsyncClient(
            base_url=f"http://{name}",
            transport=app
            if isinstance(app, httpx.AsyncBaseTransport)
            else httpx.ASGITransport(app),
        )
        for name, app in behind.items()
    }
    return create_app(
        Parts(
            clock=SystemClock(),
            verifier=verifier(),
            timezone=ZoneInfo("Australia/Melbourne"),
            services=Services(clients),
            documents=checked_in(),
        )
    )


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    async with Caller(gateway(services())) as asking:
        yield asking


async def test_a_command_goes_to_its_owner_and_the_answer_comes_back_whole(caller: Caller) -> None:
    answer = await caller.ask("/v1/initiatives", REGISTER, X_Correlation_ID="corr-1")
    assert answer.status_code == 201, answer.text
    assert answer.headers["commonweal-position"] == answer.json()["position"] == "agenda:1"
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["x-correlation-id"] == "corr-1"
    shown = await caller.get(answer.headers["location"])
    assert shown.json()["name"] == REGISTER["name"]
    unchanged = await caller.get(
        answer.headers["location"], headers={"If-None-Match": shown.headers["etag"]}
    )
    assert (unchanged.status_code, unchanged.content) == (304, b"")


async def test_a_repeated_command_is_answered_not_done_again(caller: Caller) -> None:
    first = await caller.ask("/v1/initiatives", REGISTER, key="once")
    again = await caller.ask("/v1/initiatives", REGISTER, key="once")
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"


async def test_who_asks_is_known_to_the_owner(caller: Caller) -> None:
    nobody = await caller.ask("/v1/initiatives", REGISTER, Authorization="")
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"] == "Bearer"
    public = {"Authorization": f"Bearer {token('p', 'public')}"}
    assert (await caller.ask("/v1/initiatives", REGISTER, **public)).status_code == 403


async def test_a_refusal_comes_back_as_the_owner_said_it(caller: Caller) -> None:
    refused = await caller.ask("/v1/initiatives", {"name": "No place", "places": []})
    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["errors"][0]["pointer"] == "/places"
    without = await caller.post("/v1/initiatives", json=REGISTER)
    assert (without.status_code, without.json()["type"]) == (
        400,
        "/problems/idempotency-key-required",
    )


async def test_a_header_beyond_ascii_is_its_owners_to_refuse(caller: Caller) -> None:
    answer = await caller.post(
        "/v1/initiatives",
        json=REGISTER,
        headers=[(b"Idempotency-Key", b"k"), (b"If-Match", b"\xb1\xc8")],
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-if-match")


async def test_each_service_is_behind_the_door(caller: Caller) -> None:
    indicator = {"code": "I4", "name": "Still engaged"}
    measured = await caller.ask(f"/v1/initiatives/{INITIATIVE}/indicators", indicator)
    assert measured.headers["commonweal-position"] == "measurement:1"
    activity = {"title": "Referral desk", "strategies": []}
    worked = await caller.ask(f"/v1/initiatives/{INITIATIVE}/activities", activity)
    assert worked.headers["commonweal-position"] == "activities:1"


async def test_an_unknown_path_is_nowhere(caller: Caller) -> None:
    for path in ("/nothing", "/v1/nothing", "/events", "/v1/initiatives/x/y/z"):
        answer = await caller.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    wrong = await caller.delete("/v1/initiatives")
    assert wrong.status_code == 405


async def test_the_first_page_leads_on(caller: Caller) -> None:
    page = await caller.get("/", headers={"Authorization": ""})
    assert page.headers["content-type"].startswith("text/html")
    assert "/openapi.json" in page.text


async def test_a_contract_is_read_where_a_line_names_it(caller: Caller) -> None:
    found = await caller.get("/contracts/agenda/initiative-registered.v1.json")
    assert found.json()["$id"] == "/contracts/agenda/initiative-registered.v1.json"
    for path in ("agenda/none.v1.json", "agenda/..%2f..%2fopenapi.json", "nobody/x.v1.json"):
        assert (await caller.get(f"/contracts/{path}")).status_code in (404, 422)


class Down(httpx.AsyncBaseTransport):
    """A service that cannot be reached, or does not answer, so many times."""

    def __init__(self, error: type[httpx.TransportError], times: int, then: ASGIApp) -> None:
        self._error, self._times = error, times
        self._then = httpx.ASGITransport(then)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self._times:
            self._times -= 1
            raise self._error("down", request=request)
        return await self._then.handle_async_request(request)


@pytest.mark.parametrize(
    ("error", "slug"),
    [
        (httpx.ConnectError, "service-unavailable"),
        (httpx.PoolTimeout, "service-unavailable"),
        (httpx.ReadTimeout, "answer-lost"),
    ],
)
async def test_a_service_that_is_down_is_a_reason_to_repeat(
    error: type[httpx.TransportError], slug: str
) -> None:
    behind = services()
    app = gateway({**behind, "agenda": Down(error, 99, behind["agenda"])})
    async with Caller(app) as caller:
        answer = await caller.ask("/v1/initiatives", REGISTER)
        assert (answer.status_code, answer.json()["type"]) == (503, f"/problems/{slug}")
        assert answer.headers["retry-after"] == "1"
        others = await caller.ask(f"/v1/initiatives/{INITIATIVE}/activities", {"title": "Desk"})
        assert others.status_code == 201


async def test_a_connection_lost_once_is_tried_again_with_the_same_key() -> None:
    behind = services()
    app = gateway({**behind, "agenda": Down(httpx.RemoteProtocolError, 1, behind["agenda"])})
    async with Caller(app) as caller:
        answer = await caller.ask("/v1/initiatives", REGISTER)
        assert answer.headers["commonweal-position"] == "agenda:1"


class Recorder:
    """A service that tells what it was asked, and streams its answer."""

    def __init__(self) -> None:
        self.chunks: list[int] = []
        self.headers: dict[str, str] = {}
        self.target = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        self.headers = dict(request.headers)
        self.target = f"{scope['raw_path'].decode()}?{scope['query_string'].decode()}"
        self.chunks = [len(chunk) async for chunk in request.stream() if chunk]
        await JSONResponse({"received": sum(self.chunks)})(scope, receive, send)


async def test_a_file_is_passed_on_as_it_comes_and_a_request_byte_for_byte() -> None:
    recorder = Recorder()
    app = gateway({**services(), "measurement": recorder})

    async def file() -> AsyncIterator[bytes]:
        for _ in range(16):
            yield b"x" * 65_536

    async with Caller(app) as caller:
        answer = await caller.post(
            f"/v1/initiatives/{INITIATIVE}/submissions?dry_run=true&x=a%20b",
            content=file(),
            headers={
                "Content-Type": "multipart/form-data; boundary=b",
                "Idempotency-Key": "k",
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "Content-Length": str(16 * 65_536),
                "X-Forwarded-Secret": "no",
            },
        )
    assert answer.json() == {"received": 16 * 65_536}
    assert len(recorder.chunks) == 16
    assert recorder.target.endswith("/submissions?dry_run=true&x=a%20b")
    assert recorder.headers["content-type"] == "multipart/form-data; boundary=b"
    assert recorder.headers["traceparent"].startswith("00-0af7")
    assert recorder.headers["content-length"] == str(16 * 65_536)
    assert "x-forwarded-secret" not in recorder.headers
    assert recorder.headers["x-correlation-id"] == answer.headers["x-correlation-id"]


@pytest.mark.parametrize("path", [b"/v1/code-lists/..", b"/v1/./x", b"/v1/proposals/../events"])
def test_a_path_that_leads_elsewhere_leads_nowhere(path: bytes) -> None:
    with pytest.raises(HTTPException):
        target({"raw_path": path, "path": "", "query_string": b""})


def test_a_path_is_passed_on_byte_for_byte_but_for_what_no_path_may_hold() -> None:
    scope = {"raw_path": b"/v1/x%2Fy/caf\xc3\xa9 \x7f", "path": "", "query_string": b"a=%00+b"}
    assert target(scope) == "/v1/x%2Fy/caf%C3%A9%20%7F?a=%00+b"


async def test_a_body_past_the_limit_stops_at_the_door() -> None:
    recorder = Recorder()
    async with Caller(gateway({**services(), "agenda": recorder})) as caller:
        answer = await caller.post(
            "/v1/initiatives", content=b"x" * 300_000, headers={"Idempotency-Key": "k"}
        )
    assert answer.status_code == 413
    assert recorder.headers == {}
