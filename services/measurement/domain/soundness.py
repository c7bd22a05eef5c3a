"""What an observation must be by itself, and how many of them go into one line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from infra.kernel import RuleForbids
from services.measurement.domain.values import Amount, Observation, Span, same

LINE_BUDGET = 30 * 1024
"""Bytes of observations in one line: half of what a line may hold, for names may be long too."""


class NumeratorOutOfRange(RuleForbids):
    """{period}: a numerator lies between 0 and its denominator; {numerator} of {denominator}
    does not."""


class NumeratorAlone(RuleForbids):
    """{period}: a numerator and a denominator come together."""


class ValueMissing(RuleForbids):
    """{period}: an observation has a value, or a status that says why it has none (such as O)."""


class PeriodTwice(RuleForbids):
    """{period} is given twice; a series has one value per period."""


class RemovedDoesNotAddUp(RuleForbids):
    """{period}: with {removed} counted twice, {was} becomes {due}, not {now}."""


def lines_of(observations: Sequence[Observation]) -> Iterator[tuple[Observation, ...]]:
    """The observations in parts, each of which goes into one line."""
    start, size = 0, 0
    for place, given in enumerate(observations):
        size += 150 + 6 * len(given.period) + 3 * len(given.value or "")
        if size > LINE_BUDGET:
            yield tuple(observations[start:place])
            start, size = place, 0
    if start < len(observations):
        yield tuple(observations[start:])


def sound(observations: Sequence[Observation]) -> Sequence[Observation]:
    """The same, if each can be true by itself and no period comes twice."""
    for given in observations:
        if given.value is None and given.status == "A":
            raise ValueMissing(period=given.period)
        if given.numerator is not None or given.denominator is not None:
            _refuse_out_of_range(given)
    seen: set[Span] = set()
    for given in observations:
        if given.span in seen:
            raise PeriodTwice(period=given.period)
        seen.add(given.span)
    return observations


def _refuse_out_of_range(given: Observation) -> None:
    if given.numerator is None or given.denominator is None:
        raise NumeratorAlone(period=given.period)
    if not 0 <= Decimal(given.numerator) <= Decimal(given.denominator):
        raise NumeratorOutOfRange(
            period=given.period, numerator=given.numerator, denominator=given.denominator
        )


def refuse_wrong_sum(was: Observation, now: Observation, removed: int) -> None:
    """Those taken out are missing from the whole: the denominator, or a count's own value."""
    before, after = was.denominator or was.value, now.denominator or now.value
    due = Decimal(before or 0) - removed
    if not same(after, str(due)):
        raise RemovedDoesNotAddUp(
            period=now.period, removed=removed, was=before, due=due, now=after
        )


def shown(amount: Amount) -> str:
    parts = f"{amount.numerator} of {amount.denominator}" if amount.denominator else None
    return ", ".join(filter(None, (amount.value, parts, f"status {amount.status}")))
