"""A line on its way, and who takes it: what the readers of every process are written against."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, Protocol, TypeVar

import msgspec

from infra.kernel.line import Line
from infra.postgres import Connection

Said = TypeVar("Said")


class Carried(NamedTuple):
    """A line that was read: its attributes, and the text that they were read from."""

    line: Line
    text: str

    @classmethod
    def read(cls, text: str) -> Carried:
        return cls(Line.read(text), text)

    @property
    def source(self) -> str:
        """The service that wrote it: `agenda`."""
        return self.line.source.removeprefix("/")

    @property
    def sequence(self) -> int:
        return self.line.sequence

    @property
    def fact(self) -> str:
        """The stored name of the fact, without its version: `agenda.initiative-registered`."""
        return self.line.fact

    def said(self, reader: type[Said]) -> Said:
        """What the fact says, as far as this type reads it; msgspec.ValidationError where it says
        something else."""
        return msgspec.json.decode(self.line.written, type=reader)


class Mark(NamedTuple):
    """A service says: no line after `sequence` will be recorded before `known_through`."""

    source: str
    sequence: int
    known_through: datetime


class Sink(Protocol):
    """What a reader is for. It is only ever given what comes next, each line once."""

    @property
    def reader(self) -> str:
        """The name under which offsets and watermarks are kept: `journal`, `inbox`."""
        ...

    @property
    def listening(self) -> str:
        """What it keeps of the lines. When this changes, all lines are read again from 1."""
        ...

    @property
    def patience(self) -> float:
        """Seconds that a watermark may wait to be written where nothing is to be kept."""
        ...

    def keeps(self, carried: Carried) -> bool:
        """Whether this line is to be handed over; the others only move the watermark."""
        ...

    async def take(self, db: Connection, source: str, lines: Sequence[Carried]) -> None:
        """Write these lines of one source: the next ones that it keeps, none left out.

        It runs in the transaction that moves the watermark: all of it happens, or nothing. After a
        rewind lines come again, so writing the same line twice must change nothing.
        """
        ...

    async def moved(self, db: Connection) -> None:
        """Called once at the end of every such transaction, after the watermarks have moved."""
        ...
