"""Disclosure control of a release of 10,000 cells, and of the next one beside it."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from bench.paired import Figure, at_most, keep, say
from services.measurement.domain.disclosure import (
    Candidate,
    Earlier,
    Protected,
    place_of,
    protect,
)
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_terms import Audience, Policy, Whole
from services.measurement.domain.values import Place, Stated

PERIODS, PLACES, REGIONS, AGES = 20, 20, 4, 6
"""Twenty-five places in all, by sex, by age and by both: 525 cells a period."""
GOAL = 10.0
AUDIENCE, POLICY = Audience(kind="public"), Policy()
People = dict[tuple[str, tuple[tuple[str, str], ...]], tuple[int, int]]


def place(code: str) -> Place:
    return Place(scheme="bench", edition="1", code=code)


def wholes() -> list[Whole]:
    regions = [f"region-{number}" for number in range(REGIONS)]
    parts = [[place(f"place-{p}") for p in range(r, PLACES, REGIONS)] for r in range(REGIONS)]
    found = [
        Whole(place=place(name), parts=tuple(of)) for name, of in zip(regions, parts, strict=True)
    ]
    return [*found, Whole(place=place("all"), parts=tuple(map(place, regions)))]


def strata(sex: str, age: str) -> list[tuple[tuple[str, str], ...]]:
    by_age, by_sex = ("Age", age), ("Sex", sex)
    return [(), (by_sex,), (by_age,), (by_age, by_sex)]


def people(seed: int, twice: int) -> People:
    """Numerators and denominators of every cell; in the first places one each was counted twice."""
    dice = random.Random(seed)
    cells: People = {}
    for number in range(PLACES):
        for sex in "FM":
            for age in map(str, range(AGES)):
                of = dice.randint(20, 120)
                count = dice.randint(1, 4) if dice.random() < 0.1 else dice.randint(5, of)
                if number < twice and (sex, age) == ("F", "0"):
                    count, of = count - 1, of - 1
                for where in (f"place-{number}", f"region-{number % REGIONS}", "all"):
                    for stratum in strata(sex, age):
                        had = cells.get((where, stratum), (0, 0))
                        cells[where, stratum] = had[0] + count, had[1] + of
    return cells


def table(year: int, *, twice: int = 0) -> list[Candidate]:
    period = Stated(start=date(year, 1, 1), end=date(year, 12, 31), period=str(year))
    return [
        Candidate(
            ReleasedCell(
                indicator_id=UUID(int=4),
                indicator_code="I4",
                definition_version=1,
                unit="%",
                place=place(where),
                dimensions=dict(stratum),
                period=period,
                value=f"{count / of * 100:.1f}",
                numerator=str(count),
                denominator=str(of),
            ),
            "performance",
        )
        for (where, stratum), (count, of) in people(year, twice).items()
    ]


def timed(
    name: str, candidates: Sequence[Candidate], earlier: Sequence[Earlier]
) -> tuple[float, Protected]:
    began = time.perf_counter()
    found = protect(candidates, audience=AUDIENCE, wholes=wholes(), policy=POLICY, earlier=earlier)
    took = time.perf_counter() - began
    assert isinstance(found, Protected), found
    say(
        f"{name}: {len(candidates)} cells, {found.primary} small, {found.secondary} more withheld,"
        f" {took:.1f} s"
    )
    return took, found


async def main() -> list[Figure]:
    first = [cell for year in range(PERIODS) for cell in table(2000 + year)]
    alone, found = timed("the first release", first, [])
    release = Earlier(UUID(int=1), AUDIENCE, POLICY, wholes(), found.cells, first)
    corrected = {place_of(one.cell).table for one in table(2000)}
    second = [one for one in first if place_of(one.cell).table not in corrected]
    beside, _ = timed("the next one beside it", [*second, *table(2000, twice=3)], [release])
    figures = [
        at_most("disclosure.first", alone, GOAL, "s"),
        at_most("disclosure.beside-another", beside, GOAL, "s"),
    ]
    keep("disclosure", figures)
    return figures
