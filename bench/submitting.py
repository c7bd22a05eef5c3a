"""The measurement service as benchmarks of submissions ask it: several persons, one process."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid4

import httpx

from bench.measuring import INITIATIVE, ISSUER
from infra.runtime.ports import free_port
from infra.web import tokens

BETWEEN_COMMANDS = 0.02
RULES = 20
DEFINITION = {
    "name": "Young people not in education, employment or training",
    "unit": "%",
    "level": "population",
    "polarity": "lower-is-better",
}
CRITERIA: tuple[dict[str, object], ...] = (
    {"kind": "range", "minimum": "0", "maximum": "100"},
    {"kind": "change", "by": "100"},
    {"kind": "z-score", "threshold": "9"},
    {"kind": "modified-z-score", "threshold": "900"},
    {"kind": "min-max", "limits": [{"minimum": "0", "maximum": "100"}]},
)
PLACE = {"scheme": "bench", "edition": "1", "code": "whole"}


def mapping(code: str) -> str:
    return json.dumps(
        {
            "indicator": {"constant": code},
            "period": {"format": "year", "column": "Year"},
            "value": {"column": "Value", "missing": [".."]},
            "place": {"scheme": "bench", "edition": "1", "code_column": "Code"},
            "dimensions": ["Sex", "Age group"],
        }
    )


@dataclass
class Service:
    """The process under test, and somebody who may ask it."""

    process: asyncio.subprocess.Process
    client: httpx.AsyncClient
    keys: Path
    latencies: list[float] = field(default_factory=list)
    under: dict[str, str] = field(default_factory=dict)

    async def ask(self, path: str, body: Mapping[str, object]) -> dict[str, str]:
        answer = await self.client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
        return found

    async def by(self, role: str, path: str, body: Mapping[str, object]) -> dict[str, str]:
        """The same, asked by another person who has that role."""
        headers = signed(self.keys, role, role) | {"Idempotency-Key": str(uuid4())}
        answer = await self.client.post(path, json=body, headers=headers)
        answer.raise_for_status()
        found: dict[str, str] = answer.json()
        return found

    async def indicator(self, code: str) -> UUID:
        made = await self.ask(
            f"/v1/initiatives/{INITIATIVE}/indicators", {"code": code, "name": code}
        )
        await self.ask(f"/v1/indicators/{made['id']}/definitions", {"definition": DEFINITION})
        return UUID(made["id"])

    async def agree(self) -> None:
        """What all of it comes under."""
        here, me = f"/v1/initiatives/{INITIATIVE}", [str(UUID(int=2))]
        terms = {"parties": me, "providers": me, "purpose": "Speed", "licence": "CC0"}
        body = {"kind": "open-data", "title": "Bench", "terms": terms | {"credit": "Nobody"}}
        agreement = await self.ask(f"{here}/data-agreements", body)
        one = f"/v1/data-agreements/{agreement['id']}"
        await self.ask(f"{one}/signatures", {})
        await self.ask(f"{one}/activations", {})
        window = {"opens": "2020-01-01", "due": "2999-12-31", "closes": "2999-12-31"}
        body = {"kind": "backfill", "title": "Bench"} | window
        opened = await self.ask(f"{here}/reporting-periods", body)
        self.under = {"agreement_id": agreement["id"], "reporting_period_id": opened["id"]}

    async def rule(self) -> None:
        """Twenty rules of all kinds that look at every row; none of them finds anything."""
        framework = f"/v1/initiatives/{INITIATIVE}/measurement-framework"
        await self.by("data-steward", framework, {"title": "Bench"})
        for number in range(RULES):
            rule = {"code": f"r{number}", "criterion": CRITERIA[number % len(CRITERIA)]}
            await self.by("data-steward", f"{framework}/validation-rules", {"rule": rule})

    async def send(self, code: str, file: bytes) -> dict[str, object]:
        answer = await self.client.post(
            f"/v1/initiatives/{INITIATIVE}/submissions",
            data={"mapping": mapping(code), **self.under},
            files={"file": ("observations.csv", file, "text/csv")},
            headers={"Idempotency-Key": str(uuid4())},
        )
        answer.raise_for_status()
        report: dict[str, object] = answer.json()
        return report

    async def keep_asking(self, indicator: UUID) -> None:
        """Other people's commands, one after the other at a steady pace."""
        while True:
            place = PLACE | {"code": str(uuid4())}
            since = time.perf_counter()
            await self.ask(
                f"/v1/indicators/{indicator}/observations",
                {"period": "2020", "value": "1.5", "place": place, **self.under},
            )
            self.latencies.append(time.perf_counter() - since)
            await asyncio.sleep(BETWEEN_COMMANDS)

    def cpu_seconds(self) -> float:
        """What the process has worked so far: on a shared machine less than the time that went."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def peak_mib(self) -> float:
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmHWM:")[2].split()[0]) / 1024


@contextlib.asynccontextmanager
async def service(dsn: str) -> AsyncIterator[Service]:
    with tempfile.TemporaryDirectory() as folder:
        keys, port = Path(folder), free_port()
        tokens.make_keys(keys)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.measuring", str(port), dsn, str(keys / "jwks.json"))
        )
        try:
            async with httpx.AsyncClient(
                base_url=f"http://127.0.0.1:{port}",
                headers=signed(keys, "provider", "data-provider"),
                timeout=120,
            ) as client:
                async with asyncio.timeout(30):
                    while not await answers(client):  # noqa: ASYNC110 (another process)
                        await asyncio.sleep(0.05)
                yield Service(process, client, keys)
        finally:
            process.terminate()
            await process.wait()


async def answers(client: httpx.AsyncClient) -> bool:
    with contextlib.suppress(httpx.TransportError):
        return (await client.get("/health/ready")).is_success
    return False


def signed(keys: Path, person: str, role: str) -> dict[str, str]:
    """What says who asks."""
    token = tokens.issue(
        keys,
        issuer=ISSUER,
        person=person,
        roles=[role],
        organisation=UUID(int=2),
        client="bench",
    )
    return {"Authorization": f"Bearer {token}"}
