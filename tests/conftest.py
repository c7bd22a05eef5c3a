"""What every test may ask for: real servers, and a database of its own that is ready to use."""

from __future__ import annotations

import gc
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence

import asyncpg
import pytest

from infra.postgres import migrate
from infra.runtime import furnish
from tests import servers
from tests.servers import KafkaServer, PostgresServer

NEEDS = {
    "postgres": (servers.postgres_origin, {"postgres", "postgres_server", "database"}),
    "kafka": (servers.kafka_origin, {"kafka", "kafka_server"}),
}
ORIGINS = pytest.StashKey[dict[str, str | None]]()
KERNEL = ("infra.eventstore",)

Database = Callable[..., Awaitable[str]]
"""`await database("agenda")` makes one and gives the app role's DSN of it."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--publish-contracts", action="store_true", help="write contracts/*.json anew")
    parser.addoption("--renew-answers", action="store_true", help="write the kept answers anew")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "postgres: needs a PostgreSQL server")
    config.addinivalue_line("markers", "kafka: needs a Kafka broker")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a server that cannot be had; the summary names it."""
    config.stash[ORIGINS] = origins = {}
    for server, (find, names) in NEEDS.items():
        needing = [item for item in items if names & _asked(item)]
        if needing:
            origins[server] = find()
        if needing and origins[server] is None:
            items[:] = [item for item in items if item not in needing]
            config.hook.pytest_deselected(items=needing)


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported stays to the end: the search for garbage passes over it from now on, and
    goes through all the rest a fifth as often. It took a tenth of the whole run."""
    gc.collect()
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, 50)


def _asked(item: pytest.Item) -> set[str]:
    return {*getattr(item, "fixturenames", ()), *(mark.name for mark in item.iter_markers())}


def _taken(config: pytest.Config) -> list[str]:
    return [
        f"{server}: {origin or 'cannot be had: the tests that need it were not collected'}"
        for server, origin in config.stash.get(ORIGINS, {}).items()
    ]


def pytest_report_collectionfinish(config: pytest.Config) -> list[str]:
    return _taken(config)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for line in _taken(config):
        terminalreporter.write_line(line)


@pytest.fixture(scope="session")
def postgres_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[PostgresServer]:
    """A PostgreSQL with our two roles."""
    origin = request.config.stash[ORIGINS]["postgres"]
    assert origin is not None
    with servers.postgres_dsn(origin, tmp_path_factory.mktemp("postgres")) as dsn:
        servers.wait_for(furnish(dsn, (), owner="owner", app="app"))
        where = dsn.rsplit("@", 1)[1]
        yield PostgresServer(
            origin=origin,
            dsn=dsn,
            owner_dsn=f"postgresql://commonweal_owner:owner@{where}",
            app_dsn=f"postgresql://commonweal_app:app@{where}",
        )


@pytest.fixture(scope="session")
def kafka_server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[KafkaServer]:
    """A broker."""
    origin = request.config.stash[ORIGINS]["kafka"]
    assert origin is not None
    with servers.kafka_bootstrap(origin, tmp_path_factory.mktemp("kafka")) as bootstrap:
        yield KafkaServer(origin=origin, bootstrap=bootstrap)


class Databases:
    """Makes databases by copying one migrated template for each set of packages."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._prefix = f"commonweal_test_{secrets.token_hex(4)}"
        self._numbers = itertools.count(1)
        self._templates: dict[tuple[str, ...], str] = {}

    async def make(self, name: str, packages: Sequence[str]) -> str:
        template = self._templates.get(tuple(packages)) or await self._template(tuple(packages))
        database = f"{self._prefix}_{next(self._numbers)}_{name}"
        await self._do(f"CREATE DATABASE {database} TEMPLATE {template} OWNER commonweal_owner")
        return database

    async def copy(self, dsn: str) -> str:
        """A whole copy of a database as it is now, like a dump that was restored; gives its DSN."""
        source = dsn.rpartition("/")[2]
        name = f"{source}_backup"
        await self._do(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{source}'"
        )
        await self._do(f"CREATE DATABASE {name} TEMPLATE {source} OWNER commonweal_owner")
        return f"{dsn.rpartition('/')[0]}/{name}"

    async def drop(self, *databases: str) -> None:
        for database in databases:
            await self._do(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")

    async def drop_templates(self) -> None:
        await self.drop(*self._templates.values())

    async def _template(self, packages: tuple[str, ...]) -> str:
        template = f"{self._prefix}_template_{len(self._templates)}"
        await self._do(f"CREATE DATABASE {template} OWNER commonweal_owner")
        self._templates[packages] = template
        await migrate(f"{self._server.owner_dsn}/{template}", packages)
        return template

    async def _do(self, statement: str) -> None:
        connection = await asyncpg.connect(f"{self._server.dsn}/postgres", timeout=10)
        try:
            await connection.execute(statement)
        finally:
            await connection.close(timeout=10)


@pytest.fixture(scope="session")
def databases(postgres_server: PostgresServer) -> Iterator[Databases]:
    made = Databases(postgres_server)
    yield made
    servers.wait_for(made.drop_templates())


@pytest.fixture
async def database(
    databases: Databases, postgres_server: PostgresServer
) -> AsyncIterator[Database]:
    """A factory of fresh, migrated databases, which are gone after the test."""
    made: list[str] = []

    async def make(name: str = "agenda", packages: Sequence[str] = KERNEL) -> str:
        made.append(await databases.make(name, packages))
        return f"{postgres_server.app_dsn}/{made[-1]}"

    yield make
    await databases.drop(*made)
