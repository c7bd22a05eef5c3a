"""Contiguous or pull: the one rule by which deliveries become a log again. Pure.

A line at or below the watermark is dropped, the next one is taken, a later one is held until what
precedes it has come. So duplicates, reordering, several partitions, two relays and a broker that
begins again all end in the same log; and what never comes is pulled from the owning service.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from infra.messaging.carried import Carried

HELD_LINES = 50_000
HELD_BYTES = 64 * 1024 * 1024
REMEMBERED = 10_000


class Arrival(NamedTuple):
    """A line, and where it stood: the partition is OWNER when its owning service gave it."""

    carried: Carried
    partition: int
    offset: int
    key: bytes | None = None


OWNER = -1


class Disputed(NamedTuple):
    """A line that says of a place in the log what another line says otherwise."""

    arrival: Arrival
    reason: str


class Gap(NamedTuple):
    """Lines `after` + 1 to `last` are missing."""

    after: int
    last: int


class Sequencer:
    """One source's log, as far as it has come."""

    def __init__(
        self,
        watermark: int = 0,
        *,
        held_lines: int = HELD_LINES,
        held_bytes: int = HELD_BYTES,
        remembered: int = REMEMBERED,
    ) -> None:
        self.watermark = watermark
        self.heard_of = watermark
        """The highest sequence that anything has named."""
        self._held: dict[int, Arrival] = {}
        self._bytes = 0
        self._held_lines, self._held_bytes = held_lines, held_bytes
        self._taken: OrderedDict[int, int] = OrderedDict()
        self._remembered = remembered

    def offer(self, arrival: Arrival) -> list[Disputed]:
        """Take note of a line that came; ask `ready` after each, for what can be taken now."""
        sequence = arrival.carried.sequence
        if sequence <= self.watermark:
            known = self._taken.get(sequence)
            if known is not None and known != hash(arrival.carried.text):
                return [Disputed(arrival, "another line was taken in its place")]
            return []
        self.hear(sequence)
        held = self._held.get(sequence)
        if held is not None and held.carried.text != arrival.carried.text:
            return self._dispute(held, arrival)
        if held is None and self._room(sequence, arrival):
            self._hold(sequence, arrival)
        return []

    def hear(self, sequence: int) -> None:
        """Something says that the log reaches that far."""
        self.heard_of = max(self.heard_of, sequence)

    def ready(self) -> Iterator[Arrival]:
        """What follows the watermark without a gap; each one given moves it."""
        while self.watermark + 1 in self._held:
            arrival = self._release(self.watermark + 1)
            self.watermark += 1
            self._remember(arrival)
            yield arrival

    def gap(self) -> Gap | None:
        """The first hole, if anything is missing."""
        if self.heard_of <= self.watermark or self.watermark + 1 in self._held:
            return None
        beyond = min(self._held, default=self.heard_of + 1)
        return Gap(self.watermark, beyond - 1)

    def holds(self, sequence: int) -> bool:
        return sequence in self._held

    def skip(self, sequence: int) -> bool:
        """Let the log go on without this line: only ever the one that it waits for."""
        if sequence != self.watermark + 1:
            return False
        if sequence in self._held:
            self._release(sequence)
        self.watermark = sequence
        self.hear(sequence)
        return True

    def ends_here(self) -> list[Disputed]:
        """The owner says that its log ends at the watermark: whatever named more was wrong."""
        beyond = [self._release(sequence) for sequence in sorted(self._held)]
        self.heard_of = self.watermark
        return [Disputed(arrival, "its owner's log does not reach that far") for arrival in beyond]

    def _dispute(self, held: Arrival, arrival: Arrival) -> list[Disputed]:
        """Two lines for one place: the owner's stands; between two others, neither."""
        reason = "another line came for the same place"
        if held.partition == OWNER:
            return [Disputed(arrival, reason)]
        sequence = held.carried.sequence
        self._release(sequence)
        if arrival.partition == OWNER:
            self._hold(sequence, arrival)
            return [Disputed(held, reason)]
        return [Disputed(held, reason), Disputed(arrival, reason)]

    def _room(self, sequence: int, arrival: Arrival) -> bool:
        """What finds no room is let go: it makes a gap, which is pulled when its turn comes."""
        if sequence == self.watermark + 1:
            return True
        enough = self._bytes + len(arrival.carried.text) <= self._held_bytes
        return enough and len(self._held) < self._held_lines

    def _hold(self, sequence: int, arrival: Arrival) -> None:
        self._held[sequence] = arrival
        self._bytes += len(arrival.carried.text)

    def _release(self, sequence: int) -> Arrival:
        arrival = self._held.pop(sequence)
        self._bytes -= len(arrival.carried.text)
        return arrival

    def _remember(self, arrival: Arrival) -> None:
        self._taken[arrival.carried.sequence] = hash(arrival.carried.text)
        if len(self._taken) > self._remembered:
            self._taken.popitem(last=False)
