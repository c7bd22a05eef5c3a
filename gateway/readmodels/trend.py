"""Where values go in time: the Mann-Kendall test, exact where it can be; Theil and Sen's slope.

Mann (1945) and Kendall (1975): S counts the pairs of points that rise, less those that fall. Up to
`EXACT` points its distribution is counted out, ties and all: among all orders of the same values
the falling pairs are distributed as the coefficients of the Gaussian multinomial say. Beyond, the
normal approximation with correction for ties and continuity is close enough. No float anywhere.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Context, Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from statistics import median
from typing import NamedTuple

NEEDED = 5
"""With four points no order of values could be told from chance at 95 %: 2 of 24 is 8 %."""
EXACT, MOST = 40, 60
LEVEL = Fraction(1, 20)
"""Two-sided: the chance that we are willing to be taken in by chance."""
WIDE = Context(prec=60)


class Point(NamedTuple):
    """A value, and when: in years from anywhere."""

    at: Fraction
    value: Fraction


class Tested(NamedTuple):
    s: int
    p: Fraction
    """The chance of an S as far from 0 as this, or further, if there were no trend."""
    exact: bool

    @property
    def direction(self) -> str:
        if self.p > LEVEL:
            return "level"
        return "rising" if self.s > 0 else "falling"


def mann_kendall(values: Sequence[Fraction]) -> Tested:
    """Whether values in the order of time rise or fall, other than by chance."""
    s = sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))
    ties = tuple(sorted(Counter(values).values()))
    if len(values) <= EXACT:
        return Tested(s, _counted_out(s, ties), True)
    return Tested(s, _approximated(s, ties), False)


def slope(points: Sequence[Point]) -> Fraction:
    """Theil (1950) and Sen (1968): the median of the slopes between any two points, a year."""
    pairs = combinations(points, 2)
    return median(
        (later.value - earlier.value) / (later.at - earlier.at) for earlier, later in pairs
    )


def _counted_out(s: int, ties: tuple[int, ...]) -> Fraction:
    falling = _falling_pairs(ties)
    most = len(falling) - 1
    far = sum(count for pairs, count in enumerate(falling) if abs(most - 2 * pairs) >= abs(s))
    return Fraction(far, sum(falling))


@lru_cache(maxsize=256)
def _falling_pairs(ties: tuple[int, ...]) -> tuple[int, ...]:
    """How many orders of values, of which so many are equal, have 0, 1, 2 … falling pairs."""
    counts, placed = [1], 0
    for group in ties:
        for number in range(1, group + 1):
            placed += 1
            counts = _over(_times(counts, placed), number)
    return tuple(counts)


def _times(counts: Sequence[int], width: int) -> list[int]:
    """The polynomial times 1 - q^width."""
    longer = [*counts, *[0] * width]
    return [one - (longer[at - width] if at >= width else 0) for at, one in enumerate(longer)]


def _over(counts: Sequence[int], width: int) -> list[int]:
    """The polynomial divided by 1 - q^width, which goes without a remainder."""
    found: list[int] = []
    for at in range(len(counts) - width):
        found.append(counts[at] + (found[at - width] if at >= width else 0))
    return found


def variance(ties: Sequence[int]) -> Fraction:
    """Of S, if there were no trend."""
    number = sum(ties)
    tied = sum(t * (t - 1) * (2 * t + 5) for t in ties)
    return Fraction(number * (number - 1) * (2 * number + 5) - tied, 18)


def _approximated(s: int, ties: Sequence[int]) -> Fraction:
    spread = variance(ties)
    if not s or not spread:
        return Fraction(1)
    whole = WIDE.divide(Decimal(spread.numerator), Decimal(spread.denominator))
    return Fraction(_beyond(WIDE.divide(Decimal(abs(s) - 1), WIDE.sqrt(whole))))


def _beyond(z: Decimal) -> Decimal:
    """The chance that a normal value lies further from 0 than z: 1 - erf(z/√2), by its series."""
    if z > 9:
        return Decimal()
    x = WIDE.divide(z, WIDE.sqrt(Decimal(2)))
    term, whole, number = x, x, 0
    while abs(term) > Decimal("1e-50"):
        number += 1
        term = WIDE.divide(WIDE.multiply(-term, WIDE.multiply(x, x)), Decimal(number))
        whole = WIDE.add(whole, WIDE.divide(term, Decimal(2 * number + 1)))
    return max(Decimal(), WIDE.subtract(Decimal(1), WIDE.multiply(whole, TWO_BY_ROOT_PI)))


TWO_BY_ROOT_PI = Decimal("1.12837916709551257389615890312154517168810125865799771368817144")


class Turn(NamedTuple):
    kind: str
    at: int
    """Its place among the points."""


def turning_points(values: Sequence[Fraction]) -> list[Turn]:
    """Peaks and troughs: higher (lower) than two points on either side, one after the other.

    Harding and Pagan (2002) with windows of two; of two peaks (troughs) in a row the higher
    (lower) stays, of two alike the first.
    """
    found: list[Turn] = []
    for at in range(2, len(values) - 2):
        around = [values[at + step] for step in (-2, -1, 1, 2)]
        if all(values[at] > other for other in around):
            _alternate(found, Turn("peak", at), values)
        elif all(values[at] < other for other in around):
            _alternate(found, Turn("trough", at), values)
    return found


def _alternate(found: list[Turn], turn: Turn, values: Sequence[Fraction]) -> None:
    last = found[-1] if found else None
    if last is None or last.kind != turn.kind:
        found.append(turn)
        return
    sign = 1 if turn.kind == "peak" else -1
    if sign * values[turn.at] > sign * values[last.at]:
        found[-1] = turn
