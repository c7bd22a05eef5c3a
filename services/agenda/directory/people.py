"""The port. `tests/contract/test_people.py` is its specification."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """Who a reference is, now. What it was before is not kept."""

    reference: str
    name: str
    contact: str | None
    put_at: datetime


class People(Protocol):
    async def put(self, entry: Entry) -> bool:
        """Write an entry over whatever was there; True where nothing was."""
        ...

    async def find(self, references: Sequence[str]) -> Mapping[str, Entry]:
        """Those who are in the directory, by reference."""
        ...

    async def delete(self, reference: str) -> bool:
        """Remove an entry for good; False where there was none."""
        ...
