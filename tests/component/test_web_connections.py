"""The door's own HTTP: connections are kept, answers come whole or not at all, every wait ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field

import httpx
import pytest

from infra.web.connections import Connections
from infra.web.wire import BUFFERED_BYTES, Wire

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
WHOLE = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx-a: b\r\n\r\nok"
BIG = 4 * 1024 * 1024


class Heard(Wire):
    """Tells when an answer has come to its end."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = asyncio.Event()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self.whole.set()


@dataclass
class Server:
    """Answers each request with the next of these; a None ends the connection instead."""

    answers: list[bytes | None]
    connections: int = 0
    asked: list[bytes] = field(default_factory=list)
    url: str = ""

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                self.asked.append(await reader.readuntil(b"\r\n\r\n"))
                answer = self.answers.pop(0)
                if answer is None:
                    return
                writer.write(answer)
                await writer.drain()
                if b"connection: close" in answer:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()


@asynccontextmanager
async def serving(answer: Server | Answer) -> AsyncIterator[str]:
    conversations: list[asyncio.Task[None]] = []

    def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        conversations.append(asyncio.ensure_future(answer(reader, writer)))

    async with await asyncio.start_server(meet, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*conversations)


def client(url: str, *, most: int = 8, seconds: float = 2.0) -> httpx.AsyncClient:
    patience = httpx.Timeout(seconds, connect=seconds, pool=seconds)
    return httpx.AsyncClient(base_url=url, transport=Connections(most), timeout=patience)


async def test_a_connection_is_used_again() -> None:
    server = Server([WHOLE] * 3)
    async with serving(server) as url, client(url) as asking:
        for number in range(3):
            answer = await asking.get(f"/x?n={number}", headers={"X-Who": "me"})
            assert (answer.status_code, answer.text, answer.headers["x-a"]) == (200, "ok", "b")
    assert server.connections == 1
    assert server.asked[2].startswith(b"GET /x?n=2 HTTP/1.1\r\n")
    assert b"X-Who: me\r\n" in server.asked[2]


async def test_an_answer_that_came_whole_before_its_reader_leaves_a_connection_that_hears() -> None:
    """Whether that reader still comes or not."""
    body = b"x" * (BUFFERED_BYTES + 1)
    long = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    async with serving(Server([long, long, WHOLE])) as url, asyncio.timeout(5):
        request = httpx.Request("GET", url)
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(Heard, request.url.host, request.url.port)
        with closing(wire):
            for _ in range(3):
                wire.whole.clear()
                await wire.ask(request, {"read": 5.0, "write": 5.0})
                await wire.whole.wait()
            assert [chunk async for chunk in wire.body(5.0)] == [b"ok"]


async def test_side_by_side_each_has_a_connection_and_no_more_than_the_most() -> None:
    under_way, most = 0, 0

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        while await reader.readline():
            await reader.readuntil(b"\r\n\r\n")
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0.02)
            under_way -= 1
            writer.write(WHOLE)
        writer.close()

    async with serving(slow) as url, client(url, most=3) as asking:
        answers = await asyncio.gather(*(asking.get("/") for _ in range(9)))
    assert [answer.text for answer in answers] == ["ok"] * 9
    assert most == 3


async def test_who_finds_no_connection_free_is_told() -> None:
    async with serving(Server([b""])) as url, client(url, most=1, seconds=0.2) as asking:
        first = asyncio.create_task(asking.get("/", timeout=httpx.Timeout(5)))
        await asyncio.sleep(0.05)
        with pytest.raises(httpx.PoolTimeout):
            await asking.get("/")
        first.cancel()


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n1\r\n!\r\n0\r\n\r\n",
            "ok!",
        ),
        (b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nto the end", "to the end"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", ""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + WHOLE, "ok"),
    ],
    ids=["chunked", "to the end of the connection", "none", "after an interim answer"],
)
async def test_an_answer_ends_where_it_says(answer: bytes, body: str) -> None:
    async with serving(Server([answer])) as url, client(url) as asking:
        assert (await asking.get("/")).text == body


async def test_what_head_says_of_a_body_is_not_waited_for() -> None:
    server = Server([b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\n", WHOLE])
    async with serving(server) as url, client(url) as asking:
        assert (await asking.head("/")).headers["content-length"] == "7"
        assert (await asking.get("/")).text == "ok"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 9\r\n\r\nok",
        b"SSH-2.0\r\n\r\n",
    ],
    ids=["none", "torn", "no HTTP"],
)
async def test_what_is_no_whole_answer_is_said(answer: bytes | None) -> None:
    async with serving(Server([answer])) as url, client(url) as asking:
        with pytest.raises(httpx.RemoteProtocolError):
            await asking.get("/")


async def test_a_connection_that_the_service_closed_is_not_used_again() -> None:
    server = Server([b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n", WHOLE])
    async with serving(server) as url, client(url) as asking:
        await asking.get("/")
        assert (await asking.get("/")).text == "ok"
    assert server.connections == 2


async def test_nobody_there_and_nobody_answering() -> None:
    async with serving(Server([])) as url:
        pass
    async with client(url) as asking:
        with pytest.raises(httpx.ConnectError):
            await asking.get("/")
    async with serving(Server([b""])) as url, client(url, seconds=0.1) as asking:
        with pytest.raises(httpx.ReadTimeout):
            await asking.get("/")


async def test_a_header_cannot_begin_another_one() -> None:
    async with serving(Server([WHOLE])) as url, client(url) as asking:
        with pytest.raises(httpx.LocalProtocolError):
            await asking.get("/", headers=[(b"x-a", b"b\r\nx-role: all")])


async def test_a_file_goes_in_piece_by_piece() -> None:
    sent = [b"a" * 100_000, b"", b"b" * 200_000]
    came = bytearray()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"chunked" in head.lower()
        while size := int(await reader.readline(), 16):
            came.extend(await reader.readexactly(size))
            await reader.readline()
        await reader.readline()
        writer.write(WHOLE)
        writer.close()

    async def pieces() -> AsyncIterator[bytes]:
        for piece in sent:
            yield piece

    async with serving(take) as url, client(url) as asking:
        assert (await asking.post("/", content=pieces())).text == "ok"
    assert bytes(came) == b"".join(sent)


async def test_a_refusal_before_the_end_of_a_file_is_heard() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 413 Too Large\r\ncontent-length: 0\r\n\r\n")
        await reader.read()
        writer.close()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1_000
            await asyncio.sleep(0.001)

    async with serving(refuse) as url, client(url) as asking:
        assert (await asking.post("/", content=endless())).status_code == 413


async def test_a_slow_reader_slows_the_service_down() -> None:
    written = 0

    async def pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal written
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % (16 * BIG))
        for _ in range(16 * 64):
            writer.write(b"x" * (BIG // 64))
            await writer.drain()
            written += BIG // 64
        writer.close()

    async with (
        serving(pour) as url,
        client(url) as asking,
        asking.stream("GET", "/") as answer,
    ):
        await asyncio.sleep(0.3)
        assert BUFFERED_BYTES <= written < 16 * BIG // 2
        assert sum([len(chunk) async for chunk in answer.aiter_raw()]) == 16 * BIG
