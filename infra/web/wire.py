"""One HTTP/1.1 connection to a service, over asyncio and httptools: one request at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from typing import Any, cast

import httptools
import httpx

BUFFERED_BYTES = 256 * 1024
"""So much of an answer is taken before its reader has to come."""


class Wire(asyncio.Protocol):
    """Asked, then read to the end of its answer, then asked again or closed."""

    def __init__(self) -> None:
        self.open = True
        self.status = 0
        self.headers: list[tuple[bytes, bytes]] = []
        self._transport: asyncio.Transport
        self._parser: Any = None
        self._asked = ""
        self._chunks: deque[bytes] = deque()
        self._buffered = 0
        self._paused = False
        self._begun = self._ended = self._sent = self._lasting = False
        self._stirred = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()

    @property
    def reusable(self) -> bool:
        """Whether the last answer ended as it should, and another one may follow."""
        return self.open and self._sent and self._ended and self._lasting

    async def ask(self, request: httpx.Request, patience: dict[str, float]) -> None:
        """Send it; `status` and `headers` hold when this returns."""
        self.status, self.headers, self._asked = 0, [], request.method
        self._begun = self._ended = self._sent = False
        self._chunks.clear()
        self._buffered = 0
        self._parser = httptools.HttpResponseParser(self)
        head = b"%b %b HTTP/1.1\r\n" % (request.method.encode(), request.url.raw_path)
        lines = b"".join(b"%b: %b\r\n" % pair for pair in request.headers.raw)
        if lines.count(b"\n") != len(request.headers.raw):
            raise httpx.LocalProtocolError("a header holds the end of a line")
        if isinstance(request.stream, httpx.ByteStream):
            self._transport.write(head + lines + b"\r\n" + b"".join(request.stream))
            self._sent = True
        else:
            self._transport.write(head + lines + b"\r\n")
            body = cast("AsyncIterable[bytes]", request.stream)
            await self._send(body, "content-length" not in request.headers, patience["write"])
        while not self._begun:
            await self._more(patience["read"])

    async def body(self, seconds: float) -> AsyncIterator[bytes]:
        """The answer's bytes as they come, each awaited so long."""
        while True:
            while self._chunks:
                chunk = self._chunks.popleft()
                self._buffered -= len(chunk)
                yield chunk
            if self._ended:
                return
            self._flow()
            await self._more(seconds)

    def close(self) -> None:
        self.open = False
        self._transport.close()

    async def _send(self, body: AsyncIterable[bytes], chunked: bool, seconds: float) -> None:
        """A body piece by piece; an answer that comes before its end makes the rest needless."""
        async for piece in body:
            if self._begun or not self.open:
                return
            if not piece:  # as a chunk it would be the end
                continue
            self._transport.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            await within(seconds, self._writable.wait(), httpx.WriteTimeout)
        if chunked:
            self._transport.write(b"0\r\n\r\n")
        self._sent = True

    async def _more(self, seconds: float) -> None:
        """Until something has come."""
        if not self.open:
            raise httpx.RemoteProtocolError("the connection ended before the answer did")
        self._stirred.clear()
        await within(seconds, self._stirred.wait(), httpx.ReadTimeout)

    def _flow(self) -> None:
        if self._paused and self.open:
            self._paused = False
            self._transport.resume_reading()

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        if self._parser is None or self._ended:
            return self.close()  # nobody asked for this
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError:
            self.close()
        full = self._buffered > BUFFERED_BYTES and not self._ended
        if full and not self._paused and self.open:
            self._paused = True
            self._transport.pause_reading()
        self._stirred.set()

    def connection_lost(self, error: Exception | None) -> None:
        self.open = False
        if self._begun and not error and not self._framed():
            self._ended = True  # it ends where the connection does
        self._stirred.set()
        self._writable.set()

    def pause_writing(self) -> None:
        self._writable.clear()

    def resume_writing(self) -> None:
        self._writable.set()

    # What the parser calls.

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers.append((name, value))

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        if self.status < 200:
            self.headers = []
            return
        self._begun, self._lasting = True, self._parser.should_keep_alive()
        if self._asked == "HEAD":  # the parser waits for a body that never comes
            self._ended, self._sent = True, False

    def on_body(self, data: bytes) -> None:
        self._chunks.append(data)
        self._buffered += len(data)

    def on_message_complete(self) -> None:
        self._ended = self._begun

    def _framed(self) -> bool:
        """Whether the answer itself says where it ends."""
        names = {name.lower() for name, _ in self.headers}
        return bool(names & {b"content-length", b"transfer-encoding"})


async def within(seconds: float, work: Any, late: type[httpx.TimeoutException]) -> Any:
    """What is awaited, or this error where it takes longer."""
    try:
        async with asyncio.timeout(seconds):
            return await work
    except TimeoutError as error:
        raise late(f"nothing in {seconds:g} s") from error
