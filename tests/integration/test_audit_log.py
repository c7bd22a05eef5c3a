"""A service's signed log on a real PostgreSQL: whatever happens, it never takes anything back."""

from __future__ import annotations

import asyncio
import contextlib
import stat
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from infra.audit import handover
from infra.audit.checkpoint import Checkpoint, Proof, read
from infra.audit.kept import KeptLog, read_tiles, root_at
from infra.audit.keys import KeyFolder, KeyRefused
from infra.audit.log import Keeper, Overtaken, Refused, Shift
from infra.audit.merkle import EMPTY_ROOT, consistency, continues, inclusion, leaf_hash
from infra.audit.note import Note
from infra.audit.tiles import Tile, hashed, needed, unbundled
from infra.messaging.leader import leading
from infra.postgres import connection
from tests.conftest import Database, Databases
from tests.integration.carrying import Log, log_of

PACKAGES = ("infra.eventstore", "infra.messaging", "infra.audit")
ORIGIN = "tests.example/log/agenda"
PATIENCE = 20


@dataclass
class House:
    """A service's log, the folder of its keys, and what the world is shown."""

    log: Log
    keys: KeyFolder

    @property
    def shown(self) -> KeptLog:
        return KeptLog(self.log.pool)

    def keeper(self, seconds: float = 0.02) -> Keeper:
        return Keeper(self.keys, partial(leading, self.log.dsn, "log"), seconds=seconds)

    @contextlib.asynccontextmanager
    async def keeping(self) -> AsyncIterator[asyncio.Task[None]]:
        """A keeper that runs beside."""
        task = asyncio.create_task(self.keeper().run())
        try:
            yield task
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def signed(self, size: int) -> Checkpoint:
        """Wait until so many lines are under a signed checkpoint."""
        async with asyncio.timeout(PATIENCE):
            while (found := await self.checkpoint()) is None or found.size < size:
                await a_moment()
        return found

    async def checkpoint(self) -> Checkpoint | None:
        note = await self.shown.checkpoint()
        return read(note, ORIGIN, self.keys.published()) if note else None

    async def notes(self) -> list[str]:
        async with connection(self.log.pool) as db:
            rows = await db.fetch("SELECT note FROM log_checkpoints ORDER BY id")
        return [note for (note,) in rows]

    async def why_refused(self) -> str:
        async with asyncio.timeout(PATIENCE):
            while not (found := await self.shown.figures()).refused:
                await a_moment()
        return found.refused

    async def no_longer_refused(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while (await self.shown.figures()).refused:
                await a_moment()

    async def proof(self, sequence: int, note: str) -> Proof:
        """From what is shown, as anybody could make it."""
        size = read(note, ORIGIN, self.keys.published()).size
        spans = inclusion(sequence - 1, size)
        tiles = {tile: await self.shown.tile(tile) for tile in needed(spans, size)}
        hashes = hashed(spans, size, {tile: found or b"" for tile, found in tiles.items()})
        return Proof(sequence - 1, tuple(hashes), note)


@contextlib.asynccontextmanager
async def house_at(dsn: str, folder: Path) -> AsyncIterator[House]:
    async with log_of("agenda", dsn) as log:
        yield House(log, KeyFolder(folder, "agenda", ORIGIN))
        await log.store.close()


@pytest.fixture
async def house(database: Database, tmp_path: Path) -> AsyncIterator[House]:
    async with house_at(await database("agenda", PACKAGES), tmp_path) as house:
        yield house


async def test_every_line_comes_under_a_signed_checkpoint(house: House) -> None:
    async with house.keeping():
        assert await house.signed(0) == Checkpoint(ORIGIN, 0, EMPTY_ROOT)
        await house.log.append(700)
        first = await house.signed(700)
        await house.log.append(300)
        second = await house.signed(1_000)
    lines = [line.encode() for line in await house.log.lines()]
    note = await house.shown.checkpoint() or ""
    for sequence in (1, 2, 255, 256, 257, 512, 999, 1_000):
        proof = Proof.parse(str(await house.proof(sequence, note)))
        assert proof.holds(lines[sequence - 1], ORIGIN, house.keys.published()) == second
    async with connection(house.log.pool) as db:
        spans = consistency(700, 1_000)
        tiles = await read_tiles(db, needed(spans, 1_000))
    proven = hashed(spans, 1_000, tiles)
    assert continues(700, first.root, 1_000, second.root, proven)
    figures = await house.shown.figures()
    assert (figures.size, figures.behind, figures.refused) == (1_000, 0, "")
    assert figures.lag_seconds < PATIENCE


async def test_the_database_hashes_as_we_do_and_shows_the_lines_of_a_tile(house: House) -> None:
    await house.log.append(3, data={"note": "naïve 🌾"})
    async with house.keeping():
        await house.signed(3)
    tile = Tile(0, 0, 3)
    lines = [line.encode() for line in await house.log.lines()]
    assert await house.shown.tile(tile) == b"".join(map(leaf_hash, lines))
    assert unbundled(await house.shown.entries(tile) or b"") == lines
    for beyond in (Tile(0, 0, 4), Tile(0, 0), Tile(0, 1, 1), Tile(1, 0, 1)):
        assert await house.shown.tile(beyond) is None
        assert await house.shown.entries(beyond._replace(level=0)) is None or beyond.level


async def test_nothing_is_shown_before_it_is_signed(house: House) -> None:
    await house.log.append(5)
    async with leading(house.log.dsn, "log") as db:
        shift = Shift(house.keys, db, 1)
        await shift.begin()
        assert await shift.extend(until=0)
        assert await house.shown.tile(Tile(0, 0, 5)) is None
        assert await house.shown.entries(Tile(0, 0, 5)) is None
        await shift.sign(at_end=True)
    assert await house.shown.tile(Tile(0, 0, 5)) is not None


async def test_a_quiet_log_is_not_signed_again(house: House) -> None:
    await house.log.append(2)
    async with house.keeping():
        await house.signed(2)
    async with house.keeping():
        await house.log.append(1)
        await house.signed(3)
        await asyncio.sleep(0.2)
    assert [Checkpoint.parse(Note.parse(note).text).size for note in await house.notes()] == [2, 3]


async def test_while_lines_arrive_a_checkpoint_is_signed_no_oftener_than_it_may_be(
    house: House,
) -> None:
    seconds, last = 0.2, 0
    task = asyncio.create_task(house.keeper(seconds).run())
    loop = asyncio.get_running_loop()
    until = loop.time() + 8 * seconds
    while loop.time() < until:
        last = await house.log.append(1)
    await house.signed(last)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with connection(house.log.pool) as db:
        rows = await db.fetch("SELECT signed_at FROM log_checkpoints ORDER BY id")
    gaps = [(after[0] - before[0]).total_seconds() for before, after in pairwise(rows)]
    assert len(gaps) >= 2
    assert min(gaps) > seconds / 2  # the database reads the clock a little later, now and then


async def test_two_keepers_sign_one_log(house: House) -> None:
    """The second takes over where the first is killed, also in the middle of its work."""
    async with house.keeping() as first, house.keeping():
        await house.log.append(900)
        await house.signed(1)
        first.cancel()
        await house.log.append(900)
        await house.signed(1_800)
    sizes = [Checkpoint.parse(Note.parse(note).text).size for note in await house.notes()]
    assert sizes == sorted(set(sizes))


async def test_who_was_stopped_for_a_while_signs_nothing_more(house: House) -> None:
    await house.log.append(300)
    async with leading(house.log.dsn, "one") as slow, leading(house.log.dsn, "other") as quick:
        stopped = Shift(house.keys, slow, 1)
        await stopped.begin()
        await stopped.extend(until=0)
        await house.log.append(300)
        other = Shift(house.keys, quick, 1)
        await other.begin()
        await other.extend(until=0)
        await other.sign(at_end=True)
        with pytest.raises(Overtaken):
            await stopped.sign(at_end=True)
    found = await house.checkpoint()
    assert found is not None
    assert found.size == 600


async def test_a_stopped_keepers_shorter_tile_is_refused_by_the_database(house: House) -> None:
    await house.log.append(10)
    async with leading(house.log.dsn, "one") as slow, leading(house.log.dsn, "other") as quick:
        stopped, other = Shift(house.keys, slow, 1), Shift(house.keys, quick, 1)
        await stopped.begin()
        await house.log.append(10)
        await other.begin()
        await other.extend(until=0)
        tile = await read_tiles(quick, [Tile(0, 0, 20)])
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="can only grow"):
            await slow.execute("UPDATE log_tiles SET hashes = substring(hashes FROM 1 FOR 320)")
        assert await read_tiles(quick, [Tile(0, 0, 20)]) == tile
    for change in ("DELETE FROM log_tiles", "UPDATE log_checkpoints SET size = 1"):
        async with connection(house.log.pool) as db:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await db.execute(change)


async def test_a_restart_in_the_middle_of_anything_goes_on(house: House) -> None:
    """Cut off after the tiles, and after the file, but before the database's checkpoint."""
    await house.log.append(400)
    async with leading(house.log.dsn, "log") as db:
        shift = Shift(house.keys, db, 1)
        await shift.begin()
        await shift.extend(until=0)
        root = await root_at(db, 400)
        house.keys.remember(shift._seal(Checkpoint(ORIGIN, 400, root)))
    assert await house.checkpoint() is None
    async with house.keeping():
        assert (await house.signed(400)).root == root
        await house.log.append(1)
        await house.signed(401)


async def test_an_old_backup_is_not_signed(house: House, databases: Databases) -> None:
    """The database is as it was at 40 lines; 50 had been signed."""
    await house.log.append(40)
    async with house.keeping():
        await house.signed(40)
    backup = await Copy.of(house, databases)
    async with house.keeping():
        await house.log.append(10)
        good = await house.signed(50)
    async with backup.restored(house.keys.folder) as restored:
        async with restored.keeping():
            assert "50 lines were signed, but the log ends at 40" in await restored.why_refused()
        await restored.log.append(30)  # the house goes on, and writes other lines
        async with restored.keeping():
            async with asyncio.timeout(PATIENCE):
                while "the first 50" not in (await restored.shown.figures()).refused:
                    await a_moment()
        found = await restored.checkpoint()
        assert found is not None
        assert found.size == 40
        assert read(restored.keys.last(), ORIGIN, restored.keys.published()) == good
        assert (await restored.shown.figures()).behind == 30
    async with house.keeping():
        await house.log.append(1)
        await house.signed(51)  # the real one was never stopped by it
    await backup.drop()


async def test_a_log_that_lost_its_key_is_not_signed_by_a_new_one(house: House) -> None:
    await house.log.append(2)
    async with house.keeping():
        await house.signed(2)
    pem = house.keys.folder / "log-agenda.pem"
    key = pem.read_text()
    pem.unlink()
    async with house.keeping():
        assert "is missing" in await house.why_refused()
    assert not pem.exists()
    pem.write_text(secret_key())
    await house.log.append(1)
    async with leading(house.log.dsn, "log") as db:
        with pytest.raises(Refused, match="not by our keys"):
            await Shift(house.keys, db, 1).begin()
    pem.write_text(key)
    async with house.keeping():
        await house.signed(3)
        await house.no_longer_refused()


async def test_a_key_is_replaced_while_both_sign(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    await house.log.append(2)
    async with house.keeping():
        await house.signed(2)
    (old,) = house.keys.published()
    pem = house.keys.folder / "log-agenda.pem"
    first, second = pem.read_text(), secret_key()
    pem.write_text(first + second)
    async with house.keeping():
        await house.log.append(1)
        await house.signed(3)
    both = house.keys.published()
    assert len(both) == 2
    note = await house.shown.checkpoint() or ""
    for key in both:
        assert read(note, ORIGIN, [key]).size == 3
    (told,) = handover.each(house.keys.handovers())
    assert (told.old, told.new, told.checkpoint.size) == (old, both[1], 3)
    assert told.until == datetime.now(UTC).date() + handover.OVERLAP
    pem.write_text(second)
    async with house.keeping():
        await house.log.append(1)
        await house.signed(4)
    assert f"was to sign until {told.until}" in caplog.text
    assert handover.each(house.keys.handovers()) == [told]
    assert old not in house.keys.published()
    assert read(await house.shown.checkpoint() or "", ORIGIN, both[1:]).size == 4


async def test_a_new_key_signs_what_is_there_without_waiting_for_a_line(house: House) -> None:
    await house.log.append(2)
    async with house.keeping():
        await house.signed(2)
    pem = house.keys.folder / "log-agenda.pem"
    pem.write_text(pem.read_text() + secret_key())
    async with house.keeping(), asyncio.timeout(PATIENCE):
        while len(Note.parse(await house.shown.checkpoint() or "").signatures) < 2:
            await a_moment()
    assert len(await house.notes()) == 2


async def test_another_name_is_another_log(house: House) -> None:
    await house.log.append(1)
    async with house.keeping():
        await house.signed(1)
    renamed = House(house.log, replace(house.keys, key_name="another.example/log/agenda"))
    async with renamed.keeping():
        assert "not by our keys" in await renamed.why_refused()


async def test_keys_are_their_owners_alone_and_never_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    given = secret_key()
    elsewhere = replace(house.keys, given=given)
    await house.log.append(1)
    async with House(house.log, elsewhere).keeping():
        await house.signed(1)
    assert not (house.keys.folder / "log-agenda.pem").exists()
    house.keys.make()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in house.keys.folder.iterdir()}
    assert {modes.pop(f"log-agenda.{kind}") for kind in ("pem", "lock", "signed")} == {0o600}
    assert modes == {"log-agenda.vkey": 0o644}
    secret = given.splitlines()[1]
    assert secret not in caplog.text
    assert secret not in repr(elsewhere) + str(elsewhere.signers())
    for broken in ("garbage", given + "more", given.replace(secret[:8], "AAAAAAAA")):
        with pytest.raises(KeyRefused) as refused:
            replace(house.keys, given=broken).signers()
        assert secret[12:] not in f"{refused.value} {refused.value.__cause__}"


async def test_a_folder_that_cannot_be_written_is_told(house: House) -> None:
    missing = House(house.log, replace(house.keys, folder=house.keys.folder / "nowhere"))
    await house.log.append(1)
    async with missing.keeping():
        assert "nowhere" in await missing.why_refused()
    assert await house.shown.checkpoint() is None


async def a_moment() -> None:
    """The keeper works by itself, in another task: we look again."""
    await asyncio.sleep(0.01)


def secret_key() -> str:
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@dataclass
class Copy:
    """A database as it was, like a backup."""

    databases: Databases
    dsn: str

    @classmethod
    async def of(cls, house: House, databases: Databases) -> Copy:
        await house.log.pool.expire_connections()
        return cls(databases, await databases.copy(house.log.dsn))

    @contextlib.asynccontextmanager
    async def restored(self, folder: Path) -> AsyncIterator[House]:
        async with house_at(self.dsn, folder) as house:
            yield house

    async def drop(self) -> None:
        await self.databases.drop(self.dsn.rpartition("/")[2])
