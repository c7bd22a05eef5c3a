"""Rows of a submission as validation rules see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from pydantic import TypeAdapter

from services.measurement.domain.findings import Round, Rule, StagedSeries
from services.measurement.domain.period import Period
from services.measurement.domain.rules import StatedRule, made
from services.measurement.domain.tidy.statuses import ObsStatus
from services.measurement.domain.values import Observation, Place, Span, Stated

BAYSIDE = Place(scheme="asgs", edition="3", code="20801", label="Bayside")
KINGSTON = Place(scheme="asgs", edition="3", code="20803", label="Kingston")
STATED = TypeAdapter(StatedRule)


class StagedLine(NamedTuple):
    line: int
    period: Period
    period_text: str
    value: str | None
    status: str = "A"
    numerator: str | None = None
    denominator: str | None = None


def span(year: int) -> Span:
    return date(year, 1, 1), date(year, 12, 31)


def row(year: int, value: str | None, line: int = 0, **more: str) -> StagedLine:
    status = "A" if value is not None else "O"
    return StagedLine(line or year, Period.year(year), str(year), value, status, **more)


def observed(year: int, value: str | None) -> Observation:
    start, end = span(year)
    status = ObsStatus.NORMAL if value is not None else ObsStatus.MISSING
    return Observation(start=start, end=end, period=str(year), value=value, status=status)


def series(
    values: Mapping[int, str | None] | Sequence[StagedLine] = (),
    *,
    standing: Mapping[int, str | None] | None = None,
    place: Place = BAYSIDE,
    **dimensions: str,
) -> StagedSeries:
    """Values by year, of which each is the row on the line of that number."""
    rows = [row(*one) for one in values.items()] if isinstance(values, Mapping) else values
    stood = {span(year): observed(year, value) for year, value in (standing or {}).items()}
    return StagedSeries(place, dimensions, rows, stood)


def round_of(*years: int, today: date = date(2022, 7, 1), due: date = date(2022, 7, 31)) -> Round:
    periods = [Stated(start=span(y)[0], end=span(y)[1], period=str(y)) for y in years]
    return Round(today=today, due=due, periods=periods)


def rule(kind: str, *, severity: str = "warning", **criterion: object) -> Rule:
    """A rule as a request would state it."""
    said = {"code": "r-1", "severity": severity, "criterion": {"kind": kind, **criterion}}
    return made(STATED.validate_python(said))


def lines(rule: Rule, *staged: StagedSeries, round: Round | None = None) -> list[int]:
    """On which lines it finds something, in order."""
    return sorted(found.line for found in rule.find(staged, round or round_of()))


def details(rule: Rule, *staged: StagedSeries, round: Round | None = None) -> list[str]:
    return [found.detail for found in rule.find(staged, round or round_of())]
