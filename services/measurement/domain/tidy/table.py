"""From lines to rows of cells: the dialect, the header, and what breaks the form of a table."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from services.measurement.domain.tidy.findings import Finding, shown
from services.measurement.domain.tidy.lines import BadLine, Lines, RowTooLong
from services.measurement.domain.tidy.mapping import Mapping

DELIMITERS: Final = (",", ";", "\t", "|")
MOST_COLUMNS: Final = 1_000

_PEEKED_LINES: Final = 50
EXCEL_HINT: Final = re.compile(r'"?sep=([,;\t|])"?\s*')
"""Excel writes this as the first line of a file to say which delimiter follows."""


class Table:
    """The rows of a file, each with the physical line on which it begins; blank ones are left out.

    What cannot be a row is a finding in its place. `wanted` are the columns by which a delimiter
    that nobody stated is recognised.
    """

    def __init__(self, chunks: Iterable[bytes], mapping: Mapping) -> None:
        self._lines = Lines(chunks, mapping.encoding)
        self._mapping = mapping

    def __iter__(self) -> Iterator[tuple[int, list[str]] | Finding]:
        lines = iter(self._lines)
        try:
            head = peek(lines, self._mapping.header_line - 1 + _PEEKED_LINES)
        except RowTooLong:
            yield endless(self._lines.count + 1)
            return
        above = self._mapping.header_line - 1
        if above == 0 and head and (hint := EXCEL_HINT.fullmatch(head[0])):
            above, delimiter = 1, hint[1]
        else:
            wanted = frozenset(name for name, _ in self._mapping.roles())
            delimiter = self._mapping.delimiter or find_delimiter(head[above:], wanted)
        yield from self._rows(chain(head[above:], lines), delimiter, above)

    def _rows(
        self, lines: Iterable[str], delimiter: str, above: int
    ) -> Iterator[tuple[int, list[str]] | Finding]:
        rows = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=True)
        bad, last = self._lines.bad, above
        while True:
            first = last + 1
            try:
                cells = next(rows)
            except StopIteration:
                return
            except RowTooLong:
                yield endless(first)
                return
            except csv.Error as wrong:
                last = above + rows.line_num
                yield _misquoted(first, str(wrong))
                if "field larger" in str(wrong):
                    return
                continue
            last = above + rows.line_num
            self._lines.waiting = 0
            if bad and bad[0].line <= last:
                yield from self._bad_lines(first, last)
            elif cells:
                yield first, cells

    def _bad_lines(self, first: int, last: int) -> Iterator[Finding]:
        bad = self._lines.bad
        while bad and bad[0].line <= last:
            one = bad.popleft()
            if one.line >= first:
                yield encoding_finding(one, self._mapping.encoding)


def peek(lines: Iterator[str], most: int, letters: int = 200_000) -> list[str]:
    """The first lines, enough to find the header in; fewer if they are very long."""
    head = []
    for line in lines:
        head.append(line)
        letters -= len(line)
        if len(head) >= most or letters < 0:
            break
    return head


def find_delimiter(head: Sequence[str], wanted: frozenset[str]) -> str:
    """The delimiter under which most of the wanted columns stand in the header."""

    def fit(delimiter: str) -> tuple[int, int]:
        header = first_row(head, delimiter)
        return len(wanted.intersection(header)), len(header)

    return max(DELIMITERS, key=fit)


def first_row(head: Sequence[str], delimiter: str) -> list[str]:
    """The names of the columns, or nothing if there is no row to be read."""
    rows = csv.reader(head, delimiter=delimiter, strict=True, skipinitialspace=True)
    try:
        return next((names_of(cells) for cells in rows if cells), [])
    except csv.Error:
        return []


def names_of(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells]


def header_findings(line: int, header: Sequence[str], mapping: Mapping) -> list[Finding]:
    """Every column that is not named in exactly one place of the mapping, and the reverse."""
    if len(header) > MOST_COLUMNS:
        return [Finding(line, None, "too-many-columns", f"a file has at most {MOST_COLUMNS:,}")]
    roles: dict[str, list[str]] = {}
    for name, role in mapping.roles():
        roles.setdefault(name, []).append(role)
    ignored = {name for name, where in roles.items() if where == ["ignore"]}
    return [
        *(
            Finding(line, name, "column-not-mapped", f"the mapping does not name {shown(name)}")
            for name in dict.fromkeys(header)
            if name not in roles
        ),
        *(
            Finding(line, name, "column-not-in-file", f"{where[0]} names it, the header does not")
            for name, where in roles.items()
            if name not in header
        ),
        *(
            Finding(line, name, "column-mapped-twice", f"named under {' and '.join(where)}")
            for name, where in roles.items()
            if len(where) > 1
        ),
        *(
            Finding(line, name, "column-name-twice", f"{count} columns have the name {shown(name)}")
            for name, count in Counter(header).items()
            if count > 1 and name not in ignored
        ),
    ]


def encoding_finding(bad: BadLine, encoding: str) -> Finding:
    """What is wrong with a line that is no text."""
    if bad.broken:
        hint = f"these bytes are no {encoding}; state the file's encoding in the mapping"
        return Finding(bad.line, None, "encoding", hint)
    return Finding(bad.line, None, "nul", "the line holds a NUL byte, which is no text")


def endless(line: int) -> Finding:
    detail = "the row goes on for more than a megabyte: is a quote never closed?"
    return Finding(line, None, "row-too-long", detail)


def _misquoted(line: int, wrong: str) -> Finding:
    if "field larger" in wrong or "unexpected end" in wrong:
        detail = "a quote that opens in this row is never closed"
        return Finding(line, None, "quote-not-closed", detail)
    detail = 'quotes stand around a whole cell, and a quote inside is doubled: "5"" pipe"'
    return Finding(line, None, "quotes", detail)
