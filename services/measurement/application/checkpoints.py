"""The signed state of measurement's own log, as a release names it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from infra.audit.checkpoint import Checkpoint
from infra.audit.merkle import leaf_hash
from infra.audit.tiles import Growth
from infra.eventstore import EventStore
from services.measurement.domain.feed_facts import SignedCheckpoint
from services.measurement.domain.feed_publication import NotSignedYet


class Checkpoints(Protocol):
    async def checkpoint(self) -> str | None:
        """The last one that was signed, as a note."""
        ...


@dataclass(frozen=True)
class MemoryCheckpoints:
    """The twin for specifications: the whole log, and no signature."""

    store: EventStore

    async def checkpoint(self) -> str | None:
        tree = Growth()
        page = await self.store.replay()
        while page:
            tree.add(b"".join(leaf_hash(each.line.encode()) for each in page))
            page = await self.store.replay(after=tree.size)
        return f"{Checkpoint('memory/log/measurement', tree.size, tree.root())}\n"


async def signed(checkpoints: Checkpoints, sequence: int) -> SignedCheckpoint:
    """The last one, if it holds the line with this sequence. It is signed within a second of it."""
    note = await checkpoints.checkpoint()
    found = Checkpoint.parse(_text(note)) if note else None
    if found is None or found.size < sequence:
        raise NotSignedYet
    origin, size, root = str(found).split("\n")[:3]
    return SignedCheckpoint(origin=origin, size=int(size), root=root)


def _text(note: str) -> str:
    """What is signed in a note: all before the empty line."""
    return note.partition("\n\n")[0] + "\n"
