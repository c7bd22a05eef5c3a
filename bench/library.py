"""The peer that we stand on: the `eventsourcing` library's own PostgreSQL recorder, in threads."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit
from uuid import uuid4

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore

from bench.paired import Slice


class Library:
    """`writers` threads, each on a connection of its own, appending one event after the other."""

    def __init__(self, dsn: str, *, writers: int, payload: bytes) -> None:
        at = urlsplit(dsn)
        assert at.hostname
        assert at.port
        assert at.username
        self._store = PostgresDatastore(
            at.path[1:], at.hostname, at.port, at.username, at.password or "", pool_size=writers
        )
        self.recorder = PostgresApplicationRecorder(self._store)
        self.recorder.create_table()
        self._threads = ThreadPoolExecutor(writers)
        self._writers = writers
        self._payload = payload

    async def run(self, seconds: float) -> Slice:
        loop = asyncio.get_running_loop()
        since = time.perf_counter()
        until = since + seconds
        counts = await asyncio.gather(
            *(loop.run_in_executor(self._threads, self._write, until) for _ in range(self._writers))
        )
        return Slice(sum(counts) / (time.perf_counter() - since))

    def append(self) -> None:
        event = StoredEvent(uuid4(), 1, "agenda.common-agenda-adopted", self._payload)
        self.recorder.insert_events([event])

    def close(self) -> None:
        self._threads.shutdown()
        self._store.close()

    def _write(self, until: float) -> int:
        count = 0
        while time.perf_counter() < until:
            self.append()
            count += 1
        return count
