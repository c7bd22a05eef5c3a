"""What was found in a file: a sentence per line and reason, counted all, kept in part."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from typing import Final, NamedTuple

KEPT: Final = 1_000
SHOWN: Final = 60

HARMLESS: Final = frozenset({"duplicate-row"})
"""Reasons that do not refuse a file: the row says again what an earlier row said."""


class Finding(NamedTuple):
    """One thing that somebody should look at: where it stands, of what kind it is, and what to do.

    `line` is the physical line on which the row begins, counted from 1.
    """

    line: int
    column: str | None
    reason: str
    detail: str

    @property
    def refuses(self) -> bool:
        return self.reason not in HARMLESS

    def to_json_line(self) -> str:
        """The finding as one line of JSON Lines, with its newline."""
        return json.dumps(self._asdict(), ensure_ascii=False, separators=(",", ":")) + "\n"


class Findings:
    """All findings of one file: each is counted and handed on, the first 1,000 are kept."""

    def __init__(self, on_each: Callable[[Finding], None] | None = None) -> None:
        self._on_each = on_each
        self._counts: Counter[str] = Counter()
        self._first: list[Finding] = []

    def add(self, finding: Finding) -> None:
        self._counts[finding.reason] += 1
        if len(self._first) < KEPT:
            self._first.append(finding)
        if self._on_each is not None:
            self._on_each(finding)

    @property
    def total(self) -> int:
        return self._counts.total()

    @property
    def refusing(self) -> int:
        """How many of them refuse the file."""
        return sum(count for reason, count in self._counts.items() if reason not in HARMLESS)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each reason, the most frequent first."""
        return dict(self._counts.most_common())

    @property
    def first(self) -> tuple[Finding, ...]:
        return tuple(self._first)


def shown(text: str) -> str:
    """A cell as a finding quotes it: in quotes, on one line, and never long."""
    cut = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return json.dumps(cut, ensure_ascii=False)
