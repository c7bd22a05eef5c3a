"""What a rule sees of series that nobody sends now: totals and strata of the same group."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from infra.kernel import RuleForbids
from services.measurement.application.sheets import PAGE
from services.measurement.domain import Indicator, Period, Series
from services.measurement.domain.findings import Comparing, Round, Rule, StagedSeries
from services.measurement.domain.rules import invariant_rules
from services.measurement.domain.values import Observation, Place, Span, series_id

MOST_BESIDE = 20_000
"""Series; whoever sends so many at once of which each lacks its total is told."""

ManySeries = Callable[[Sequence[UUID]], Awaitable[Mapping[UUID, Series]]]
NO_ROUND = Round(date.min, date.max, ())


class InvariantBroken(RuleForbids):
    """By the rule {rule} this cannot be: {detail}. No explanation lifts it; put right what is wrong
    in the order in which it holds after each step."""


class Beside(NamedTuple):
    """`short`: there were more than are looked at."""

    series: Sequence[StagedSeries]
    short: bool


class OneRow(NamedTuple):
    """A value that is not from a file, as a rule sees it."""

    line: int
    period: Period
    period_text: str
    value: str | None
    status: str
    numerator: str | None
    denominator: str | None


async def beside(
    indicator: Indicator,
    rules: Iterable[Rule],
    staged: Sequence[StagedSeries],
    many_series: ManySeries,
) -> Beside:
    """The series that the rules want to see beside these; one question for each page of them."""
    wanted: dict[UUID, tuple[Place, Mapping[str, str]]] = {}
    for rule in rules:
        if not isinstance(rule, Comparing):
            continue
        for place, dimensions in islice(rule.beside(staged), MOST_BESIDE + 1):
            id = series_id(indicator.id, indicator.series_version, place, dimensions)
            wanted.setdefault(id, (place, dimensions))
    ids = list(wanted)[:MOST_BESIDE]
    found: list[StagedSeries] = []
    for start in range(0, len(ids), PAGE):
        begun = await many_series(ids[start : start + PAGE])
        found += [
            StagedSeries(*wanted[id], (), standing_in(series)) for id, series in begun.items()
        ]
    return Beside(found, len(wanted) > MOST_BESIDE)


def standing_in(series: Series) -> Mapping[Span, Observation]:
    """What a rule is shown of a series beside the rows that are new."""
    return {span: said.observation for span, said in series.live.items()}


async def refuse_unsound(
    indicator: Indicator,
    changed: Mapping[UUID, tuple[Series, Sequence[Observation]]],
    many_series: ManySeries,
) -> None:
    """Refuse values that break what always holds, held against what else stands."""
    rules = invariant_rules(indicator.definition) if indicator.definition else ()
    if not rules:
        return
    staged = [
        StagedSeries(
            series.place, series.dimensions, [_row(one) for one in said], standing_in(series)
        )
        for series, said in changed.values()
        if series.definition_version == indicator.series_version
    ]
    others = await beside(indicator, rules, staged, many_series)
    for rule in rules:
        for found in rule.find([*staged, *others.series], NO_ROUND):
            raise InvariantBroken(rule=found.rule, detail=found.detail)


def _row(given: Observation) -> OneRow:
    return OneRow(
        line=0,
        period=Period(start=given.start, end=given.end),
        period_text=given.period,
        value=given.value,
        status=given.status,
        numerator=given.numerator,
        denominator=given.denominator,
    )
