"""What the readers of cells share: picking cells of a row, remembering, and saying what is wrong.

Offices repeat the same texts on thousands of rows, so each reading is remembered by its text.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Final, Generic, NamedTuple, TypeVar

from services.measurement.domain.tidy.findings import shown

LONGEST_CELL: Final = 1_000
MOST_REMEMBERED: Final = 8_000_000
"""Letters; what surrounds an entry counts as a hundred."""

Cells = tuple[str, ...]
Read = TypeVar("Read")


class Trouble(NamedTuple):
    """What is wrong with a cell, before it is known on which line."""

    column: str | None
    reason: str
    detail: str


Troubles = tuple[Trouble, ...]


class Remembered(dict[Cells, Read | Troubles], Generic[Read]):
    """Readings by the text of their cells; everything is forgotten when it gets too much."""

    def __init__(self, read: Callable[[Cells], Read | Troubles]) -> None:
        super().__init__()
        self._read = read
        self._letters = 0

    def __missing__(self, cells: Cells) -> Read | Troubles:
        self._letters += 100 + sum(map(len, cells))
        if self._letters > MOST_REMEMBERED:
            self.clear()
            self._letters = 0
        self[cells] = found = self._read(cells)
        return found


def picker(header: Sequence[str], names: Sequence[str]) -> Callable[[Sequence[str]], Cells]:
    """A function that picks the named cells of a row."""
    places = [header.index(name) for name in names]
    if not places:
        return lambda row: ()
    if len(places) == 1:
        only = places[0]
        return lambda row: (row[only],)
    return itemgetter(*places)


def too_long(names: Sequence[str], cells: Cells) -> Troubles:
    detail = f"a cell has at most {LONGEST_CELL:,} characters; this one begins "
    return tuple(
        Trouble(name, "cell-too-long", detail + shown(cell))
        for name, cell in zip(names, cells, strict=True)
        if len(cell) > LONGEST_CELL
    )
