"""A round of an instrument takes counts that fit its scale."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from infra.kernel import DomainError
from services.measurement.domain.rating import (
    CountBelowZero,
    EitherDistributionOrMatrix,
    InstrumentResultsEntered,
    InstrumentRound,
    InstrumentRoundClosed,
    InstrumentRoundIsClosed,
    InstrumentRoundOpened,
    Level,
    NoResults,
    NotOfThisScale,
    RatingsOutOfOrder,
    Results,
    ResultsUnchanged,
    Scale,
    ScoreRatesOneToFive,
)
from services.measurement.domain.values import Place, Stated
from tests.callers import named
from tests.given import fact, given

HALF = Stated(start=date(2022, 7, 1), end=date(2022, 12, 31), period="2022-S2")
BAYSIDE = Place(scheme="asgs", edition="3", code="20801")


def scale(*ratings: int) -> Scale:
    levels = tuple(Level(rating=each, meaning=f"level {each}") for each in ratings)
    return Scale(name="Circumstances", levels=levels)


THREE = scale(0, 1, 2)
TERMS: dict[str, Any] = {
    "title": "Partnership check",
    "instrument": "vichealth-partnerships",
    "instrument_version": "2011",
    "scale": THREE,
    "period": HALF,
}
SPREAD = Results(domain="Trust", distribution=(1, 0, 4))
MOVED = Results(domain="Trust", place=BAYSIDE, matrix=((1, 2, 0), (0, 3, 1), (0, 0, 5)))


def entered(results: Results, replaces: bool = False) -> fact:
    return fact(InstrumentResultsEntered, results=results, replaces=replaces)


CLOSED = fact(InstrumentRoundClosed, results=1)


def round_of(*facts: fact) -> given[InstrumentRound]:
    opened = fact(InstrumentRoundOpened, initiative_id=named("bgk"), **TERMS)
    return given(InstrumentRound, opened, *facts)


@pytest.mark.parametrize("results", [SPREAD, MOVED])
def test_results_that_fit_the_scale_are_entered(results: Results):
    round_of().when(lambda r: r.enter(results)).then(entered(results))


@pytest.mark.parametrize(
    ("given_", "error"),
    [
        ({}, EitherDistributionOrMatrix),
        ({"distribution": (1, 0, 4), "matrix": ((1,),)}, EitherDistributionOrMatrix),
        ({"distribution": (1, 0)}, NotOfThisScale),
        ({"matrix": ((1, 2, 0),)}, NotOfThisScale),
        ({"matrix": ((1, 2, 0), (0, 3, 1), (0, 0))}, NotOfThisScale),
        ({"distribution": (1, 0, -4)}, CountBelowZero),
        ({"matrix": ((1, 2, 0), (0, -3, 1), (0, 0, 5))}, CountBelowZero),
    ],
)
def test_results_that_do_not_fit_are_refused(given_: dict[str, Any], error: type[DomainError]):
    results = Results(domain="Trust", **given_)
    round_of().when(lambda r: r.enter(results)).then_refused(error)


def test_results_of_the_same_cell_take_the_place_of_others():
    better = SPREAD.model_copy(update={"distribution": (1, 1, 3)})
    round_of(entered(SPREAD)).when(lambda r: r.enter(better)).then(entered(better, replaces=True))
    round_of(entered(SPREAD)).when(lambda r: r.enter(SPREAD)).then_refused(ResultsUnchanged)
    women = SPREAD.model_copy(update={"dimensions": {"Sex": "Female"}})
    for other in (women, MOVED):
        round_of(entered(SPREAD)).when(lambda r, o=other: r.enter(o)).then(entered(other))


def test_a_round_is_closed_once_it_has_results():
    round_of(entered(SPREAD)).when(lambda r: r.close()).then(CLOSED)
    round_of().when(lambda r: r.close()).then_refused(NoResults)
    closed = round_of(entered(SPREAD), CLOSED)
    closed.when(lambda r: r.close()).then_refused(InstrumentRoundIsClosed)
    closed.when(lambda r: r.enter(MOVED)).then_refused(InstrumentRoundIsClosed)


def test_score_rates_from_one_to_five():
    five = TERMS | {"instrument": "score", "scale": scale(1, 2, 3, 4, 5)}
    assert InstrumentRound.open(named("bgk"), **five).scale == scale(1, 2, 3, 4, 5)
    for other in (scale(1, 2, 3, 4), scale(0, 1, 2, 3, 4)):
        with pytest.raises(ScoreRatesOneToFive):
            InstrumentRound.open(named("bgk"), **{**five, "instrument": "SCORE", "scale": other})


@pytest.mark.parametrize("ratings", [(1, 3), (2, 1), (1, 1)])
def test_the_levels_of_a_scale_rise_by_one(ratings: tuple[int, ...]):
    with pytest.raises(RatingsOutOfOrder):
        InstrumentRound.open(named("bgk"), **{**TERMS, "scale": scale(*ratings)})
