"""The witness (C2SP cosignature/v1): it cosigns what continues the largest checkpoint that it saw.

Its memory is its own table: a service that was put back to an old backup, or that shows a history
to one and another to others, gets no cosignature, and the evidence is kept.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from gateway.audit.logs import Logs
from gateway.audit.others import Others
from infra.audit.checkpoint import Checkpoint, read
from infra.audit.keys import KeyFolder
from infra.audit.merkle import EMPTY_ROOT, consistency, continues
from infra.audit.note import Malformed, Note, NotSigned, Signer, VerifierKey
from infra.kernel import NotFound
from infra.observability import Gauges
from infra.postgres import Pool, Unavailable, connection, statements
from infra.web.problems import Problem, retry_later

log = logging.getLogger(__name__)

SQL = statements(__package__)
GAUGES = Gauges()
FRESH_SECONDS = 1.0
"""So long an answer is given again without asking the service."""
COSIGN_SECONDS = 60.0
"""So old a cosignature of an unchanged log may be."""
WATCH_SECONDS = 30.0
TRIES = 5


class Seen(NamedTuple):
    """A checkpoint of a log, and the note that the log and the witness signed."""

    checkpoint: Checkpoint
    note: str


class Refused(Exception):
    """What the service shows does not continue what was seen before."""


class _Last(NamedTuple):
    """What was cosigned last; of a log that was never seen, its empty beginning."""

    size: int = 0
    root: bytes = EMPTY_ROOT
    note: str = ""
    age: float = 0.0


class Witness:
    """Sees the logs of these services, whose public keys and names their key folders tell."""

    def __init__(
        self,
        pool: Pool,
        logs: Logs,
        *,
        keys: KeyFolder,
        services: Sequence[KeyFolder],
        others: Others | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.logs = logs
        self._pool = pool
        self._keys = keys
        self._services = {folder.name: folder for folder in services}
        self._others = others or Others([])
        self._clock = clock
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._fresh: dict[str, tuple[float, Seen]] = {}

    def public_keys(self) -> list[VerifierKey]:
        """Every log's, the witness's own, and other witnesses', for whoever verifies."""
        logs = [key for folder in self._services.values() for key in folder.published()]
        return [*logs, *(signer.key for signer in self._signers()), *self._others.keys()]

    async def see(self, service: str) -> Seen:
        """The log's present checkpoint, cosigned. A Problem where there is none, or none may be."""
        async with self._turns[service]:
            until, seen = self._fresh.get(service, (0.0, None))
            if seen is not None and until > time.monotonic():
                return seen
            seen = await self._look(service)
            self._fresh[service] = (time.monotonic() + FRESH_SECONDS, seen)
            return seen

    async def figures(self) -> dict[str, dict[str, object]]:
        """By log: how large it was when it was cosigned last, and why it is refused, if it is."""
        async with connection(self._pool) as db:
            rows = await db.fetch(SQL["figures"])
        return {source: {"size": size, "refused": refused} for source, size, refused in rows}

    async def refresh(self) -> None:
        """Bring the gauges up to date before a scrape, which is answered in any case."""
        try:
            found = await self.figures()
        except Unavailable:
            return  # `database_up` says so
        for source, told in found.items():
            GAUGES.show(
                "witnessed_size",
                int(str(told["size"])),
                meaning="Lines under the last checkpoint that was cosigned",
                source=source,
            )
            GAUGES.show(
                "witness_refuses",
                bool(told["refused"]),
                meaning="Whether the log does not continue what was seen",
                source=source,
            )

    async def _look(self, service: str) -> Seen:
        for _ in range(TRIES):
            last = await self._last(service)
            note = await self.logs.note(service)
            try:
                checkpoint = await self._judge(service, note, last)
            except Refused as refusal:
                raise await self._refuse(service, note, last, str(refusal)) from refusal
            seen = await self._cosign(service, note, checkpoint, last)
            if seen is not None:
                return seen
        raise retry_later(503, "log-unreadable", f"The {service} log moves too fast; ask again.")

    async def _last(self, service: str) -> _Last:
        async with connection(self._pool) as db:
            row = await db.fetchrow(SQL["seen"], service)
        return _Last(*row) if row is not None else _Last()

    async def _judge(self, service: str, note: str, last: _Last) -> Checkpoint:
        """The checkpoint, if it is the log's own and continues the last one."""
        folder = self._services[service]
        keys = folder.published()
        if not keys:
            raise retry_later(
                503, "log-unreadable", f"The {service} log has no key yet; ask again."
            )
        try:
            shown = read(note, folder.key_name, keys)
        except (Malformed, NotSigned) as error:
            raise Refused(f"this is no checkpoint by the log's own key: {error}") from error
        if shown.size < last.size:
            raise Refused(f"it has {shown.size} lines, and had {last.size} before")
        spans = consistency(last.size, shown.size)
        holds = partial(continues, last.size, last.root, shown.size, shown.root)
        if await self.logs.proof(service, spans, shown.size, holds) is None:
            raise Refused(f"its first {last.size} lines are not those that were seen before")
        return shown

    async def _cosign(
        self, service: str, note: str, checkpoint: Checkpoint, last: _Last
    ) -> Seen | None:
        """None where another process of the gateway has cosigned meanwhile."""
        unchanged = last.note.startswith(note) and last.size == checkpoint.size
        if unchanged and last.age < COSIGN_SECONDS:
            await self._looked(service, "")
            return Seen(checkpoint, last.note)
        parsed, now = Note.parse(note), int(self._clock())
        ours = tuple(signer.sign(parsed.text, time=now) for signer in self._signers())
        theirs = await self._others.cosign(
            note, checkpoint, lambda old: self._grown(service, old, checkpoint.size)
        )
        cosigned = str(Note(parsed.text, (*parsed.signatures, *ours, *theirs)))
        async with connection(self._pool) as db:
            size, root = checkpoint.size, checkpoint.root
            if not await db.fetchrow(SQL["cosigned"], service, size, root, cosigned, last.size):
                return None
        await self._looked(service, "")
        return Seen(checkpoint, cosigned)

    async def _grown(self, service: str, old: int, size: int) -> list[bytes]:
        """The proof of consistency from a size that another witness saw; it is theirs to judge."""
        spans = consistency(old, size)
        return await self.logs.proof(service, spans, size, lambda _: True) or []

    async def _refuse(self, service: str, note: str, last: _Last, why: str) -> Problem:
        """Keep the evidence, and tell."""
        log.error("the %s log is not cosigned: %s", service, why)
        async with connection(self._pool) as db:
            await db.execute(SQL["refusal"], service, why, note.replace("\x00", "?"), last.note)
        await self._looked(service, why)
        return Problem(
            409,
            "log-inconsistent",
            f"The {service} log is not cosigned: {why}. Keep both notes, and ask who runs it.",
            shown=note,
            seen=last.note,
        )

    async def _looked(self, service: str, refused: str) -> None:
        async with connection(self._pool) as db:
            await db.execute(SQL["looked"], service, refused)

    def _signers(self) -> tuple[Signer, ...]:
        signers = self._keys.signers()
        if not signers:
            self._keys.make()
            signers = self._keys.signers()
            self._keys.publish(signers)
        return signers


async def watching(witness: Witness, services: Sequence[str]) -> None:
    """Look at every log again and again, so that no break goes unseen where nobody asks."""
    while True:
        for service in services:
            try:
                await witness.see(service)
            except Exception as error:
                if not isinstance(error, Problem | Unavailable | NotFound):
                    raise
                log.info("the %s log was not seen: %s", service, error)
        await asyncio.sleep(WATCH_SECONDS)
