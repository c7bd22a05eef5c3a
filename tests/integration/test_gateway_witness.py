"""The gateway shows the services' signed logs to the world, and is their witness."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

import asyncpg
import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI

from gateway.app import Parts, create_app
from gateway.audit import Logs, Others, Witness
from gateway.audit.others import Other, PolicyRefused, named
from gateway.clients import Services
from infra.audit.checkpoint import Checkpoint, Proof, read, witnessed
from infra.audit.keys import KeyFolder
from infra.audit.merkle import continues, leaf_hash
from infra.audit.note import Kind, Note, Signer, VerifierKey
from infra.audit.tiles import unbundled
from infra.kernel import SystemClock
from infra.messaging.references import MemoryReferences
from infra.postgres import Pool, connection, make_pool
from infra.web.service import Parts as ServiceParts
from infra.web.service import build
from infra.web.shell import Shell
from tests.callers import Caller, token, verifier
from tests.conftest import Database, Databases
from tests.integration.other_witness import OtherWitness
from tests.integration.test_audit_log import ORIGIN, PACKAGES, Copy, House, house_at

GATEWAY = ("infra.messaging", "gateway.journal", "gateway.audit")
NOW = 1_790_000_000


@dataclass
class World:
    """A service with its signed log, a gateway before it, and somebody without a token."""

    service: House
    pool: Pool
    folder: Path
    now: float = NOW
    others: Others | None = None

    @contextlib.asynccontextmanager
    async def gateway(self, shown: House | None = None) -> AsyncIterator[Caller]:
        """A gateway as after a start, before the service or whatever is shown instead."""
        transport = httpx.ASGITransport(Shell(service_face(shown or self.service)))
        client = httpx.AsyncClient(transport=transport, base_url="http://agenda")
        async with Services({"agenda": client}) as services:
            witness = Witness(
                self.pool,
                Logs(services),
                keys=KeyFolder(self.folder, "witness", "tests.example/w", Kind.COSIGNATURE),
                services=[self.service.keys],
                others=self.others,
                clock=lambda: self.now,
            )
            parts = Parts(
                clock=SystemClock(),
                verifier=verifier(),
                timezone=ZoneInfo("UTC"),
                services=services,
                documents={},
                witness=witness,
            )
            async with Caller(create_app(parts)) as caller:
                del caller.headers["authorization"]
                yield caller

    async def sign(self, lines: int, house: House | None = None) -> int:
        """Append so many lines, and wait until they are signed."""
        house = house or self.service
        last = await house.log.append(lines)
        async with house.keeping():
            await house.signed(last)
        return last


def service_face(house: House) -> FastAPI:
    parts = ServiceParts(
        house.log.store,
        SystemClock(),
        verifier(),
        MemoryReferences(),
        pool=house.log.pool,
        log=house.shown,
    )
    return build("agenda", parts, object(), [], description="One log.")


@pytest.fixture
async def world(database: Database, tmp_path: Path) -> AsyncIterator[World]:
    folder = tmp_path / "keys"
    folder.mkdir()
    gateway = await database("gateway", GATEWAY)
    async with (
        house_at(await database("agenda", PACKAGES), folder) as house,
        make_pool(gateway, name="tests") as pool,
    ):
        yield World(house, pool, folder)


async def keys(caller: Caller) -> tuple[VerifierKey, VerifierKey]:
    """The log's and the witness's, as the world reads them."""
    log, witness = (await caller.get("/log/keys")).text.split()
    return VerifierKey.parse(log), VerifierKey.parse(witness)


async def checkpoint(caller: Caller) -> Checkpoint:
    answer = await caller.get("/log/agenda/checkpoint")
    assert answer.status_code == 200, answer.text
    log, witness = await keys(caller)
    witnessed(answer.text, witness)
    return read(answer.text, ORIGIN, [log])


async def test_a_line_is_proven_from_public_files_alone(world: World) -> None:
    await world.sign(700)
    lines = [line.encode() for line in await world.service.log.lines()]
    async with world.gateway() as caller:
        log, witness = await keys(caller)
        for sequence in (1, 256, 257, 699, 700):
            answer = await caller.get(f"/log/agenda/proof/{sequence}")
            assert answer.headers["content-type"] == "text/plain; charset=utf-8"
            proof = Proof.parse(answer.text)
            assert proof.holds(lines[sequence - 1], ORIGIN, [log], [witness]).size == 700
            assert witnessed(proof.note, witness) == NOW
        missing = await caller.get("/log/agenda/proof/701")
        assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")


async def test_checkpoints_are_never_kept_and_tiles_for_ever(world: World) -> None:
    await world.sign(300)
    async with world.gateway() as caller:
        shown = await caller.get("/log/agenda/checkpoint")
        assert shown.headers["cache-control"] == "no-store"
        assert shown.headers["content-type"] == "text/plain; charset=utf-8"
        lines = [line.encode() for line in await world.service.log.lines()]
        for path, first, last in (("0/000", 0, 256), ("0/001.p/44", 256, 300), ("0/000.p/7", 0, 7)):
            tile = await caller.get(f"/log/agenda/tile/{path}")
            assert tile.content == b"".join(map(leaf_hash, lines[first:last]))
            assert tile.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert tile.headers["content-type"] == "application/octet-stream"
        for path in ("0/001", "0/001.p/45", "1/000", "2/000.p/1", "0/0", "x"):
            absent = await caller.get(f"/log/agenda/tile/{path}")
            assert absent.status_code == 404, path
            assert "immutable" not in absent.headers.get("cache-control", "")
        assert (await caller.get("/log/nobody/checkpoint")).status_code == 422


async def test_lines_are_for_those_who_may_read_them(world: World) -> None:
    await world.sign(3)
    async with world.gateway() as caller:
        path = "/log/agenda/tile/entries/000.p/3"
        assert (await caller.get(path)).status_code == 401
        public = {"Authorization": f"Bearer {token('p', 'public')}"}
        assert (await caller.get(path, headers=public)).status_code == 403
        reader = {"Authorization": f"Bearer {token('p', 'developer')}"}
        found = await caller.get(path, headers=reader)
        lines = [line.encode() for line in await world.service.log.lines()]
        assert unbundled(found.content) == lines
        assert found.headers["cache-control"].startswith("private")


async def test_any_two_sizes_are_proven_consistent(world: World) -> None:
    await world.sign(600)
    async with world.gateway() as caller:
        present = await checkpoint(caller)
        for old, new in ((0, 600), (1, 600), (255, 257), (256, 599), (600, 600), (0, 0)):
            answer = await caller.get("/log/agenda/consistency", params={"old": old, "new": new})
            told = answer.json()
            roots = [base64.b64decode(told[end]["root"]) for end in ("old", "new")]
            proof = [base64.b64decode(each) for each in told["proof"]]
            assert continues(old, roots[0], new, roots[1], proof)
            if new == 600:
                assert roots[1] == present.root
        for old, new in ((601, 601), (5, 4), (1, 601)):
            answer = await caller.get("/log/agenda/consistency", params={"old": old, "new": new})
            assert answer.status_code == 404


async def test_the_witness_remembers_over_a_restart(world: World) -> None:
    await world.sign(10)
    async with world.gateway() as caller:
        first, before = await checkpoint(caller), await keys(caller)
    await world.sign(10)
    async with world.gateway() as caller:
        second = await checkpoint(caller)
        assert (first.size, second.size) == (10, 20)
        assert await keys(caller) == before


async def test_a_cosignature_of_a_quiet_log_is_renewed(world: World) -> None:
    await world.sign(1)
    async with world.gateway() as caller:
        _, witness = await keys(caller)
        note = (await caller.get("/log/agenda/checkpoint")).text
    world.now += 5
    async with world.gateway() as caller:
        assert (await caller.get("/log/agenda/checkpoint")).text == note
    async with world.pool.acquire() as db:
        await db.execute("UPDATE witnessed SET cosigned_at = now() - interval '61 seconds'")
    async with world.gateway() as caller:
        again = (await caller.get("/log/agenda/checkpoint")).text
    assert (witnessed(note, witness), witnessed(again, witness)) == (NOW, NOW + 5)


@contextlib.asynccontextmanager
async def put_back(world: World, databases: Databases, folder: Path) -> AsyncIterator[House]:
    """The service as it was 10 signed lines ago: its database, its keys, and its memory.

    So it notices nothing itself. The witness has seen the 10 lines.
    """
    backup = await Copy.of(world.service, databases)
    shutil.copytree(world.folder, folder)
    await world.sign(10)
    async with world.gateway() as caller:
        good = await checkpoint(caller)
    async with backup.restored(folder) as restored:
        yield restored
    async with world.gateway() as caller:  # the real one is still the one that it knows
        assert await checkpoint(caller) == good
    await backup.drop()


async def refusal(world: World, shown: House) -> dict[str, str]:
    async with world.gateway(shown) as caller:
        answer = await caller.get("/log/agenda/checkpoint")
        assert answer.status_code == 409, answer.text
        assert (await caller.get("/log/agenda/proof/1")).status_code == 409
        told: dict[str, str] = answer.json()
    assert told["type"] == "/problems/log-inconsistent"
    return told


async def test_a_log_that_was_put_back_is_not_cosigned(
    world: World, databases: Databases, tmp_path: Path
) -> None:
    await world.sign(40)
    async with put_back(world, databases, tmp_path / "old") as restored:
        assert "40 lines, and had 50" in (await refusal(world, restored))["detail"]
        await world.sign(30, restored)  # other lines: 70 of them, and signed
        told = await refusal(world, restored)
        assert "its first 50 lines are not" in told["detail"]
        notes = (Note.parse(told[each]) for each in ("seen", "shown"))
        assert [Checkpoint.parse(note.text).size for note in notes] == [50, 70]
    async with connection(world.pool) as db:
        assert await db.fetchval("SELECT count(*) FROM witness_refusals") == 2
        for change in ("DELETE FROM witnessed", "UPDATE witnessed SET size = 1"):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute(change)


async def test_two_histories_of_one_size_are_not_both_cosigned(
    world: World, databases: Databases, tmp_path: Path
) -> None:
    await world.sign(5)
    async with put_back(world, databases, tmp_path / "fork") as forked:
        await world.sign(10, forked)
        await refusal(world, forked)


async def test_a_checkpoint_by_another_key_is_not_cosigned(world: World, tmp_path: Path) -> None:
    await world.service.log.append(2)
    strange = tmp_path / "strange"
    strange.mkdir()
    impostor = House(world.service.log, replace(world.service.keys, folder=strange))
    async with impostor.keeping():
        await impostor.signed(2)
    genuine = KeyFolder(world.folder, "agenda", ORIGIN)
    genuine.make()
    genuine.publish(genuine.signers())
    async with world.gateway() as caller:
        refused = await caller.get("/log/agenda/checkpoint")
        assert refused.status_code == 409
        assert "own key" in refused.json()["detail"]
    witness = Witness(world.pool, Logs(Services({})), keys=genuine, services=[])
    assert "own key" in str((await witness.figures())["agenda"]["refused"])


async def test_two_gateways_cosign_one_log(world: World) -> None:
    await world.sign(5)
    async with world.gateway() as one, world.gateway() as other:
        for _ in range(3):
            await world.sign(5)
            found = await asyncio.gather(*(checkpoint(caller) for caller in (one, other) * 3))
            assert {each.origin for each in found} == {ORIGIN}
    async with connection(world.pool) as db:
        assert await db.fetchval("SELECT count(*) FROM witness_refusals") == 0


async def test_a_log_that_is_not_signed_yet_is_not_there(world: World) -> None:
    async with world.gateway() as caller:
        answer = await caller.get("/log/agenda/checkpoint")
        assert answer.status_code == 404


ELSEWHERE = Signer(
    "elsewhere.example/w", Ed25519PrivateKey.from_private_bytes(b"9" * 32), Kind.COSIGNATURE
)


def another(world: World) -> OtherWitness:
    """Somebody else's witness, asked by every gateway from now on."""
    (log,) = world.service.keys.published()
    made = OtherWitness(ELSEWHERE, ORIGIN, log, NOW + 7)
    those = named(f"# theirs\nwitness one {ELSEWHERE.key} https://w.example/w/\nquorum one\n")
    world.others = Others(those, httpx.MockTransport(made))
    return made


async def test_another_witness_cosigns_what_it_saw_grow(world: World) -> None:
    await world.sign(300)
    other = another(world)
    async with world.gateway() as caller:
        note = (await caller.get("/log/agenda/checkpoint")).text
        assert witnessed(note, ELSEWHERE.key) == NOW + 7
        assert str(ELSEWHERE.key) in (await caller.get("/log/keys")).text.split()
    await world.sign(400)
    world.others = Others([*world.others._those], world.others._transport)  # as after a restart
    async with world.gateway() as caller:
        proof = Proof.parse((await caller.get("/log/agenda/proof/299")).text)
    lines = [line.encode() for line in await world.service.log.lines()]
    (log,) = world.service.keys.published()
    assert proof.holds(lines[298], ORIGIN, [log], [ELSEWHERE.key]).size == 700
    assert (other.seen.size, other.asked) == (700, 3)  # it was asked where it stood


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(404),
        httpx.Response(500, text="x" * 100_000),
        httpx.Response(200, text="garbage"),
        httpx.Response(200, text=str(ELSEWHERE.sign("another text\n", time=NOW))),
        httpx.Response(409, text="999999999999999999999\n"),
        httpx.Response(409, text="99999\n"),
        httpx.Response(302, headers={"location": "http://10.0.0.1/"}),
    ],
)
async def test_another_witness_that_does_not_cosign_holds_nothing_up(
    world: World, answer: httpx.Response
) -> None:
    await world.sign(3)
    other = another(world)
    other.instead = answer
    async with world.gateway() as caller:
        note = (await caller.get("/log/agenda/checkpoint")).text
        _, ours, _ = (VerifierKey.parse(k) for k in (await caller.get("/log/keys")).text.split())
        assert witnessed(note, ours) == NOW
        assert len(Note.parse(note).signatures) == 2
    await world.sign(3)
    async with world.gateway() as caller:
        assert (await caller.get("/log/agenda/checkpoint")).status_code == 200
    assert other.asked <= 2  # it is left alone for a while


@pytest.mark.parametrize(
    "line",
    [
        *("witness", "witness one", "witness one garbage https://w.example", "wizard one two"),
        f"witness one {ELSEWHERE.key} ftp://w.example",
        f"witness one {replace(ELSEWHERE, kind=Kind.NOTE).key} https://w.example",
    ],
)
def test_a_policy_that_is_none_is_refused(line: str) -> None:
    with pytest.raises(PolicyRefused, match="This line is none"):
        named(f"quorum none\n{line}\n")


def test_a_witness_without_a_place_to_ask_is_not_asked() -> None:
    assert named(f"witness one {ELSEWHERE.key}\nquorum one\n") == []
    assert named(f"witness one {ELSEWHERE.key} https://w.example\n") == [
        Other(ELSEWHERE.key, "https://w.example")
    ]


async def test_how_far_the_signing_is_behind_can_be_scraped(world: World) -> None:
    await world.sign(3)
    await world.service.log.append(2)
    async with Caller(service_face(world.service)) as service:
        told = (await service.get("/metrics")).text.splitlines()
    assert "commonweal_log_signed_size 3.0" in told
    assert "commonweal_log_behind_lines 2.0" in told
    assert "commonweal_log_refuses 0.0" in told
    (lag,) = [line for line in told if line.startswith("commonweal_log_lag_seconds ")]
    assert 0 <= float(lag.split()[1]) < 60
