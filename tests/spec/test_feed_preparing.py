"""What a feed may hold, what of a series is certified, which totals follow, and what a change since
touches."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from services.measurement.domain import DataAgreement, Series
from services.measurement.domain.certified import certified
from services.measurement.domain.definition import Definition
from services.measurement.domain.feed_cells import ReleasedCell
from services.measurement.domain.feed_figures import Measured, Row, candidates, with_totals
from services.measurement.domain.feed_permission import (
    AgreementWithholds,
    NoAgreementInForce,
    agreed_minimum,
)
from services.measurement.domain.feed_profile import FeedTerms
from services.measurement.domain.feed_publication import (
    MOST_CELLS,
    OwnPositionMissing,
    TooManyCells,
    own_position,
    refuse_too_many,
)
from services.measurement.domain.feed_restating import Changed, touched
from services.measurement.domain.feed_terms import Audience, Policy, Scope, Whole
from services.measurement.domain.origins import Origins
from services.measurement.domain.terms import Terms
from services.measurement.domain.values import Amount, Observation, Place, Stated
from tests.callers import named

BGK, I4, LLEN, DEPARTMENT = named("bgk"), named("I4"), named("llen"), named("department")
FUNDER = Audience(kind="organisation", organisation=DEPARTMENT)
EVERYBODY = Audience(kind="public")
H2 = Stated(start=date(2022, 7, 1), end=date(2022, 12, 31), period="2022-S2")
BROUGHT = named("submission")
VERIFIED = Origins({}, {H2.span: BROUGHT}, {BROUGHT: ["verifier"]})
PLACES = [Place(scheme="asgs", edition="3", code=code) for code in ("20801", "20802", "20803")]
WHOLE = Whole(place=Place(scheme="commonweal", edition="1", code="bgk"), parts=tuple(PLACES))


def agreement(*, active: bool = True, **terms: Any) -> DataAgreement:
    said: dict[str, Any] = {
        "parties": (LLEN,),
        "recipients": (DEPARTMENT,),
        "purpose": "To see",
        "legal_basis": "Agreed",
        "min_count": 5,
        "retention": "A year",
        "ends": date(2030, 1, 1),
    }
    found = DataAgreement.draft(
        BGK, kind="partner-data", title="Referrals", terms=Terms(**said | terms)
    )
    if active:
        found.sign(LLEN)
        found.activate(today=date(2023, 1, 1))
    return found


def test_the_strictest_minimum_of_all_that_ever_were_in_force_is_kept() -> None:
    over = agreement(min_count=12)
    over.revoke()
    drafted = agreement(active=False, min_count=50)
    assert agreed_minimum(FUNDER, [I4], [agreement(), over, drafted]) == 12


def test_an_indicator_that_no_agreement_in_force_covers_is_not_released() -> None:
    for held in ([], [agreement(active=False)], [agreement(indicators=(named("I1"),))]):
        with pytest.raises(NoAgreementInForce):
            agreed_minimum(FUNDER, [I4], held)


def test_every_agreement_in_force_has_a_say() -> None:
    other = agreement(recipients=(named("somebody"),))
    with pytest.raises(AgreementWithholds):
        agreed_minimum(FUNDER, [I4], [agreement(), other])
    with pytest.raises(AgreementWithholds):
        agreed_minimum(EVERYBODY, [I4], [agreement()])
    assert agreed_minimum(EVERYBODY, [I4], [agreement(public=True)]) == 5


def observed(above: int, below: int) -> Observation:
    return Observation(
        **H2.model_dump(),
        value=f"{100 * above / below:.1f}",
        numerator=str(above),
        denominator=str(below),
    )


def series(place: Place, above: int, below: int) -> Series:
    return Series.begin(
        submission_id=BROUGHT,
        observations=[observed(above, below)],
        initiative_id=BGK,
        indicator_id=I4,
        definition_version=2,
        place=place,
        dimensions={},
    )


def stands(one: Series, *not_counting: UUID) -> dict[Any, Any]:
    """What is certified after its facts, which stand in the log from 11 on."""
    return certified(enumerate(one.pending_events, start=11), not_counting)


def test_a_value_is_released_from_its_certification_until_it_is_changed() -> None:
    one = series(PLACES[0], 30, 50)
    assert stands(one) == {}
    one.certify([H2], certifier="certifier", origins=VERIFIED)
    assert stands(one)[H2.span].sequence == 12
    one.correct(Amount(value="60.0"), observed(31, 50))
    assert stands(one) == {}
    one.certify([H2], certifier="certifier", origins=VERIFIED)
    assert stands(one)[H2.span].observation.numerator == "31"
    one.decertify(H2)
    assert stands(one) == {}


def test_what_a_submission_said_that_does_not_count_changes_nothing() -> None:
    one = series(PLACES[0], 30, 50)
    one.certify([H2], certifier="certifier", origins=VERIFIED)
    rejected = named("rejected")
    one.correct(Amount(value="60.0"), observed(31, 50), submission_id=rejected)
    assert stands(one) == {}
    assert stands(one, rejected)[H2.span].observation.numerator == "30"


def cells(*figures: tuple[int, int]) -> list[ReleasedCell]:
    """One of each place in turn, as it is true."""
    measured = Measured(
        I4,
        "I4",
        {2: Definition(name="Engaged", unit="%", level="performance", polarity="neither")},
    )
    rows = []
    for place, figure in zip(PLACES, figures, strict=False):
        one = series(place, *figure)
        one.certify([H2], certifier="certifier", origins=VERIFIED)
        rows.append(Row(2, place, {}, stands(one)))
    terms = FeedTerms(
        title="BGK",
        indicators=(I4,),
        places=Scope(scheme="asgs", edition="3", wholes=(WHOLE,)),
        formats=("csv",),
        policy=Policy(),
        cadence="half-yearly",
    )
    return [one.cell for one in candidates(measured, rows, terms, {H2.span})]


def test_a_total_follows_from_all_parts_and_from_nothing_less() -> None:
    *_, total = cells((3, 5), (6, 10), (10, 16))
    assert (total.place, total.value, total.numerator, total.denominator) == (
        WHOLE.place,
        "61.3",
        "19",
        "31",
    )
    assert total.computed
    assert [one.place for one in cells((3, 5), (6, 10))] == PLACES[:2]


def test_a_total_that_was_submitted_is_not_computed_again() -> None:
    parts = cells((3, 5), (6, 10), (10, 16))[:3]
    submitted = parts[0].model_copy(update={"place": WHOLE.place})
    assert with_totals([*parts, submitted], [WHOLE]) == [*parts, submitted]


def test_a_change_touches_the_value_and_the_totals_above_it() -> None:
    held = cells((3, 5), (6, 10), (10, 16))
    said = {
        "indicator_id": str(I4),
        "definition_version": 2,
        "place": PLACES[0].model_dump(mode="json", exclude_none=True),
        "dimensions": {},
        "was": {**H2.model_dump(mode="json"), "value": "60.0"},
    }
    assert touched(held, [Changed.of(said)], [WHOLE]) == 2
    assert touched(held, [Changed.of(said | {"definition_version": 1})], [WHOLE]) == 0


@pytest.mark.parametrize("vector", ["agenda:7", "measurement:1,measurement:2"])
def test_a_vector_says_once_how_far_measurement_is_to_be_read(vector: str) -> None:
    assert own_position("agenda:7,measurement:12") == 12
    with pytest.raises(OwnPositionMissing):
        own_position(vector)


def test_a_release_holds_as_many_cells_as_can_be_controlled() -> None:
    refuse_too_many(MOST_CELLS)
    with pytest.raises(TooManyCells):
        refuse_too_many(MOST_CELLS + 1)
