"""A feed profile says what one audience receives, and how small numbers are protected."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.measurement.domain import FeedProfile
from services.measurement.domain.feed_profile import (
    FeedProfileChanged,
    FeedProfileDefined,
    FeedProfileMarkedForChange,
    FeedProfileRetired,
    FeedTerms,
    MarkedForChange,
    PlaceMadeOfItself,
    ProfileRetired,
    ProfileUnchanged,
)
from services.measurement.domain.feed_terms import Audience, Policy, Scope, Whole
from services.measurement.domain.values import Place
from tests.callers import named
from tests.given import fact, given

PARTS = tuple(Place(scheme="asgs", edition="3", code=code) for code in ("20801", "20802", "20803"))
BGK = Place(scheme="commonweal", edition="1", code="bgk")
PLACES = Scope(scheme="asgs", edition="3", wholes=(Whole(place=BGK, parts=PARTS),))
SAID = {
    "title": "BGK for the department",
    "indicators": (named("I4"),),
    "places": PLACES,
    "strata": (),
    "formats": ("csv",),
    "policy": Policy(),
    "cadence": "half-yearly",
}
TERMS = FeedTerms.model_validate(SAID)
STRICTER = TERMS.model_copy(update={"policy": Policy(min_count=10)})
defined = fact(
    FeedProfileDefined,
    initiative_id=named("bgk"),
    code="bgk-department",
    audience=Audience(kind="organisation", organisation=named("department")),
    **SAID,
)
retired = fact(FeedProfileRetired)


def test_a_change_says_the_whole_profile() -> None:
    changes = fact(FeedProfile.change, terms=STRICTER)
    changed = fact(
        FeedProfileChanged, profile_version=2, **(SAID | {"policy": Policy(min_count=10)})
    )
    given(FeedProfile, defined).when(changes).then(changed)
    again = fact(FeedProfile.change, terms=TERMS)
    given(FeedProfile, defined).when(again).then_refused(ProfileUnchanged)


def test_nothing_more_comes_of_a_retired_profile() -> None:
    given(FeedProfile, defined).when(FeedProfile.retire).then(retired)
    for ask in (FeedProfile.retire, fact(FeedProfile.change, terms=STRICTER)):
        given(FeedProfile, defined, retired).when(ask).then_refused(ProfileRetired)


def test_an_agreement_that_ended_asks_for_a_change_once_until_it_is_changed() -> None:
    def asks(profile: FeedProfile) -> None:
        profile.mark_for_change(named("agreement"), None)

    marked = fact(
        FeedProfileMarkedForChange, agreement_id=named("agreement"), indicators=(named("I4"),)
    )
    given(FeedProfile, defined).when(asks).then(marked)
    given(FeedProfile, defined, marked).when(asks).then_refused(MarkedForChange)
    given(FeedProfile, defined, retired).when(asks).then_refused(ProfileRetired)
    feed = given(FeedProfile, defined, marked).aggregate
    feed.change(STRICTER)
    assert feed.to_change == {}
    assert feed.holds_of((named("I1"),)) == ()


@pytest.mark.parametrize(
    "wholes",
    [
        (Whole(place=PARTS[0], parts=PARTS),),
        (Whole(place=BGK, parts=(PARTS[0], PARTS[0])),),
        (Whole(place=BGK, parts=PARTS), Whole(place=BGK, parts=PARTS[:2])),
    ],
)
def test_no_place_is_made_of_itself(wholes: tuple[Whole, ...]) -> None:
    places = PLACES.model_copy(update={"wholes": wholes})
    terms = TERMS.model_copy(update={"places": places})
    given(FeedProfile, defined).when(fact(FeedProfile.change, terms=terms)).then_refused(
        PlaceMadeOfItself
    )


def test_its_scope_holds_what_is_named_and_what_is_made_of_it() -> None:
    assert PLACES.holds(PARTS[0])
    assert PLACES.holds(BGK)
    assert not PLACES.holds(Place(scheme="asgs", edition="2", code="20801"))
    some = PLACES.model_copy(update={"codes": ("20801",)})
    assert [some.holds(part) for part in PARTS] == [True, False, False]


def test_a_policy_that_cannot_be_kept_and_an_audience_of_nobody_are_refused() -> None:
    for wrong in ({"min_count": 3, "k": 3}, {"min_count": 2}):
        with pytest.raises(ValidationError):
            Policy.model_validate(wrong)
    for wrong in ({"kind": "organisation"}, {"kind": "public", "organisation": named("x")}):
        with pytest.raises(ValidationError):
            Audience.model_validate(wrong)


def test_the_strictest_minimum_wins() -> None:
    assert Policy().with_minimum(10).min_count == 10
    assert Policy(min_count=10).with_minimum(5).min_count == 10
