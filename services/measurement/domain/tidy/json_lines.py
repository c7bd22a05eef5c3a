"""From JSON Lines to rows of cells: each line an object, its numbers taken as they are written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

from services.measurement.domain.tidy.findings import Finding, shown
from services.measurement.domain.tidy.lines import Lines, RowTooLong
from services.measurement.domain.tidy.table import encoding_finding, endless

UNSOUND: Final = re.compile("[\x00\ud800-\udfff]")

Pairs = list[tuple[str, object]]


class _Unfit(ValueError):
    """Why a line is no row."""


class JsonTable:
    """The same as `Table`: the first row is the header, which the first object's names are."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._lines = Lines(chunks, "utf-8", json=True)

    def __iter__(self) -> Iterator[tuple[int, list[str]] | Finding]:
        header: list[str] = []
        for number, line in self._numbered():
            if isinstance(line, Finding):
                yield line
                continue
            try:
                said = _object(line)
                if not header:
                    header = list(said)
                    yield number, header
                yield number, _cells(said, header)
            except _Unfit as wrong:
                yield Finding(number, None, "json-line", str(wrong))

    def _numbered(self) -> Iterator[tuple[int, str | Finding]]:
        lines, number = iter(self._lines), 0
        while True:
            try:
                line = next(lines, None)
            except RowTooLong:
                yield number + 1, endless(number + 1)
                return
            if line is None:
                return
            number += 1
            self._lines.waiting = 0
            bad = self._lines.bad
            if bad and bad[0].line == number:
                yield number, encoding_finding(bad.popleft(), "utf-8")
            elif line.strip():
                yield number, line


def _object(line: str) -> dict[str, str]:
    """The cells by name. Numbers stay text, so that 7.10 stays 7.10."""
    try:
        pairs = json.loads(
            line,
            object_pairs_hook=_pairs,
            parse_float=str,
            parse_int=str,
            parse_constant=str,
        )
    except (ValueError, RecursionError) as error:
        raise _Unfit(f"the line is no JSON object: {error}") from error
    if not isinstance(pairs, tuple):
        raise _Unfit("the line is no JSON object")
    said = {name: _cell(name, value) for name, value in pairs}
    if len(said) < len(pairs):
        raise _Unfit("the object names a column twice")
    return said


def _pairs(pairs: Pairs) -> tuple[tuple[str, object], ...]:
    """A tuple tells an object from a list."""
    return tuple(pairs)


def _cell(name: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise _Unfit(f"{shown(name)} holds more than one value")
    if UNSOUND.search(value) or UNSOUND.search(name):
        raise _Unfit(f"{shown(name)} holds a NUL or half a character, which is no text")
    return value


def _cells(said: dict[str, str], header: list[str]) -> list[str]:
    if extra := said.keys() - set(header):
        raise _Unfit(f"the first object of the file does not name {shown(min(extra))}")
    return [said.get(name, "") for name in header]
