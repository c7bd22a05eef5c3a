"""The numbers of a series as whole numbers of one scale: exact, and compared at the speed of ints.

7.1 and 7.10 at two places are both 710. Everything that decides is computed with these; a decimal
is only made again where somebody reads it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from operator import attrgetter
from typing import Literal, Protocol

Of = Literal["value", "numerator", "denominator"]
"""Which of its numbers an observation is looked at by."""

Span = tuple[date, date]
SHORTEST_MONTH = 28


class Spanned(Protocol):
    """What a row of a file has: a period with a first and a last day."""

    @property
    def start(self) -> date: ...
    @property
    def end(self) -> date: ...


class Given(Protocol):
    @property
    def period(self) -> Spanned: ...


@dataclass(frozen=True)
class Numbers:
    """`rows` as in the submission, None where there is no number; `history` is one number for each
    period, in order, of which those of the submission name their row."""

    places: int
    rows: Sequence[int | None]
    spans: Sequence[Span]
    history: Sequence[int]
    row_of: Sequence[int | None]

    @classmethod
    def read(cls, rows: Sequence[Given], standing: Mapping[Span, object], of: Of) -> Numbers:
        """The numbers of the rows over those that stand."""
        told = attrgetter(of)
        texts: list[str | None] = [told(row) for row in rows]
        spans = [(row.period.start, row.period.end) for row in rows]
        stood = {span: told(one) for span, one in standing.items()} if standing else {}
        places = places_of([*texts, *stood.values()])
        numbers = [None if text is None else scaled(text, places) for text in texts]
        points: dict[Span, tuple[int, int | None]] = {
            span: (scaled(text, places), None) for span, text in stood.items() if text is not None
        }
        for index, (span, number) in enumerate(zip(spans, numbers, strict=True)):
            if number is None:
                points.pop(span, None)
            else:
                points[span] = (number, index)
        ordered = sorted(points.items())
        return cls(
            places=places,
            rows=numbers,
            spans=[span for span, _ in ordered],
            history=[number for _, (number, _) in ordered],
            row_of=[index for _, (_, index) in ordered],
        )

    @cached_property
    def extremes(self) -> tuple[int, int] | None:
        """The least and the greatest number of the rows."""
        there = [number for number in self.rows if number is not None]
        return (min(there), max(there)) if there else None

    @cached_property
    def sums(self) -> tuple[int, int]:
        """The sum of the history, and of its squares."""
        return sum(self.history), sum(number * number for number in self.history)

    @cached_property
    def middle(self) -> tuple[int, int]:
        """Twice the median of the history, and four times the median of the distances from it."""
        twice = twice_median(self.history)
        return twice, twice_median([abs(2 * number - twice) for number in self.history])

    @cached_property
    def steps(self) -> Sequence[tuple[int, int]]:
        """Of each number of the history that has one before it, for a period of the same length:
        where it stands, and where that one does."""
        found = []
        latest: dict[int, int] = {}
        for now, (start, end) in enumerate(self.spans):
            length = length_of(start, end)
            before = latest.get(length)
            if before is not None and self.spans[before][1] < start:
                found.append((now, before))
            latest[length] = now
        return found

    @cached_property
    def by_span(self) -> Mapping[Span, tuple[int, int | None]]:
        """The history by its periods, each number with its row."""
        return dict(zip(self.spans, zip(self.history, self.row_of, strict=True), strict=True))


def length_of(start: date, end: date) -> int:
    """In months, as a negative number; in days where it is shorter than any month."""
    days = (end - start).days + 1
    return days if days < SHORTEST_MONTH else -((days + 15) // 30)


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
