"""A proof for any line of a million: through the gateway and the service, tiles from PostgreSQL."""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx

from bench import house
from bench.paired import Figure, at_most, keep, percentile, say
from gateway.app import Parts, create_app
from gateway.audit import Logs, Witness
from gateway.cli.composition import GATEWAY, MIGRATIONS
from gateway.clients import Services
from infra.audit.checkpoint import Checkpoint, Proof
from infra.audit.kept import SQL, KeptLog, write_tiles
from infra.audit.keys import KeyFolder
from infra.audit.note import Kind, Note
from infra.audit.tiles import Growth
from infra.eventstore import PostgresEventStore
from infra.kernel import SystemClock
from infra.messaging.references import MemoryReferences
from infra.postgres import Pool, connection, make_pool
from infra.web.service import Parts as ServiceParts
from infra.web.service import build
from infra.web.shell import Shell
from tests.callers import verifier

LINES, ASKED = 1_000_000, 2_000
MILLISECONDS = 5
ORIGIN = "bench.example/log/agenda"
PAGE = 50_000
SERVICE = ("infra.eventstore", "infra.messaging", "infra.audit")


async def main() -> list[Figure]:
    async with (
        house.postgres() as server,
        house.database(server, "commonweal_agenda", SERVICE) as dsn,
        house.database(server, "commonweal_gateway", MIGRATIONS[GATEWAY]) as gateway_dsn,
        make_pool(dsn, name="bench") as pool,
        make_pool(gateway_dsn, name="bench") as gateway_pool,
    ):
        with tempfile.TemporaryDirectory(prefix="commonweal-bench-") as folder:
            keys = KeyFolder(Path(folder), "agenda", ORIGIN)
            keys.make()
            keys.publish(keys.signers())
            await grow(pool, keys)
            spent = time.process_time()
            took = await asked(pool, gateway_pool, keys)
            spent = 1000 * (time.process_time() - spent) / ASKED
    tail = percentile(took, 0.99)
    say(f"proof: {ASKED} of {LINES}, processor time {spent:.1f} ms each, p99 {tail:.1f} ms")
    found = [at_most("proof", statistics.median(took), MILLISECONDS, "ms")]
    keep("proof", found)
    return found


async def grow(pool: Pool, keys: KeyFolder) -> None:
    """A signed tree of a million leaves; of its lines none is asked for."""
    tree = Growth()
    async with connection(pool) as db:
        for first in range(0, LINES, PAGE):
            leaves = b"".join(sha256(b"%d" % at).digest() for at in range(first, first + PAGE))
            await write_tiles(db, tree.add(leaves))
        text = str(Checkpoint(ORIGIN, LINES, tree.root()))
        note = str(Note(text, tuple(signer.sign(text) for signer in keys.signers())))
        await db.fetchval(SQL["checkpoint_write"], LINES, note)


async def asked(pool: Pool, gateway_pool: Pool, keys: KeyFolder) -> list[float]:
    """Milliseconds of each answer, lines chosen anywhere; both apps in this process."""
    parts = ServiceParts(
        PostgresEventStore(pool, SystemClock()),
        SystemClock(),
        verifier(),
        MemoryReferences(),
        pool=pool,
        log=KeptLog(pool),
    )
    service = build("agenda", parts, object(), [], description="One log.")
    transport = httpx.ASGITransport(Shell(service))
    took = []
    async with Services(
        {"agenda": httpx.AsyncClient(transport=transport, base_url="http://a")}
    ) as s:
        own = KeyFolder(keys.folder, "witness", "bench.example/log/witness", Kind.COSIGNATURE)
        witness = Witness(gateway_pool, Logs(s), keys=own, services=[keys])
        app = create_app(
            Parts(
                clock=SystemClock(),
                verifier=verifier(),
                timezone=ZoneInfo("UTC"),
                services=s,
                documents={},
                witness=witness,
            )
        )
        world = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")
        async with world:
            for _ in range(ASKED):
                sequence = random.randint(1, LINES)
                since = time.perf_counter()
                answer = await world.get(f"/log/agenda/proof/{sequence}")
                took.append(1000 * (time.perf_counter() - since))
                assert Proof.parse(answer.text).place == sequence - 1
    return took
