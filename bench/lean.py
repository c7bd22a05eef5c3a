"""A client that costs next to nothing, so that it is the house that is measured."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import orjson

PATIENCE_SECONDS = 30
IDLE_SECONDS = 3.0
"""A server closes what lay idle for 5 s, perhaps just while the next request is on its way."""

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Answer(NamedTuple):
    """Header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return orjson.loads(self.body)

    def expect(self, *statuses: int) -> Answer:
        assert self.status in statuses, (self.status, self.body.decode(errors="replace"))
        return self


class Client:
    """HTTP/1.1 with as many connections as there are requests at once; bodies of known length."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._at = urlsplit(url)
        self._headers = _lines({"Host": self._at.netloc, **headers})
        self._idle: list[tuple[float, Connection]] = []

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(self, *_: object) -> None:
        for _since, (_reader, writer) in self._idle:
            writer.close()

    async def get(self, path: str, **asked: str) -> Answer:
        return await self._ask("GET", f"{path}?{urlencode(asked)}" if asked else path, {}, b"")

    async def post(self, path: str, body: object, **headers: str) -> Answer:
        told = {"Content-Type": "application/json", **headers}
        return await self._ask("POST", path, told, orjson.dumps(body))

    async def _ask(
        self, method: str, target: str, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        length = {"Content-Length": str(len(body))} if body else {}
        head = f"{method} {target} HTTP/1.1\r\n{self._headers}{_lines({**headers, **length})}\r\n"
        async with asyncio.timeout(PATIENCE_SECONDS):
            reader, writer = await self._connection()
            writer.write(head.encode() + body)
            answer = await _read(reader)
        if answer.headers.get("connection") == "close":
            writer.close()
        else:
            self._idle.append((time.monotonic(), (reader, writer)))
        return answer

    async def _connection(self) -> Connection:
        while self._idle:
            since, (reader, writer) = self._idle.pop()
            if time.monotonic() - since < IDLE_SECONDS and not reader.at_eof():
                return reader, writer
            writer.close()
        return await asyncio.open_connection(self._at.hostname, self._at.port)


def _lines(headers: Mapping[str, str]) -> str:
    return "".join(f"{name}: {value}\r\n" for name, value in headers.items())


async def _read(reader: asyncio.StreamReader) -> Answer:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")[:-2]
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    if headers.get("transfer-encoding") == "chunked":
        body = b""
        while size := int(await reader.readuntil(b"\r\n"), 16):
            body += (await reader.readexactly(size + 2))[:-2]
        await reader.readexactly(2)
    else:
        body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Answer(int(first.split(" ")[1]), headers, body)
