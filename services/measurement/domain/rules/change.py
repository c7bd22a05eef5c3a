"""How far a number moved since the period before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from services.measurement.domain.findings import Round, RowFinding, Severity, StagedSeries
from services.measurement.domain.numbers import Numbers, places_of, plain, scaled, steps
from services.measurement.domain.rules.bounds import rounded
from services.measurement.domain.rules.stated import Change


class ChangeRule(NamedTuple):
    """From 0 nothing is so many percent away: there only `by` is looked at."""

    code: str
    severity: Severity
    stated: Change

    def find(self, staged: Sequence[StagedSeries], _: Round) -> Iterator[RowFinding]:
        hundredth, share = _percent(self.stated.percent)
        by = self.stated.by
        at_most = cache(lambda places: None if by is None else rounded(by, places))
        for series in staged:
            numbers = series.numbers(self.stated.of)
            most, history = at_most(numbers.places), numbers.history
            for now, before in steps(numbers.spans):
                then = abs(history[before])
                moved = abs(history[now] - history[before])
                too_far = most is not None and moved > most
                if too_far or (share is not None and then and moved * hundredth > share * then):
                    yield from self._found(series, numbers, now, before)

    def _found(
        self, series: StagedSeries, numbers: Numbers, now: int, before: int
    ) -> Iterator[RowFinding]:
        """On the row of the later period; where that stood already, on the one put before it."""
        row = numbers.row_of[now] if numbers.row_of[now] is not None else numbers.row_of[before]
        if row is None:
            return
        was, became = numbers.history[before], numbers.history[now]
        start, end = numbers.spans[before]
        percent = f", {_signed(became - was, was)} %" if was else ""
        detail = (
            f"the {self.stated.of} went from {plain(was, numbers.places)} ({start}/{end}) to"
            f" {plain(became, numbers.places)}{percent}; at most {self._allowed()} is expected"
        )
        yield RowFinding(series.rows[row].line, self.code, self.severity, detail)

    def _allowed(self) -> str:
        percent = None if self.stated.percent is None else f"{self.stated.percent} %"
        return " and ".join(filter(None, (percent, self.stated.by)))


def _percent(stated: str | None) -> tuple[int, int | None]:
    """Whole numbers h and s, such that s / h is that share of a whole."""
    if stated is None:
        return 1, None
    places = places_of([stated])
    return int(100 * 10**places), scaled(stated, places)


def _signed(moved: int, was: int) -> str:
    """Only to be read: by one decimal."""
    return format((Decimal(100 * moved) / abs(was)).quantize(Decimal("0.1")), "+f")
