"""The port: shares of keys, by the story they seal. `tests/contract/test_shares.py` is its
specification."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

SHARE_BYTES = 32


class Shares(Protocol):
    """One of the places in which a share of each key is kept."""

    async def put(self, story_id: UUID, share: bytes) -> None:
        """Keep a new share, for good, before this returns. There is none of that story yet."""
        ...

    async def get(self, story_id: UUID) -> bytes | None:
        """The share, or None where it was destroyed or never was."""
        ...

    async def destroy(self, story_id: UUID) -> None:
        """Leave nothing of it; to do so twice is no error."""
        ...


class MemoryShares:
    """The twin that forgets when the process ends: for specifications, same contract."""

    def __init__(self) -> None:
        self._shares: dict[UUID, bytes] = {}

    async def put(self, story_id: UUID, share: bytes) -> None:
        assert story_id not in self._shares, "a story has one key, once"
        self._shares[story_id] = share

    async def get(self, story_id: UUID) -> bytes | None:
        return self._shares.get(story_id)

    async def destroy(self, story_id: UUID) -> None:
        self._shares.pop(story_id, None)
