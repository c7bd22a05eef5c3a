"""Numbers far from the rest of their series: z-score and modified z-score, as DHIS2 names them.

The series is all of its periods of one length: what stands, with the rows of the submission over
it. Scores are compared without dividing or taking a root, so that they are exact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from services.measurement.domain.findings import Round, RowFinding, Severity, StagedSeries
from services.measurement.domain.numbers import Numbers, places_of, plain, scaled
from services.measurement.domain.rules.stated import ModifiedZScore, ZScore

Far = Callable[[int], bool]
NORMAL = (6_745, 10_000)
"""0.6745 is the 0.75 quantile of the normal distribution: it makes the median absolute deviation
comparable to a standard deviation (Iglewicz and Hoaglin, How to Detect and Handle Outliers)."""


class Outliers(NamedTuple):
    code: str
    severity: Severity
    stated: ZScore | ModifiedZScore

    def find(self, staged: Sequence[StagedSeries], _: Round) -> Iterator[RowFinding]:
        stated = self.stated
        places = places_of([stated.threshold])
        threshold, one = scaled(stated.threshold, places), 10**places
        scores = _from_mean if isinstance(stated, ZScore) else _from_median
        for series in staged:
            for numbers in series.numbers(stated.of).of_each_length():
                if len(numbers.history) < stated.points or numbers.extremes is None:
                    continue
                far = scores(numbers, threshold, one)
                if far is not None and any(map(far, numbers.extremes)):
                    yield from self._found(series, numbers, far)

    def _found(self, series: StagedSeries, numbers: Numbers, far: Far) -> Iterator[RowFinding]:
        for row, number in zip(series.rows, numbers.rows, strict=True):
            if number is not None and far(number):
                detail = self._said(getattr(row, self.stated.of), numbers)
                yield RowFinding(row.line, self.code, self.severity, detail)

    def _said(self, text: str, numbers: Numbers) -> str:
        count = len(numbers.history)
        if isinstance(self.stated, ZScore):
            mean = Decimal(numbers.sums()[0]) / count / 10**numbers.places
            middle, measure = f"mean {mean:.4g}", "standard deviations"
        else:
            median = plain(5 * numbers.middle()[0], numbers.places + 1)
            middle, measure = f"median {median}", "(scaled) median absolute deviations"
        return (
            f"the {self.stated.of} {text} lies more than {self.stated.threshold} {measure} from"
            f" the {middle} of {count} periods"
        )


def _from_mean(numbers: Numbers, threshold: int, one: int) -> Far | None:
    """|x - mean| > t * deviation, each side times n and squared; of the whole population, as in
    DHIS2. None where all numbers are the same."""
    count, (total, squares) = len(numbers.history), numbers.sums()
    spread = count * squares - total * total
    if not spread:
        return None
    limit, unit = threshold * threshold * spread, one * one
    return lambda number: (count * number - total) ** 2 * unit > limit


def _from_median(numbers: Numbers, threshold: int, one: int) -> Far | None:
    """0.6745 * |x - median| > t * MAD, each side times four. None where more than half of the
    numbers are the same: then there is nothing to compare with."""
    twice, four_mads = numbers.middle()
    if not four_mads:
        return None
    limit, unit = threshold * four_mads * NORMAL[1], 2 * NORMAL[0] * one
    return lambda number: abs(2 * number - twice) * unit > limit
