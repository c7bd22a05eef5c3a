"""The numbers of a series as whole numbers of one scale: exact, and compared at the speed of ints.

7.1 and 7.10 at two places are both 710. Everything that decides is computed with these; a decimal
is only made again where somebody reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Any, Literal, Protocol, TypeVar

Of = Literal["value", "numerator", "denominator"]
"""Which of its numbers an observation is looked at by."""

Span = tuple[date, date]
Spans = tuple[Span, ...]
Parts = TypeVar("Parts", bound=tuple[Any, ...])
SHARED = 2_000
"""So many patterns of periods are remembered; a file that has more is only slower."""


class Spanned(Protocol):
    """What a row of a file has: a period with a first and a last day."""

    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...


class Given(Protocol):
    @property
    def period(self) -> Spanned: ...


@dataclass(frozen=True, slots=True)
class Numbers:
    """`rows` as in the submission, None where there is no number; `history` is one number for each
    period, in order, of which those of the submission name their row.

    There may be as many of these as rows: what many series share they hold together.
    """

    places: int
    rows: Sequence[int | None]
    spans: Spans
    history: Sequence[int]
    row_of: Sequence[int | None]
    extremes: tuple[int, int] | None
    """The least and the greatest number of the rows."""

    @classmethod
    def read(cls, rows: Sequence[Given], standing: Mapping[Span, object], of: Of) -> Numbers:
        """The numbers of the rows over those that stand."""
        told = attrgetter(of)
        texts: list[str | None] = [told(row) for row in rows]
        stood = {span: told(one) for span, one in standing.items()} if standing else {}
        places = places_of([*texts, *stood.values()])
        numbers = [None if text is None else scaled(text, places) for text in texts]
        points: dict[Span, tuple[int, int | None]] = {
            span: (scaled(text, places), None) for span, text in stood.items() if text is not None
        }
        for index, (row, number) in enumerate(zip(rows, numbers, strict=True)):
            span = row.period.start, row.period.end
            if number is None:
                points.pop(span, None)
            else:
                points[span] = (number, index)
        ordered = sorted(points)
        there = [number for number in numbers if number is not None]
        return cls(
            places=places,
            rows=numbers,
            spans=shared(tuple(ordered)),
            history=[points[span][0] for span in ordered],
            row_of=shared(tuple(points[span][1] for span in ordered)),
            extremes=(min(there), max(there)) if there else None,
        )

    def of_each_length(self) -> Iterable[Numbers]:
        """These, apart by how long their periods are: a year's count is no outlier of quarters."""
        groups = by_length(self.spans)
        return [self] if len(groups) < 2 else [self._only(group) for group in groups]

    def _only(self, places: Sequence[int]) -> Numbers:
        """Those of some of the periods."""
        rows: list[int | None] = [None] * len(self.rows)
        for place in places:
            row = self.row_of[place]
            if row is not None:
                rows[row] = self.history[place]
        there = [number for number in rows if number is not None]
        return replace(
            self,
            rows=rows,
            spans=tuple(self.spans[place] for place in places),
            history=[self.history[place] for place in places],
            row_of=[self.row_of[place] for place in places],
            extremes=(min(there), max(there)) if there else None,
        )

    def sums(self) -> tuple[int, int]:
        """The sum of the history, and of its squares."""
        return sum(self.history), sum(number * number for number in self.history)

    def middle(self) -> tuple[int, int]:
        """Twice the median of the history, and four times the median of the distances from it."""
        twice = twice_median(self.history)
        return twice, twice_median([abs(2 * number - twice) for number in self.history])

    def at(self, span: Span) -> tuple[int, int | None] | None:
        """The number of a period, and its row in the submission."""
        place = index_of(self.spans).get(span)
        return None if place is None else (self.history[place], self.row_of[place])


@lru_cache(maxsize=SHARED)
def shared(parts: Parts) -> Parts:
    """The same tuple for all who have an equal one."""
    return parts


@lru_cache(maxsize=SHARED)
def index_of(spans: Spans) -> Mapping[Span, int]:
    """Where each period stands among them."""
    return {span: place for place, span in enumerate(spans)}


@lru_cache(maxsize=SHARED)
def steps(spans: Spans) -> Sequence[tuple[int, int]]:
    """Of each period that has one before it, of the same length: where it stands, and where that
    one does."""
    found = [
        (now, before)
        for group in by_length(spans)
        for before, now in pairwise(group)
        if spans[before][1] < spans[now][0]
    ]
    return sorted(found)


@lru_cache(maxsize=SHARED)
def by_length(spans: Spans) -> Sequence[Sequence[int]]:
    """Where periods of one length stand among them, for each length that there is. Give or take a
    third: months have 28 to 31 days, and school terms nine to eleven weeks."""
    shortest, groups = 0, list[list[int]]()
    for days, place in sorted(
        ((end - start).days + 1, at) for at, (start, end) in enumerate(spans)
    ):
        if not groups or 3 * days > 4 * shortest:
            shortest = days
            groups.append([])
        groups[-1].append(place)
    return [sorted(group) for group in groups]


def places_of(texts: Iterable[str | None]) -> int:
    """The most digits that any of them has behind its point."""
    return max(
        (len(text) - 1 - text.find(".") for text in texts if text and "." in text), default=0
    )


def scaled(text: str, places: int) -> int:
    """Plain decimal text as a whole number of that many places, of which it has no more."""
    whole, _, part = text.partition(".")
    return int(whole + part.ljust(places, "0"))


def plain(number: int, places: int) -> str:
    """The reverse of `scaled`, without zeros at the end."""
    if not places:
        return str(number)
    digits = str(abs(number)).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".")
    return f"-{text}" if number < 0 and text != "0" else text


def twice_median(numbers: Sequence[int]) -> int:
    """Twice, so that it stays whole where two stand in the middle."""
    ordered = sorted(numbers)
    half = len(ordered) // 2
    return ordered[half] + ordered[-1 - half]
