"""Validation rules alone: 100,000 staged rows of one indicator, looked at by 20 rules of all kinds.

10,000 series of 10 periods, each with two periods that stand already. One row in 1,000 is wrong, so
that findings are made as well. Reading the rows' numbers is part of what is measured.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from bench.paired import Figure, at_least, keep, say
from services.measurement.domain.definition import Definition, Stratum
from services.measurement.domain.findings import Round, Rule, StagedSeries
from services.measurement.domain.period import Period
from services.measurement.domain.rules import StatedRule, rules_for
from services.measurement.domain.values import Observation, Place, Stated

SERIES, PERIODS, STANDING = 10_000, 10, 2
ROWS_PER_SECOND = 20_000
ROUNDS = 5
FIRST_YEAR = 2012


class StagedLine(NamedTuple):
    line: int
    period: Period
    period_text: str
    value: str | None
    status: str
    numerator: str | None
    denominator: str | None


def staged() -> Sequence[StagedSeries]:
    """By place and sex, of which every third series is the total."""
    years = [Period.year(FIRST_YEAR + number) for number in range(PERIODS)]
    before = [Period.year(FIRST_YEAR - 1 - number) for number in range(STANDING)]
    stood = {
        (period.start, period.end): Observation(
            start=period.start, end=period.end, period=period.short(), value="25.0"
        )
        for period in before
    }
    return [_series(number, years, stood) for number in range(SERIES)]


def _series(
    number: int, years: Sequence[Period], stood: dict[tuple[date, date], Observation]
) -> StagedSeries:
    place = Place(scheme="bench", edition="1", code=str(20_000 + number // 3))
    sex: dict[str, str] = ({}, {"Sex": "Female"}, {"Sex": "Male"})[number % 3]
    rows = [_row(number, place_in, period) for place_in, period in enumerate(years)]
    return StagedSeries(place, sex, rows, dict(stood))


def _row(number: int, place_in: int, period: Period) -> StagedLine:
    wrong = (PERIODS * number + place_in) % 1_000 == 999
    line, whole = 2 + PERIODS * number + place_in, (2_000, 1_000, 1_000)[number % 3]
    counted = whole // 4 + whole // 1_000 * place_in - number % 3
    tenths = (2_000 * counted + whole) // (2 * whole)
    value = "999.9" if wrong else f"{tenths // 10}.{tenths % 10}"
    return StagedLine(line, period, period.short(), value, "A", str(counted), str(whole))


def rules() -> Sequence[Rule]:
    """Twenty: three that a definition brings, and seventeen that a framework states."""
    definition = Definition(
        name="Rules",
        unit="%",
        level="performance",
        polarity="neither",
        numerator="those engaged",
        denominator="all",
        strata=(Stratum(name="Sex", additive=True, codes=("Female", "Male")),),
    )
    limits = [{"dimensions": {"Sex": "Female"}, "maximum": "100"}, {"maximum": "101"}]
    criteria: list[dict[str, object]] = [
        {"kind": "range", "minimum": "0", "maximum": "100"},
        {"kind": "range", "of": "numerator", "minimum": "0"},
        {"kind": "range", "of": "denominator", "minimum": "1"},
        {"kind": "range", "maximum": "99.5"},
        {"kind": "min-max", "limits": limits},
        {"kind": "z-score"},
        {"kind": "z-score", "threshold": "2.5"},
        {"kind": "z-score", "of": "numerator"},
        {"kind": "modified-z-score"},
        {"kind": "modified-z-score", "of": "numerator", "threshold": "5"},
        {"kind": "change", "percent": "50"},
        {"kind": "change", "by": "40"},
        {"kind": "change", "of": "numerator", "percent": "50", "by": "100"},
        {"kind": "sum-of-strata", "of": "denominator", "dimension": "Sex", "tolerance": "2"},
        {"kind": "completeness"},
        {"kind": "timeliness"},
        {"kind": "timeliness", "grace_days": 10, "period_days": 3_650},
    ]
    stated = [
        StatedRule.model_validate({"code": f"r-{number}", "criterion": criterion})
        for number, criterion in enumerate(criteria)
    ]
    return rules_for(UUID(int=1), definition, stated)


async def main() -> list[Figure]:
    held, asked = rules(), _round()
    assert len(held) == 20, len(held)
    rates: list[float] = []
    for _ in range(ROUNDS):
        rows = staged()
        since = time.perf_counter()
        found = [(rule.code, sum(1 for _ in rule.find(rows, asked))) for rule in held]
        rates.append(SERIES * PERIODS / (time.perf_counter() - since))
        say(f"  {rates[-1]:10.0f} rows/s, {sum(count for _, count in found):,} findings")
    figures = [at_least("rules", sorted(rates)[ROUNDS // 2], ROWS_PER_SECOND, "rows/s")]
    keep("rules", figures)
    return figures


def _round() -> Round:
    years = [Period.year(FIRST_YEAR + number) for number in range(PERIODS)]
    periods = [Stated(start=year.start, end=year.end, period=year.short()) for year in years]
    return Round(today=date(2022, 1, 20), due=date(2022, 1, 31), periods=periods)
