"""Replaying the log: the lines themselves, from any vector, and folded by whoever likes.

`Replay` is for everybody's Python: a projection of one's own over the history, with a progress bar.
`copy_lines` is what the gateway answers with, as fast as the database gives them.
"""

from gateway.replay.client import Replay, ReplayRefused
from gateway.replay.stream import Range, copy_lines
from gateway.replay.typed import ContractUnknown, Event

__all__ = ["ContractUnknown", "Event", "Range", "Replay", "ReplayRefused", "copy_lines"]
