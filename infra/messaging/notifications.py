"""LISTEN on a connection of its own, which comes back by itself."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import asyncpg

from infra.messaging.leader import ALIVE
from infra.postgres import AWAY

log = logging.getLogger(__name__)

CONNECT_SECONDS = 2.0
AGAIN_SECONDS = 0.5


class Notifications:
    """Hands every payload of one channel to `heard`, and None whenever the connection changes."""

    def __init__(self, dsn: str, channel: str, heard: Callable[[str | None], None]) -> None:
        self._dsn = dsn
        self._channel = channel
        self._heard = heard
        self._task: asyncio.Task[None] | None = None
        self.connected = False

    async def start(self) -> None:
        """Begin to listen; the server may be down as yet."""
        self._task = asyncio.create_task(self._listen(), name=f"listen to {self._channel}")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self) -> None:
        while True:
            try:
                await self._until_lost()
            except AWAY as error:
                log.warning("not listening to %s: %s", self._channel, error)
            await asyncio.sleep(AGAIN_SECONDS)

    async def _until_lost(self) -> None:
        db = await asyncpg.connect(
            self._dsn,
            timeout=CONNECT_SECONDS,
            command_timeout=CONNECT_SECONDS,
            server_settings={"application_name": f"commonweal hears {self._channel}", **ALIVE},
        )
        lost = asyncio.Event()
        try:
            db.add_termination_listener(lambda _: lost.set())
            await db.add_listener(self._channel, self._on_notification)
            self._change(connected=True)
            await lost.wait()
        finally:
            self._change(connected=False)
            db.terminate()

    def _change(self, *, connected: bool) -> None:
        self.connected = connected
        self._heard(None)

    def _on_notification(self, *arguments: Any) -> None:
        self._heard(str(arguments[3]))
