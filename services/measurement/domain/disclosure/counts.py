"""The counts that a cell tells of, and which of them are small."""

from __future__ import annotations

import re
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from typing import NamedTuple

from services.measurement.domain.disclosure.asked import Candidate
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_terms import Policy

NO_COUNT = re.compile(
    r"%|\bper\b|percent|rate|ratio|share|mean|median|average|score|index|points?\b|years?\b"
    r"|months?\b|weeks?\b|days?\b|hours?\b|minutes?\b|\$|dollars?\b|aud\b",
    re.IGNORECASE,
)
"""Units of values that count nobody. Of any other unit a whole value is taken to be a count."""
PER = re.compile(r"per\s+([1-9][0-9 ,]*)")


class Counts(NamedTuple):
    """How many people a cell is about: those counted, out of those who could be."""

    numerator: int | None
    denominator: int | None
    implied: tuple[int, int] | None = None
    """Where nobody says the numerator: between which ones its rate and its denominator put it; the
    least of them is then taken for the numerator."""

    @property
    def complement(self) -> int | None:
        """Those not counted."""
        if self.numerator is None or self.denominator is None or self.numerator > self.denominator:
            return None
        return self.denominator - self.numerator


def counts_of(cell: ReleasedCell) -> Counts:
    """What a cell says of people, whole and not below nobody."""
    below = _whole(cell.denominator)
    if cell.numerator is not None:
        return Counts(_whole(cell.numerator), below)
    if cell.value is None:
        return Counts(None, below)
    if below is None:
        return Counts(_whole(cell.value) if not NO_COUNT.search(cell.unit) else None, None)
    if (scale := _scale(cell.unit)) is None:
        return Counts(None, below)
    low, high = _between(Decimal(cell.value), scale, below)
    return Counts(low, below, (low, high))


def _whole(text: str | None) -> int | None:
    if text is None or (number := Decimal(text)) < 0:
        return None
    return int(number.to_integral_value(ROUND_HALF_EVEN))


def _scale(unit: str) -> int | None:
    """Per how many a rate is."""
    if unit.strip().lower() in ("%", "percent", "per cent"):
        return 100
    found = PER.search(unit.lower())
    return int(re.sub("[ ,]", "", found[1])) if found else None


def _between(rate: Decimal, scale: int, denominator: int) -> tuple[int, int]:
    """The numerators whose rate is rounded to this one."""
    half = Decimal(1).scaleb(int(rate.as_tuple().exponent)) / 2
    low = ((rate - half) * denominator / scale).to_integral_value(ROUND_CEILING)
    high = ((rate + half) * denominator / scale).to_integral_value(ROUND_FLOOR)
    low_enough = max(min(int(low), denominator), 0)
    return low_enough, max(min(int(high), denominator), low_enough)


class Small(NamedTuple):
    """Which of a cell's counts are withheld because they are small themselves."""

    numerator: bool
    denominator: bool


def few(count: int, policy: Policy) -> bool:
    """A count of so few people that they might be known by it."""
    return count < policy.min_count and (count > 0 or not policy.show_zero)


def small(of: Candidate, policy: Policy) -> Small:
    """What the policy withholds of a cell by itself."""
    counts = counts_of(of.cell)
    if not of.small_matters:
        return Small(False, False)
    below = _few_in_all(counts, of, policy)
    above = below or (counts.numerator is not None and few(counts.numerator, policy))
    if policy.protect_complement and counts.complement is not None:
        above = above or few(counts.complement, policy)
    return Small(above and _says(of.cell), below)


def _few_in_all(counts: Counts, of: Candidate, policy: Policy) -> bool:
    if counts.denominator is None:
        return False
    if of.level == "population":
        return counts.denominator < policy.min_population
    return few(counts.denominator, policy)


def _says(cell: ReleasedCell) -> bool:
    return cell.value is not None or cell.numerator is not None


def volatile(of: Candidate, policy: Policy) -> bool:
    """A rate of so few events that it moves by chance."""
    counts = counts_of(of.cell)
    if counts.denominator is None or counts.numerator is None:
        return False
    return of.cell.value is not None and counts.numerator < policy.rate_min_numerator
