"""Numbers within bounds: the same for all, or of their own for each place and stratum."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from functools import cache
from typing import NamedTuple

from services.measurement.domain.findings import Round, RowFinding, Severity, StagedSeries
from services.measurement.domain.numbers import Of
from services.measurement.domain.rules.stated import Bounds, Limits, MinMax, Range
from services.measurement.domain.values import stratum

EXACT = Context(prec=200)
Inside = Callable[[int], tuple[int | Decimal, int | Decimal]]
"""From a scale to the bounds at that scale."""


class Between(NamedTuple):
    """Bounds, and what they are of."""

    code: str
    severity: Severity
    of: Of
    bounds: Bounds

    def find(self, staged: Sequence[StagedSeries], _: Round) -> Iterator[RowFinding]:
        inside = _inside(self.bounds)
        for series in staged:
            yield from self.look_at(series, inside)

    def look_at(self, series: StagedSeries, inside: Inside) -> Iterator[RowFinding]:
        numbers = series.numbers(self.of)
        if numbers.extremes is None:
            return
        low, high = inside(numbers.places)
        if low <= numbers.extremes[0] and numbers.extremes[1] <= high:
            return
        for row, number in zip(series.rows, numbers.rows, strict=True):
            if number is not None and not low <= number <= high:
                yield RowFinding(row.line, self.code, self.severity, self._said(row))

    def _said(self, row: object) -> str:
        text, low, high = getattr(row, self.of), self.bounds.minimum, self.bounds.maximum
        if low is not None and Decimal(text) < Decimal(low):
            return f"the {self.of} {text} is below {low}"
        return f"the {self.of} {text} is above {high}"


def range_rule(code: str, severity: Severity, stated: Range) -> Between:
    return Between(code, severity, stated.of, stated)


class MinMaxRule(NamedTuple):
    code: str
    severity: Severity
    stated: MinMax

    def find(self, staged: Sequence[StagedSeries], _: Round) -> Iterator[RowFinding]:
        """The first limits that name a series are its own."""
        known = [
            (limits, Between(self.code, self.severity, self.stated.of, limits), _inside(limits))
            for limits in self.stated.limits
        ]
        for series in staged:
            for limits, between, inside in known:
                if _names(limits, series):
                    yield from between.look_at(series, inside)
                    break


def _names(limits: Limits, series: StagedSeries) -> bool:
    elsewhere = limits.place is not None and limits.place.identity != series.place.identity
    return not elsewhere and stratum(limits.dimensions) == series.dimensions


def _inside(bounds: Bounds) -> Inside:
    """Each bound is rounded inwards: no whole number comes or goes by that."""

    @cache
    def at(places: int) -> tuple[int | Decimal, int | Decimal]:
        low, high = bounds.minimum, bounds.maximum
        return (
            Decimal("-Infinity") if low is None else rounded(low, places, ROUND_CEILING),
            Decimal("Infinity") if high is None else rounded(high, places, ROUND_FLOOR),
        )

    return at


def rounded(text: str, places: int, rounding: str = ROUND_FLOOR) -> int:
    """A stated number as a whole number of that many places, of which it may have more."""
    moved = EXACT.scaleb(Decimal(text), places)
    return int(moved.to_integral_value(rounding=rounding, context=EXACT))
