"""A command through HTTP, answered after the durable append, beside two FastAPI apps."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import httpx

from bench import house
from bench.http_apps import ISSUER, PATH
from bench.load import Load
from bench.paired import Figure, compare, say
from infra.runtime.ports import free_port
from infra.web import tokens

CONNECTIONS = 32
ROUNDS = 6
BODY = {
    "indicator": "01890000-0000-7000-8000-000000000001",
    "place": "Greater Shepparton",
    "place_code": "22830",
    "scheme": "ASGS 2021 LGA",
    "period_from": "2025-01-01",
    "period_to": "2025-12-31",
    "value": "61.30",
    "unit": "per cent of children",
    "status": "A",
    "source": "Australian Early Development Census",
    "note": "Children who are on track on five domains, as they begin school. " * 3,
    "method": "A census of all schools, by their teachers, every three years.",
}


async def main() -> list[Figure]:
    say(f"http: load by {Load.tool()}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tokens.make_keys(folder)
        async with house.postgres() as server, house.database(server, "commonweal_http") as dsn:
            superuser = f"{server}/commonweal_http"
            async with (
                serving("ours", folder, dsn) as ours,
                serving("library", folder, superuser) as library,
                serving("bare", folder, superuser) as bare,
            ):
                figures = []
                for peer, load, goal in (("library", library, 4.0), ("bare", bare, 0.6)):
                    figures += await compare(
                        f"http.{peer}",
                        ours.run,
                        load.run,
                        goal=goal,
                        unit="commands/s",
                        rounds=ROUNDS,
                        seconds=2.0,
                    )
                return figures


@contextlib.asynccontextmanager
async def serving(name: str, folder: Path, dsn: str) -> AsyncIterator[Load]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bench.http_apps", name, str(port), str(folder), dsn)
    )
    token = tokens.issue(
        folder,
        issuer=ISSUER,
        person="person-1",
        roles=["data-provider"],
        organisation=UUID(int=1),
        client="bench",
    )
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    url = f"http://127.0.0.1:{port}{PATH}"
    try:
        async with asyncio.timeout(30), httpx.AsyncClient(trust_env=False) as client:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    named = headers | {"Idempotency-Key": name}
                    answer = await client.post(url, json=BODY, headers=named)
                    assert answer.status_code == 201, answer.text
                    break
                await asyncio.sleep(0.05)
        body = json.dumps(BODY)
        yield Load(url, headers=headers, body=body, connections=CONNECTIONS, folder=folder)
    finally:
        process.terminate()
        await process.wait()
