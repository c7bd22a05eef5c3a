"""An app of ours as a part of the house: `python -m <module> serve`, ready when it says so."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from infra.runtime.ports import LOOPBACK
from infra.runtime.program import Program

IMPORT_ROOT = Path(__file__).parents[2]
"""Where this code was imported from; `-m` finds the apps there, so they are of the same version."""
PROBE_SECONDS = 5.0


@dataclass(frozen=True)
class App:
    """One web process, which brings its carrying child with it."""

    name: str
    module: str
    port: int
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def program(self) -> Program:
        where = ("--host", LOOPBACK, "--port", str(self.port))
        return Program(
            arguments=(sys.executable, "-m", self.module, "serve", *where),
            environment=self.environment,
            folder=IMPORT_ROOT,
        )

    async def answers(self) -> bool:
        # Without certificates, which http has no use for: to load them takes more processor time
        # than the rest of a probe, and those who probe would take it from those who start.
        made = httpx.AsyncClient(trust_env=False, verify=False, timeout=PROBE_SECONDS)
        try:
            async with made as client:
                answer = await client.get(f"{self.address}/health/ready")
        except httpx.TransportError:
            return False
        return answer.status_code == httpx.codes.OK
