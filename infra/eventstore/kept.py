"""Facts of long streams that were read lately, kept as objects between two commands.

They are frozen, and a stream only grows: what is kept is never wrong, at most not all there is, so
the store is always asked for what came after it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from infra.kernel import Event

SHORTEST = 32
"""Facts. Shorter streams are read anew in no time."""
MOST_LETTERS = 8 * 1024 * 1024
"""Of the lines that the facts came from: some five times as many bytes of memory."""


class _Stream(NamedTuple):
    facts: tuple[Event, ...]
    letters: int


NOTHING = _Stream((), 0)


class KeptFacts:
    """The streams that were asked for last, as many as there is room for."""

    def __init__(self, most_letters: int = MOST_LETTERS) -> None:
        self._most = most_letters
        self._streams: OrderedDict[UUID, _Stream] = OrderedDict()
        self._letters = 0

    def of(self, id: UUID) -> Sequence[Event]:
        """What is kept of a stream, from its first fact on."""
        return self._streams.get(id, NOTHING).facts

    def keep(
        self, id: UUID, known: Sequence[Event], new: Sequence[Event], lines: Sequence[str]
    ) -> Sequence[Event]:
        """All facts of a stream: those that were known, and the new ones that these lines tell."""
        facts = (*known, *new)
        before = self._streams.pop(id, NOTHING)
        self._letters -= before.letters
        if len(before.facts) != len(known):  # another task has kept more of it meanwhile
            return facts
        letters = before.letters + sum(map(len, lines))
        if len(facts) >= SHORTEST and letters <= self._most:
            self._streams[id] = _Stream(facts, letters)
            self._letters += letters
        while self._letters > self._most:
            _, oldest = self._streams.popitem(last=False)
            self._letters -= oldest.letters
        return facts
