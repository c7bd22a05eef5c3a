"""A change that was noticed is confirmed by those who did not describe it."""

from __future__ import annotations

from datetime import date

import pytest

from services.measurement.domain.harvest import (
    ContributionDescribed,
    HarvestIncomplete,
    OutcomeDisputed,
    OutcomeHarvest,
    OutcomeSubstantiated,
    SaidSoAlready,
    SignificanceRated,
    SignificanceUnchanged,
    SubstantiatorNotIndependent,
    SystemChangeNoticed,
)
from services.measurement.domain.values import Place, Stated
from tests.callers import named
from tests.given import fact, given

LLEN, SCHOOL, TAFE = named("llen"), named("school"), named("tafe")
NOTICED = fact(
    SystemChangeNoticed,
    initiative_id=named("bgk"),
    who="Kingston's schools",
    what="They tell the desk of every pupil who stays away.",
    when=Stated(start=date(2022, 7, 1), end=date(2022, 12, 31), period="2022-S2"),
    place=Place(scheme="asgs", edition="3", code="20803"),
    direction="negative",
    intended=False,
    described_by=LLEN,
)
RATED = fact(SignificanceRated, significance="large", because="Nobody did before.")


def described(by: object = LLEN) -> fact:
    return fact(ContributionDescribed, how="The desk asked them.", described_by=by)


CONFIRMED = fact(OutcomeSubstantiated, organisation=TAFE, because="We see it.")
DISPUTED = fact(OutcomeDisputed, organisation=SCHOOL, because="Not all of them.")


def harvest(*facts: fact) -> given[OutcomeHarvest]:
    return given(OutcomeHarvest, NOTICED, *facts)


def confirm(h: OutcomeHarvest, by: object = TAFE) -> None:
    h.substantiate(organisation=by, because="We see it.")


def dispute(h: OutcomeHarvest, by: object = SCHOOL) -> None:
    h.dispute(organisation=by, because="Not all of them.")


def test_its_significance_is_rated_and_rated_otherwise():
    harvest().when(lambda h: h.rate("large", because="Nobody did before.")).then(RATED)
    harvest(RATED).when(lambda h: h.rate("large", because="Nobody did before.")).then_refused(
        SignificanceUnchanged
    )
    harvest(RATED).when(lambda h: h.rate("small", because="Few.")).then(
        fact(SignificanceRated, significance="small", because="Few.")
    )


def test_a_contribution_is_described():
    harvest().when(lambda h: h.describe("The desk asked them.", organisation=LLEN)).then(
        described()
    )


def test_an_independent_organisation_confirms_or_disputes_it():
    harvest(RATED, described()).when(confirm).then(CONFIRMED)
    harvest(RATED, described()).when(dispute).then(DISPUTED)


@pytest.mark.parametrize("verdict", [confirm, dispute])
def test_whoever_described_it_does_not_judge_it(verdict):
    for describer in (LLEN, SCHOOL):
        harvest(RATED, described(SCHOOL)).when(
            lambda h, who=describer: verdict(h, who)
        ).then_refused(SubstantiatorNotIndependent)


@pytest.mark.parametrize("verdict", [confirm, dispute])
@pytest.mark.parametrize("facts", [(), (RATED,), (described(),)])
def test_it_is_judged_when_it_is_whole(verdict, facts):
    harvest(*facts).when(verdict).then_refused(HarvestIncomplete)


def test_an_organisation_says_a_thing_once_and_may_change_its_mind():
    harvest(RATED, described(), CONFIRMED).when(confirm).then_refused(SaidSoAlready)
    harvest(RATED, described(), CONFIRMED).when(lambda h: dispute(h, TAFE)).then(
        fact(OutcomeDisputed, organisation=TAFE, because="Not all of them.")
    )


def test_one_dispute_leaves_it_disputed_until_it_is_described_anew():
    states = [
        harvest(*facts).aggregate.state
        for facts in (
            (),
            (RATED, described()),
            (RATED, described(), CONFIRMED),
            (RATED, described(), CONFIRMED, DISPUTED),
            (RATED, described(), CONFIRMED, DISPUTED, described()),
        )
    ]
    assert states == ["noticed", "described", "substantiated", "disputed", "described"]
