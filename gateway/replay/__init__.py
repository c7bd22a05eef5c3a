"""Replaying the log: the lines themselves, from any vector, as fast as the database gives them."""

from gateway.replay.stream import Range, copy_lines

__all__ = ["Range", "copy_lines"]
