"""The directory's twin that forgets when the process ends: for specifications, same contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from services.agenda.directory.people import Entry


class MemoryPeople:
    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    async def put(self, entry: Entry) -> bool:
        new = entry.reference not in self._entries
        self._entries[entry.reference] = entry
        return new

    async def find(self, references: Sequence[str]) -> Mapping[str, Entry]:
        return {name: self._entries[name] for name in references if name in self._entries}

    async def delete(self, reference: str) -> bool:
        return self._entries.pop(reference, None) is not None
