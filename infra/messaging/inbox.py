"""A service's inbox: what it keeps of the others' facts, and what it comes to know by them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from infra.messaging.carried import Carried
from infra.messaging.references import SQL, ReadReferences
from infra.postgres import Connection

Handle = Callable[[Connection, Sequence[Carried]], Awaitable[None]]
"""What is done on foreign facts besides, in the transaction that takes them."""


class InboxSink:
    """Keeps the facts that somebody here reads or handles, and lets the others pass."""

    reader = "inbox"
    patience = 1.0

    def __init__(self, reads: Mapping[str, ReadReferences], handles: Mapping[str, Handle]) -> None:
        self._reads = reads
        self._handles = handles
        self._facts = reads.keys() | handles.keys()
        self.sources = sorted({fact.partition(".")[0] for fact in self._facts})
        self.listening = " ".join(sorted(self._facts))

    def keeps(self, carried: Carried) -> bool:
        return carried.fact in self._facts

    async def take(self, db: Connection, source: str, lines: Sequence[Carried]) -> None:
        heard = [carried for carried in lines if self.keeps(carried)]
        if not heard:
            return
        await self._keep(db, source, heard)
        await self._know(db, source, heard)
        for handle in dict.fromkeys(self._handles.values()):
            theirs = [carried for carried in heard if self._handles.get(carried.fact) == handle]
            if theirs:
                await handle(db, theirs)

    async def moved(self, db: Connection) -> None:
        """Nobody waits for an inbox."""

    async def _keep(self, db: Connection, source: str, heard: Sequence[Carried]) -> None:
        await db.execute(
            SQL["inbox_keep"],
            source,
            [carried.sequence for carried in heard],
            [carried.fact for carried in heard],
            [carried.line.recordedtime for carried in heard],
            [carried.text for carried in heard],
        )

    async def _know(self, db: Connection, source: str, heard: Sequence[Carried]) -> None:
        """The last word on each thing; the statement lets no older one overwrite it."""
        latest = {
            (reference.kind, reference.id): (*reference, carried.sequence)
            for carried in heard
            if carried.fact in self._reads
            for reference in self._reads[carried.fact](carried)
        }
        if latest:
            await db.execute(SQL["know"], source, *map(list, zip(*latest.values(), strict=True)))
