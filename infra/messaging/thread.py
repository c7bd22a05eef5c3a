"""A thread of its own for one client of kafka-python: they block, and are not made for several."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from kafka.errors import KafkaError

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


class Thread:
    def __init__(self, name: str) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix=name)

    async def __call__(self, work: Callable[..., Answer], *arguments: Any) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work, *arguments)

    async def opening(self, work: Callable[..., Answer], *arguments: Any) -> Answer:
        try:
            return await self(work, *arguments)
        except BaseException:
            self._pool.shutdown(wait=False)
            raise

    async def closing(self, work: Callable[[], None]) -> None:
        """Let go, whatever state the client is in: it is about to be replaced."""
        try:
            await asyncio.shield(self(work))
        except KafkaError as error:
            log.info("closing a Kafka client: %s", error)
        finally:
            self._pool.shutdown(wait=False)
