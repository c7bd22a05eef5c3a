"""What a dead letter is: a message that could not be read, kept until somebody settles it."""

from __future__ import annotations

from typing import NamedTuple

OWN_LOG = "owner"
"""The origin of a line that its owning service gave, and that could not be read even so."""


class Open(NamedTuple):
    """Which message it is. `sequence` is its place in the log, where that is certain."""

    source: str
    origin: str
    partition: int
    position: int
    sequence: int | None = None

    def before(self, origin: str, partition: int, offset: int) -> bool:
        """Whether it stood before this message of the topic, as far as that can be told."""
        if self.origin == OWN_LOG:
            return False
        if self.origin != origin:
            return True  # the topic is another one now, and its first message came later
        return (self.partition == partition and self.position < offset) or self.partition < 0

    def filled(self, watermark: int) -> bool:
        """Whether the line of its place has come from elsewhere."""
        return self.sequence is not None and self.sequence <= watermark


class Letter(NamedTuple):
    """A message that is laid aside now."""

    open: Open
    reason: str
    key: bytes | None
    message: bytes


class Settled(NamedTuple):
    """What becomes of a message that was laid aside."""

    open: Open
    state: str
    how: str
