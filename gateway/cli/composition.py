"""What a whole house is made of: its databases, its processes, and what each is told."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.kernel.clock import ScenarioClock
from infra.postgres import migrate
from infra.runtime import (
    App,
    EmbeddedKafka,
    EmbeddedPostgres,
    Folder,
    House,
    Kind,
    Ports,
    Supervisor,
    furnish,
)
from infra.settings import Settings
from infra.web.tokens import make_keys

SERVICES = ("agenda", "measurement", "activities")
GATEWAY = "gateway"
GATEWAY_PORT = 8080
ISSUER = "commonweal-embedded"
MIGRATIONS = {
    **{name: ("infra.eventstore", "infra.messaging", "infra.audit") for name in SERVICES},
    "agenda": ("infra.eventstore", "infra.messaging", "infra.audit", "services.agenda.directory"),
    "measurement": (
        *("infra.eventstore", "infra.messaging", "infra.audit"),
        "services.measurement.vault",
    ),
    GATEWAY: (
        *("infra.messaging", "gateway.journal", "gateway.audit", "gateway.readmodels"),
        "gateway.feeds",
    ),
}
"""The packages whose migrations make each process's database, commonweal_<name>."""
BEFORE_THE_SCENARIO = "2021-01-01T00:00:00.000000Z"

Say = Callable[[str], None]


async def migrate_all(owner: str) -> list[str]:
    """Bring every database up to date; safe from several processes at once."""
    dsns = [(f"{owner.rstrip('/')}/commonweal_{name}", name) for name in MIGRATIONS]
    applied = await asyncio.gather(*(migrate(dsn, MIGRATIONS[name]) for dsn, name in dsns))
    return [
        f"{name}: {line}" for name, lines in zip(MIGRATIONS, applied, strict=True) for line in lines
    ]


@dataclass(frozen=True)
class Composition:
    """One folder's house, ready to be put up by a supervisor."""

    folder: Folder
    ports: Ports
    port: int
    """Where the gateway is wished to be; 0 for anywhere."""

    @classmethod
    def of(cls, folder: Folder, *, port: int = GATEWAY_PORT) -> Composition:
        return cls(folder, Ports(folder.path / "ports.json"), port)

    @property
    def keys(self) -> Path:
        return self.folder.path / "keys"

    async def stand_up(self, supervisor: Supervisor, say: Say) -> House:
        """Start everything in order; the house then answers at its gateway."""
        make_keys(self.keys)
        if self.folder.kind is Kind.DEMONSTRATION and not self.folder.clock.exists():
            self.folder.clock.write_text(BEFORE_THE_SCENARIO)
        settings = await self._servers(supervisor, say)
        apps = {name: self._app(name, f"services.{name}") for name in SERVICES}
        gateway = App(GATEWAY, GATEWAY, self.ports.claim(GATEWAY, wished=self.port))
        for name, app in {**apps, GATEWAY: gateway}.items():
            settings[f"COMMONWEAL_{name.upper()}_URL"] = app.address
        supervisor.url = gateway.address
        await supervisor.start(*(_told(app, settings) for app in apps.values()))
        await supervisor.start(_told(gateway, settings))
        if self.port and gateway.port != self.port:
            say(f"port {self.port} is taken: the gateway is on {gateway.port}")
        return House(gateway.address, self.keys, ISSUER, self.folder.path)

    def clock(self) -> ScenarioClock:
        return ScenarioClock(self.folder.clock)

    def forget(self) -> None:
        """Remove the folder and everything in it for good."""
        if (self.folder.path / "postgresql").exists():
            self._postgres().forget()
        shutil.rmtree(self.folder.path)

    async def _servers(self, supervisor: Supervisor, say: Say) -> dict[str, str]:
        """Start PostgreSQL and the broker, or take those that the environment names."""
        given = Settings.from_environment()
        postgres, kafka, owner_dsn = given.postgres, given.kafka, given.postgres_owner
        server = None if postgres else self._postgres()
        broker = None if kafka else EmbeddedKafka(port=self.ports.claim("broker"))
        if embedded := [part for part in (server, broker) if part is not None]:
            await supervisor.start(*embedded)
        if server is not None:
            owner, app = self.folder.secret("owner"), self.folder.secret("app")
            names = [f"commonweal_{name}" for name in MIGRATIONS]
            await supervisor.step(
                "roles and databases", furnish(server.dsn(), names, owner=owner, app=app)
            )
            postgres = server.dsn("commonweal_app", app)
            owner_dsn = server.dsn("commonweal_owner", owner)
            if (self.folder.path / "postgresql").is_symlink():
                say(f"PostgreSQL's user cannot reach this folder: its data lie in {server.place}")
        if owner_dsn:
            await supervisor.step("migrations", migrate_all(owner_dsn))
        return {
            "COMMONWEAL_POSTGRES": postgres,
            "COMMONWEAL_KAFKA": kafka or (broker.address if broker else ""),
            "COMMONWEAL_TOKEN_KEYS": str(self.keys / "jwks.json"),
            "COMMONWEAL_TOKEN_ISSUER": ISSUER,
            "COMMONWEAL_SERVICE_KEYS": str(self.keys),
            "COMMONWEAL_LOG_KEYS": str(self.keys),
            "COMMONWEAL_CLOCK": (
                str(self.folder.clock) if self.folder.kind is Kind.DEMONSTRATION else ""
            ),
        }

    def _postgres(self) -> EmbeddedPostgres:
        return EmbeddedPostgres(
            self.folder.path / "postgresql",
            port=self.ports.claim("postgresql"),
            password=self.folder.secret("postgresql"),
        )

    def _app(self, name: str, module: str) -> App:
        return App(name, module, self.ports.claim(name))


def _told(app: App, settings: dict[str, str]) -> App:
    return App(app.name, app.module, app.port, settings)
