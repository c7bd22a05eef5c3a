"""Keeping a log: behind the append, its lines are hashed into the tree, and the tree is signed.

What was signed is never taken back: before a checkpoint is signed, the tree is held against the
last one that was signed, as the database tells it and as a file outside the database does. So a
database from an old backup, or one that was tampered with, is refused rather than signed.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from typing import TypeVar

from infra.audit.checkpoint import Checkpoint, read
from infra.audit.handover import handed_over, missing, too_early
from infra.audit.kept import SQL, TileMissing, kept_tree, root_at, write_tiles
from infra.audit.keys import KeyFolder, KeyRefused
from infra.audit.merkle import HASH_BYTES
from infra.audit.note import Malformed, Note, NotSigned, Signer, VerifierKey
from infra.audit.tiles import Growth
from infra.postgres import Connection

log = logging.getLogger(__name__)

PAGE_LINES = 2_000
SECONDS = 1.0
"""At most so often a checkpoint is signed."""
WELL_SECONDS = 10.0
REFUSED_SECONDS = 30.0

Answer = TypeVar("Answer")
Leads = Callable[[], AbstractAsyncContextManager[Connection]]


class Refused(Exception):
    """To sign now would say something else than was signed before."""


class Overtaken(Exception):
    """Somebody else keeps this log by now."""


class Keeper:
    """Keeps the log of one service. `leads` waits until nobody else does."""

    def __init__(self, keys: KeyFolder, leads: Leads, *, seconds: float = SECONDS) -> None:
        self._keys = keys
        self._leads = leads
        self._seconds = seconds

    async def run(self) -> None:
        """Lead, or wait to lead, until cancelled. Any error ends it; it may be run again."""
        async with self._leads() as db:
            try:
                await Shift(self._keys, db, self._seconds).work()
            except (Refused, KeyRefused, TileMissing) as refusal:
                log.error("the log of %s is not signed: %s", self._keys.name, refusal)
                await db.execute(SQL["keeper_refuses"], str(refusal))
                await asyncio.sleep(REFUSED_SECONDS)


class Shift:
    """One keeper with one connection, from its opening to the first error."""

    def __init__(self, keys: KeyFolder, db: Connection, seconds: float) -> None:
        self._keys = keys
        self._db = db
        self._seconds = seconds
        self._signers: tuple[Signer, ...] = ()
        self._tree = Growth()
        self._before: list[Checkpoint] = []
        """Signed earlier, and not yet held against this tree."""
        self._remembered = ""
        """What the file said when we last looked."""
        self._published: int | None = None
        """The size of the last checkpoint that is published and bears all our signatures."""
        self._well_at = 0.0

    async def work(self) -> None:
        await self.begin()
        loop = asyncio.get_running_loop()
        due = loop.time()
        while True:
            at_end = await self.extend(until=loop.time() + self._seconds)
            await asyncio.sleep(max(0.0, due - loop.time()))
            due = loop.time() + self._seconds
            await self.sign(at_end=at_end)
            if at_end:
                if loop.time() >= self._well_at:
                    await self._db.execute(SQL["keeper_well"])
                    self._well_at = loop.time() + WELL_SECONDS
                await asyncio.sleep(max(0.0, due - loop.time()))

    async def begin(self) -> None:
        """The keys, the tree as far as it was built, and what has been signed."""
        self._remembered = await _with_files(self._keys.last)
        published = await self._db.fetchval(SQL["checkpoint"]) or ""
        self._signers = await _with_files(self._own_keys, bool(published))
        notes = [note for note in (self._remembered, published) if note]
        keys = [signer.key for signer in self._signers]
        self._before = [self._ours(note, keys) for note in notes]
        await _with_files(self._keys.publish, self._signers)
        for early in too_early(self._signers, self._keys.handovers(), datetime.now(UTC).date()):
            log.warning("the old key of %s was to sign until %s", self._keys.name, early.until)
        if published and _signed_by(published) == {(key.name, key.key_id) for key in keys}:
            self._published = self._before[-1].size
        self._tree = await kept_tree(self._db)

    async def extend(self, *, until: float) -> bool:
        """Hash what the log holds, page by page; whether its end was reached."""
        loop = asyncio.get_running_loop()
        while True:
            row = await self._db.fetchrow(SQL["leaves"], self._tree.size, PAGE_LINES)
            assert row is not None
            count, last, leaves = row
            if count:
                if last != self._tree.size + count or len(leaves) != count * HASH_BYTES:
                    raise Refused(f"a line is missing between {self._tree.size} and {last}")
                await write_tiles(self._db, self._tree.add(leaves))
            if count < PAGE_LINES:
                return True
            if loop.time() >= until:
                return False

    async def sign(self, *, at_end: bool) -> None:
        """Sign the tree as it is, if that is news and nothing that was signed speaks against it."""
        await self._compare(at_end=at_end)
        size = self._tree.size
        if self._before or self._published == size:
            return
        checkpoint = Checkpoint(self._keys.key_name, size, self._tree.root())
        note = await _with_files(self._seal, checkpoint)
        if await self._db.fetchval(SQL["checkpoint_write"], size, note) is None:
            raise Overtaken(f"a larger checkpoint than {size} is there")
        self._published = size
        self._well_at = 0.0

    async def _compare(self, *, at_end: bool) -> None:
        """Hold the tree against what was signed, once it is as large."""
        waiting = []
        for signed in self._before:
            if signed.size > self._tree.size:
                waiting.append(signed)
            elif await root_at(self._db, signed.size) != signed.root:
                raise Refused(f"the first {signed.size} lines are not those that were signed")
        if waiting and at_end:
            largest = max(signed.size for signed in waiting)
            raise Refused(
                f"{largest} lines were signed, but the log ends at {self._tree.size}:"
                " is this database from an old backup?"
            )
        self._before = waiting

    def _seal(self, checkpoint: Checkpoint) -> str:
        """Sign, and remember it outside the database before anybody can see it."""
        text = str(checkpoint)
        note = str(Note(text, tuple(signer.sign(text) for signer in self._signers)))
        with self._keys.locked():
            if self._keys.last() != self._remembered:
                raise Overtaken("somebody else has signed a checkpoint")
            for old, new in missing(self._signers, self._keys.handovers()):
                self._keys.hand_over(handed_over(old, new, checkpoint, datetime.now(UTC).date()))
            self._keys.remember(note)
        self._remembered = note
        return note

    def _own_keys(self, signed_before: bool) -> tuple[Signer, ...]:
        if not self._keys.signers():
            if signed_before or self._remembered:
                raise Refused("the key that signed this log is missing: put it back")
            self._keys.make()
        return self._keys.signers()

    def _ours(self, note: str, keys: list[VerifierKey]) -> Checkpoint:
        try:
            return read(note, self._keys.key_name, keys)
        except (Malformed, NotSigned) as error:
            raise Refused(f"what was signed last is not by our keys: {error}") from error


async def _with_files(work: Callable[..., Answer], *arguments: object) -> Answer:
    """Work on the key folder, beside the loop: it waits for the disk."""
    try:
        return await asyncio.to_thread(work, *arguments)
    except OSError as error:
        raise Refused(f"the folder of its keys cannot be used: {error}") from error


def _signed_by(note: str) -> set[tuple[str, bytes]]:
    return {(each.name, each.key_id) for each in Note.parse(note).signatures}
