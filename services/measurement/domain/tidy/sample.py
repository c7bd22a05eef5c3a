"""The first rows of a file, column by column: what a guess has to go by."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Final

from services.measurement.domain.tidy.lines import BROKEN, Lines
from services.measurement.domain.tidy.table import DELIMITERS, EXCEL_HINT, names_of, peek

SAMPLED_BYTES: Final = 512 * 1024
SAMPLED_ROWS: Final = 10_000

_NUMERIC: Final = re.compile(
    "[+\\-\u2212]?[0-9]([0-9.,'\u2019 \u00a0\u2009\u202f]*[0-9])?([eE][+-]?[0-9]{1,3})?"
)
_NO_LETTER: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Column:
    """One column of the sample; `texts` are its different texts, in the order of appearance."""

    name: str
    cells: tuple[str, ...]

    @cached_property
    def key(self) -> str:
        """The name in small letters without spaces and signs: OBS_VALUE is obsvalue.

        Of `SEX: Sex`, as SDMX writes a name with its label, the name counts.
        """
        return _NO_LETTER.sub("", self.name.split(": ")[0].casefold())

    @cached_property
    def texts(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(filter(None, self.cells)))

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        return tuple(text for text in self.texts if _NUMERIC.fullmatch(text))

    @property
    def is_numeric(self) -> bool:
        """At least half of its texts are numbers; the rest may stand for missing ones."""
        return 0 < len(self.texts) <= 2 * len(self.numbers)

    @property
    def is_whole(self) -> bool:
        """Few whole numbers, as ages and codes are."""
        return len(self.texts) <= 50 and all(re.fullmatch(r"[0-9]{1,6}", t) for t in self.texts)


@dataclass(frozen=True)
class Sample:
    encoding: str
    delimiter: str
    header_line: int
    rows: int
    columns: tuple[Column, ...]

    @classmethod
    def of(cls, chunks: Iterable[bytes]) -> Sample:
        """Take what the first half megabyte holds; NotTabular if that is no text."""
        first = _start(chunks)
        encoding = _encoding(first)
        lines = (line.replace(BROKEN, "\ufffd") for line in Lines([first], encoding))
        head = peek(lines, SAMPLED_ROWS, letters=SAMPLED_BYTES)
        if len(first) >= SAMPLED_BYTES:
            head.pop()
        hint = EXCEL_HINT.fullmatch(head[0]) if head else None
        delimiter = hint[1] if hint else max(DELIMITERS, key=lambda one: _how_well(head, one))
        width = _fit(head, delimiter)[1]
        rows = [(line, row) for line, row in _rows(head, delimiter) if len(row) == width]
        line, header = rows[0] if rows else (1, [])
        body = [row for _, row in rows[1:]]
        cells = zip(*body, strict=True) if body else iter([()] * width)
        columns = tuple(Column(*named) for named in zip(header, cells, strict=True))
        return cls(encoding, delimiter, 1 if hint else line, len(body), columns)


def _start(chunks: Iterable[bytes]) -> bytes:
    first = bytearray()
    for chunk in chunks:
        first += chunk[: SAMPLED_BYTES - len(first)]
        if len(first) >= SAMPLED_BYTES:
            break
    return bytes(first)


def _encoding(first: bytes) -> str:
    """UTF-8 unless the bytes cannot be that; a cut character at the very end does not count."""
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        first.decode("utf-8")
    except UnicodeDecodeError as wrong:
        if wrong.start < len(first) - 3:
            return "windows-1252"
    return "utf-8"


def _rows(
    head: list[str], delimiter: str, *, strict: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each begins; blank ones, and all after a lost quote, left out.

    Strictly read, a cell that goes on behind its closing quote is none: so it is told that a file
    of `"a, b";"c"` is not parted by commas.
    """
    rows = csv.reader(head, delimiter=delimiter, skipinitialspace=True, strict=strict)
    line = 1
    while True:
        try:
            cells = next(rows)
        except (StopIteration, csv.Error):
            return
        if any(cells):
            yield line, names_of(cells)
        line = rows.line_num + 1


def _how_well(head: list[str], delimiter: str) -> tuple[tuple[int, int], tuple[int, int]]:
    """How well a delimiter parts the rows: first with quotes taken at their word, then anyhow."""
    return _fit(head, delimiter, strict=True), _fit(head, delimiter)


def _fit(head: list[str], delimiter: str, *, strict: bool = False) -> tuple[int, int]:
    """How many of the first rows are of the most usual width, and that width."""
    widths = Counter(len(row) for _, row in islice(_rows(head, delimiter, strict=strict), 100))
    width, count = max(widths.items(), key=lambda one: (one[0] > 1, one[1]), default=(0, 0))
    return (count if width > 1 else 0), width
