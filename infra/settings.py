"""The environment, read once into one frozen object per process."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo


class SettingMissing(Exception):
    """A process was started without what it needs."""


def _env(name: str, default: str = "") -> str:
    """A setting; `NAME_FILE` names a file that holds it instead, for secrets."""
    file = os.environ.get(f"{name}_FILE")
    return Path(file).read_text(encoding="utf-8").strip() if file else os.environ.get(name, default)


@dataclass(frozen=True)
class Settings:
    """All settings are `COMMONWEAL_*` variables; docs/operations.md describes each."""

    postgres: str = field(repr=False)
    """DSN of the app role without a database, such as postgresql://app:pw@127.0.0.1:5432."""
    postgres_owner: str = field(repr=False)
    """DSN of the role that owns the tables; only `migrate` and `rebuild` use it."""
    kafka: str
    kafka_partitions: int
    urls: dict[str, str]
    """Where the services and the gateway answer, by name."""
    token_keys: str
    """Path of the JWKS file with the issuers' public keys."""
    token_issuer: str
    service_keys: str
    """Folder of the key pair with which this process signs its own requests to the others."""
    clock: str
    """Path of a scenario clock, or empty for real time."""
    timezone: ZoneInfo
    """In which a date given as `as_known_at` ends."""
    kafka_replication: int = 1
    """On how many brokers each line stands."""
    kafka_prefix: str = "commonweal."
    """What topics begin with: two houses can share a broker."""
    log_keys: str = ""
    """Folder of the keys that sign this process's log, and of what was signed last."""
    log_key: str = field(default="", repr=False)
    """Those keys as PEM, where they come from elsewhere."""
    log_origin: str = "commonweal.local"
    """What the names of this house's logs begin with."""
    log_policy: str = ""
    """Path of a C2SP tlog-policy with the other witnesses that the gateway asks."""

    @classmethod
    def from_environment(cls) -> Settings:
        return cls(
            postgres=_env("COMMONWEAL_POSTGRES"),
            postgres_owner=_env("COMMONWEAL_POSTGRES_OWNER"),
            kafka=_env("COMMONWEAL_KAFKA"),
            kafka_partitions=int(_env("COMMONWEAL_KAFKA_PARTITIONS", "1")),
            urls={
                name: _env(f"COMMONWEAL_{name.upper()}_URL")
                for name in ("agenda", "measurement", "activities", "gateway")
            },
            token_keys=_env("COMMONWEAL_TOKEN_KEYS"),
            token_issuer=_env("COMMONWEAL_TOKEN_ISSUER", "commonweal-embedded"),
            service_keys=_env("COMMONWEAL_SERVICE_KEYS"),
            clock=_env("COMMONWEAL_CLOCK"),
            timezone=ZoneInfo(_env("COMMONWEAL_TIMEZONE", "Australia/Melbourne")),
            kafka_replication=int(_env("COMMONWEAL_KAFKA_REPLICATION", "1")),
            kafka_prefix=_env("COMMONWEAL_KAFKA_PREFIX", "commonweal."),
            log_keys=_env("COMMONWEAL_LOG_KEYS") or _env("COMMONWEAL_SERVICE_KEYS"),
            log_key=_env("COMMONWEAL_LOG_KEY"),
            log_origin=_env("COMMONWEAL_LOG_ORIGIN", "commonweal.local"),
            log_policy=_env("COMMONWEAL_LOG_POLICY"),
        )

    def origin(self, service: str) -> str:
        """The name of a service's log in its checkpoints; it never changes."""
        return f"{self.log_origin}/log/{service}"

    def database(self, name: str) -> str:
        """The DSN of one process's own database."""
        if not self.postgres:
            raise SettingMissing(
                "COMMONWEAL_POSTGRES is not set: give a DSN, or run `commonweal up`."
            )
        return f"{self.postgres.rstrip('/')}/commonweal_{name}"
