"""What a read model is: a pure function from lines to rows, and the table that keeps them.

Rows are only ever inserted. A row holds from the line it came from on, until a later one of the
same key, so the rows up to a vector are what was known at that vector: now, as known at any
instant, rebuild and compare are one and the same question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from infra.messaging.carried import Carried

Row = tuple[Any, ...]
Fold = Callable[[Carried], Iterable[Row]]
"""Pure: no clock, no randomness, no I/O, no memory of other lines."""


@dataclass(frozen=True)
class Model:
    """One question's table. Another shape is another version: a new name, built beside the old."""

    name: str
    version: int
    sources: tuple[str, ...]
    hears: frozenset[str]
    """The facts that it makes rows of, by their stored names; others are not folded."""
    columns: tuple[str, ...]
    """Behind `source` and `sequence`, which every row begins with."""
    fold: Fold

    @property
    def table(self) -> str:
        return f"{self.name}_{self.version}"

    def rows(self, source: str, lines: Iterable[Carried]) -> list[Row]:
        """The rows of these lines; each line is folded for itself."""
        return [
            (source, carried.sequence, *row)
            for carried in lines
            if carried.fact in self.hears
            for row in self.fold(carried)
        ]
