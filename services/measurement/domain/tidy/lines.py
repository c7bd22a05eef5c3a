"""From bytes as they arrive to lines of text, at constant memory.

Where the chunks are cut makes no difference. Lines end with LF, CRLF or a lone CR and keep their
end, so that a newline inside quotes comes out as it stood.
"""

from __future__ import annotations

import codecs
from collections import deque
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Final, NamedTuple

from infra.kernel.errors import DomainError
from services.measurement.domain.tidy.formats import refuse_what_is_no_text

MOST_BYTES: Final = 64 * 1024 * 1024
MOST_LINES: Final = 1_000_000
PIECE: Final = 64 * 1024
PIECES_PER_ROW: Final = 16

BROKEN: Final = "\udcff"
"""Stands for bytes that are no text in the encoding: no decoder ever yields a lone surrogate."""


class TooLarge(DomainError):
    """The file has more than {most}; split it, for instance by year, and send the parts one
    after another: each is a submission of its own."""


class RowTooLong(Exception):
    """A row went on for more than a megabyte, most likely from a quote that is never closed."""


class BadLine(NamedTuple):
    """A line that holds NUL (`broken` is false) or bytes that are no text in the encoding."""

    line: int
    broken: bool


def _mark_broken(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return BROKEN, error.end


codecs.register_error("commonweal-broken", _mark_broken)


class Lines:
    """The lines of one file.

    `count` is of complete lines read. `bad` names lines that cannot be used, before they are
    yielded. The reader sets `waiting` to 0 with each row it got, so that a row without end is
    noticed.
    """

    def __init__(self, chunks: Iterable[bytes], encoding: str, *, json: bool = False) -> None:
        self._chunks = chunks
        self._encoding = encoding
        self._json = json
        self._tail = ""
        self.count = 0
        self.bad: deque[BadLine] = deque()
        self.waiting = 0

    def __iter__(self) -> Iterator[str]:
        for text in self._texts():
            self.waiting += 1
            if self.waiting > PIECES_PER_ROW:
                raise RowTooLong
            lines = StringIO(self._tail + text, newline="").readlines()
            ended = not lines or lines[-1].endswith("\n")
            self._tail = "" if ended else lines.pop()
            yield from self._looked_at(lines)
        yield from self._looked_at([self._tail] if self._tail else [])

    def _texts(self) -> Iterator[str]:
        pieces = pieces_of(self._chunks)
        first = next(pieces, b"")
        if not self._json:
            refuse_what_is_no_text(first)
        decoder = _decoder(first, self._encoding)
        yield decoder.decode(first)
        yield from map(decoder.decode, pieces)
        yield decoder.decode(b"", final=True)

    def _looked_at(self, lines: list[str]) -> list[str]:
        if any(BROKEN in line or "\0" in line for line in lines):
            numbered = enumerate(lines, self.count + 1)
            self.bad.extend(
                BadLine(number, BROKEN in line)
                for number, line in numbered
                if BROKEN in line or "\0" in line
            )
        self.count += len(lines)
        if self.count > MOST_LINES:
            raise TooLarge(most=f"{MOST_LINES:,} lines")
        return lines


def _decoder(first: bytes, encoding: str) -> codecs.IncrementalDecoder:
    """The decoder of the stated encoding, unless a byte-order mark says which it is."""
    marks = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16"}
    marks[codecs.BOM_UTF16_BE] = "utf-16"
    marked = (name for mark, name in marks.items() if first.startswith(mark))
    return codecs.getincrementaldecoder(next(marked, encoding))("commonweal-broken")


def pieces_of(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of 64 KiB, however small or large the chunks were."""
    held, total = bytearray(), 0
    for chunk in chunks:
        total += len(chunk)
        if total > MOST_BYTES:
            raise TooLarge(most="64 MiB")
        for start in range(0, len(chunk), PIECE):
            held += chunk[start : start + PIECE]
            if len(held) >= PIECE:
                yield bytes(held[:PIECE])
                del held[:PIECE]
    if held:
        yield bytes(held)
