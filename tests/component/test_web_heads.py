"""Heads of requests: whatever comes before there is a request, it is bounded, and told apart."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import orjson
import pytest
import uvicorn
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from infra.runtime.ports import LOOPBACK
from infra.web import heads

WHOLE = b"GET /here HTTP/1.1\r\nhost: x\r\n\r\n"
PATIENCE_SECONDS = 10
Reached = list[str]


@pytest.fixture
def reached() -> Reached:
    """The paths of the requests that came through."""
    return []


@pytest.fixture
async def port(reached: Reached) -> AsyncIterator[int]:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        await request.body()
        reached.append(request.url.path)
        await Response("ok")(scope, receive, send)

    config = uvicorn.Config(app, port=0, http=heads.Heads, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 (it has no event for it)
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await serving


async def told(port: int, *pieces: bytes) -> bytes:
    """All that is answered until the server hangs up."""
    reader, writer = await asyncio.open_connection(LOOPBACK, port)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(0)
            return await reader.read()
    finally:
        writer.close()


def problem(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/problem+json" in head.lower()
    assert f"content-length: {len(body)}".encode() in head.lower()
    said = orjson.loads(body)
    assert said.keys() == {"type", "title", "status", "detail", "instance"}
    assert int(head.split()[1]) == said["status"]
    return said["status"], said["type"]


@pytest.mark.parametrize(
    "sent",
    [b"what is this?\r\n\r\n", b"GET /\x00 HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01"],
    ids=["no request line", "NUL", "TLS"],
)
async def test_what_is_no_http_is_told_as_a_problem(
    port: int, sent: bytes, reached: Reached
) -> None:
    assert problem(await told(port, sent)) == (400, "/problems/malformed-request")
    assert reached == []


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET / HTTP/1.1\r\nx: ", *[b"y" * 6_600] * 5],
        [b"GET / HTTP/1.1\r\n", *[b"x: y\r\n" * 1_100] * 5],
        [b"GET /" + b"z" * 40_000, b" HTTP/1.1\r\n\r\n"],
        [b"GET / HTTP/1.1\r\nx: " + b"y" * 40_000 + b"\r\n\r\n"],
    ],
    ids=["a header without an end", "headers without an end", "a long line", "whole at once"],
)
async def test_a_head_that_is_too_large_is_refused(
    port: int, pieces: list[bytes], reached: Reached
) -> None:
    assert problem(await told(port, *pieces)) == (431, "/problems/head-too-large")
    assert reached == []


async def test_a_head_that_does_not_end_in_time_is_refused(
    port: int, monkeypatch: pytest.MonkeyPatch, reached: Reached
) -> None:
    monkeypatch.setattr(heads, "HEAD_SECONDS", 0.2)
    assert problem(await told(port, WHOLE[:-2])) == (408, "/problems/head-too-slow")
    assert await told(port) == b""
    assert reached == []


async def test_the_next_head_of_a_connection_is_bounded_too(
    port: int, monkeypatch: pytest.MonkeyPatch, reached: Reached
) -> None:
    monkeypatch.setattr(heads, "HEAD_SECONDS", 0.2)
    answers = await told(port, WHOLE, WHOLE[:-2])
    first, _, second = answers.partition(b"\r\n\r\nok")
    assert first.startswith(b"HTTP/1.1 200")
    assert problem(second) == (408, "/problems/head-too-slow")
    assert reached == ["/here"]


async def test_large_bodies_are_no_heads(port: int, reached: Reached) -> None:
    length = 3 * heads.HEAD_BYTES
    head = b"POST /here HTTP/1.1\r\nconnection: close\r\ncontent-length: %d\r\n\r\n" % length
    answer = await told(port, head, *[b"b" * heads.HEAD_BYTES] * 3)
    assert answer.startswith(b"HTTP/1.1 200")
    assert reached == ["/here"]
