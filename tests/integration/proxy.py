"""A TCP proxy that can cut a connection when a commit is done and its answer is on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

APPEND_BYTES = 700
"""What a service sends at once beyond this size is an append: questions are shorter."""


class Cutter:
    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self.armed = False
        self.cuts = 0

    async def pipe(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(self._host, self._port)
        asked = asyncio.Event()
        ways = [
            asyncio.create_task(self._forth(reader, back, asked)),
            asyncio.create_task(self._back(there, writer, asked)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()
        for end in (writer, back):
            end.transport.abort()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _forth(
        self, reader: asyncio.StreamReader, back: asyncio.StreamWriter, asked: asyncio.Event
    ) -> None:
        while data := await reader.read(65_536):
            if self.armed and len(data) > APPEND_BYTES:
                asked.set()
            back.write(data)
            await back.drain()

    async def _back(
        self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: asyncio.Event
    ) -> None:
        while data := await there.read(65_536):
            if asked.is_set():  # it is committed, and nobody will be told
                self.armed, self.cuts = False, self.cuts + 1
                return
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def cutting(host: str, port: int) -> AsyncIterator[tuple[Cutter, int]]:
    """The proxy, and the port that it listens on."""
    cutter = Cutter(host, port)
    server = await asyncio.start_server(cutter.pipe, "127.0.0.1", 0)
    try:
        yield cutter, server.sockets[0].getsockname()[1]
    finally:
        server.close()
