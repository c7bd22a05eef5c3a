"""Connections to the services: HTTP/1.1, kept open, with little between the caller and the wire.

A transport for `httpx`, which keeps its clients and its errors. The one that comes with it costs
several times as much for each request as the whole answer of a service; a door must be light.
"""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

import httpx

from infra.web.wire import Wire, within

KEPT_SECONDS = 4.0
"""A connection that was idle for longer is not used again: the services close theirs after 5."""

Key = tuple[str, str, int]


class Connections(httpx.AsyncBaseTransport):
    """A pool of connections, at most `most` of them in use at once."""

    def __init__(self, most: int) -> None:
        self._free = asyncio.Semaphore(most)
        self._idle: dict[Key, deque[tuple[float, Wire]]] = {}
        self._tls: ssl.SSLContext | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        patience: dict[str, float] = request.extensions["timeout"]
        await within(patience["pool"], self._free.acquire(), httpx.PoolTimeout)
        try:
            wire = await self._wire(request.url, patience["connect"])
            try:
                await wire.ask(request, patience)
            except BaseException:
                wire.close()
                raise
        except BaseException:
            self._free.release()
            raise
        stream = _Answer(self, _key(request.url), wire, patience["read"])
        return httpx.Response(wire.status, headers=wire.headers, stream=stream)

    async def aclose(self) -> None:
        for idle in self._idle.values():
            for _, wire in idle:
                wire.close()
        self._idle.clear()

    def give_back(self, key: Key, wire: Wire) -> None:
        """An answer was read to its end, or is wanted no more."""
        self._free.release()
        if wire.reusable:
            now = asyncio.get_running_loop().time()
            self._idle.setdefault(key, deque()).append((now, wire))
        else:
            wire.close()

    async def _wire(self, url: httpx.URL, seconds: float) -> Wire:
        loop = asyncio.get_running_loop()
        key = _key(url)
        idle = self._idle.get(key, deque())
        while idle:
            since, wire = idle.pop()  # the freshest; the others fall out of use, and are closed
            if wire.open and loop.time() - since < KEPT_SECONDS:
                return wire
            wire.close()
        _, host, port = key
        connecting = loop.create_connection(Wire, host, port, ssl=self._secure(url))
        try:
            pair: tuple[Any, Wire] = await within(seconds, connecting, httpx.ConnectTimeout)
        except OSError as error:
            raise httpx.ConnectError(str(error)) from error
        return pair[1]

    def _secure(self, url: httpx.URL) -> ssl.SSLContext | None:
        if url.scheme != "https":
            return None
        self._tls = self._tls or ssl.create_default_context()
        return self._tls


class _Answer(httpx.AsyncByteStream):
    """The body of an answer; closing it gives the connection back, once."""

    def __init__(self, pool: Connections, key: Key, wire: Wire, seconds: float) -> None:
        self._pool, self._key, self._wire, self._seconds = pool, key, wire, seconds
        self._given_back = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._wire.body(self._seconds)

    async def aclose(self) -> None:
        if not self._given_back:
            self._given_back = True
            self._pool.give_back(self._key, self._wire)


def _key(url: httpx.URL) -> Key:
    return url.scheme, url.host, url.port or (443 if url.scheme == "https" else 80)
