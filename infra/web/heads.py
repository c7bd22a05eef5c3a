"""The heads of requests within bounds: what is refused before there is a request to answer.

uvicorn bounds neither the size of a request line with its headers nor the time that they may take,
and tells what is wrong with them as plain text.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from infra.web.problems import Problem, response

HEAD_BYTES = 32 * 1024
HEAD_SECONDS = 10.0
UNREADABLE = Problem(
    400, "malformed-request", "This cannot be read as HTTP/1.1: let an HTTP library write it."
)
TOO_LARGE = Problem(
    431,
    "head-too-large",
    f"The request line and its headers have at most {HEAD_BYTES // 1024} KiB together.",
)
TOO_SLOW = Problem(
    408,
    "head-too-slow",
    f"The headers did not arrive within {HEAD_SECONDS:.0f} s; send them again.",
)


class Heads(HttpToolsProtocol):
    """One connection. A head is under way from its first byte, the first one from the beginning."""

    _due: asyncio.TimerHandle | None = None
    _bytes = 0
    _refusal = UNREADABLE

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._begin()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._due is not None:
            self._bytes += len(data)
            if self._bytes > HEAD_BYTES:
                self._refuse(TOO_LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin()

    def on_headers_complete(self) -> None:
        self._end()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_BYTES:
            self._refusal = TOO_LARGE
            raise ValueError(TOO_LARGE.detail)  # the parser stops, and uvicorn calls what follows
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What uvicorn calls where the parser stops."""
        self._refuse(self._refusal)

    def _begin(self) -> None:
        self._end()
        self._bytes = 0
        self._due = self.loop.call_later(HEAD_SECONDS, self._late)

    def _end(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _late(self) -> None:
        if self._bytes:
            self._refuse(TOO_SLOW)
        else:  # nobody asked anything
            self._end()
            self.transport.close()

    def _refuse(self, problem: Problem) -> None:
        """Answer, unless an earlier request of this connection is being answered; and hang up."""
        self._end()
        if self.cycle is None or self.cycle.response_complete:
            answer = response(problem, "/")
            head = [f"HTTP/1.1 {problem.status} {HTTPStatus(problem.status).phrase}".encode()]
            head += [name + b": " + value for name, value in answer.raw_headers]
            self.transport.write(b"\r\n".join([*head, b"connection: close", b"", answer.body]))
        self.transport.close()
