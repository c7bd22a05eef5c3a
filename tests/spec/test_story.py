"""A change story is used only while its teller agrees, and never once it is erased."""

from __future__ import annotations

import pytest

from services.measurement.domain import ChangeStory
from services.measurement.domain.story import (
    ConsentIsWithdrawn,
    ConsentMissing,
    NotScreened,
    NotSelected,
    StoryIsErased,
)
from services.measurement.domain.story_facts import (
    PanelGroup,
    StoryCollected,
    StoryConsentGiven,
    StoryConsentWithdrawn,
    StoryErased,
    StoryScreened,
    StorySelected,
    StorySelectionFedBack,
    StoryVerified,
)
from tests.callers import named
from tests.given import Fact, fact, given

SEALED = "aGVhZGVy..bm9uY2U.Ym9keQ.dGFn"
PANEL = (PanelGroup(group="Young people", members=2), PanelGroup(group="Partners", members=3))
collected: Fact = fact(
    StoryCollected,
    initiative_id=named("bgk"),
    domain="Confidence",
    story=SEALED,
    consent_ref="form-17",
)
consented: Fact = fact(StoryConsentGiven, consent_ref="form-17", uses=("panel", "partners"))
for_publication: Fact = fact(StoryConsentGiven, consent_ref="form-18", uses=("publication",))
withdrawn: Fact = fact(StoryConsentWithdrawn)
cleared: Fact = fact(StoryScreened, screening="cleared")
selected: Fact = fact(StorySelected, panel=PANEL, because=SEALED)
erased: Fact = fact(StoryErased)


def selects(story: ChangeStory) -> None:
    story.select(PANEL, because=SEALED)


def test_a_story_that_is_agreed_to_and_cleared_can_be_selected() -> None:
    given(ChangeStory, collected, consented, cleared).when(selects).then(selected)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ((), ConsentMissing),
        ((cleared,), ConsentMissing),
        ((for_publication, cleared), ConsentMissing),
        ((consented,), NotScreened),
        ((consented, fact(StoryScreened, screening="identifying")), NotScreened),
        ((consented, cleared, fact(StoryScreened, screening="unsafe")), NotScreened),
        ((consented, cleared, withdrawn), ConsentIsWithdrawn),
        ((consented, cleared, erased), StoryIsErased),
    ],
)
def test_what_is_not_agreed_to_or_not_cleared_is_not_selected(
    facts: tuple[Fact, ...], error: type[Exception]
) -> None:
    given(ChangeStory, collected, *facts).when(selects).then_refused(error)


def test_what_was_selected_is_told_to_those_who_told() -> None:
    tells = fact(ChangeStory.feed_back, to="storytellers", told=SEALED)
    fed_back = fact(StorySelectionFedBack, to="storytellers", told=SEALED)
    given(ChangeStory, collected, consented, cleared, selected).when(tells).then(fed_back)
    given(ChangeStory, collected, consented, cleared).when(tells).then_refused(NotSelected)
    given(ChangeStory, collected, consented, cleared, selected, withdrawn).when(tells).then_refused(
        ConsentIsWithdrawn
    )


def test_it_is_verified_how_is_said() -> None:
    verifies = fact(ChangeStory.verify, method="witness-interviewed")
    given(ChangeStory, collected).when(verifies).then(
        fact(StoryVerified, method="witness-interviewed")
    )
    given(ChangeStory, collected, withdrawn).when(verifies).then_refused(ConsentIsWithdrawn)


def test_a_teller_may_take_consent_back_once_and_give_it_anew() -> None:
    given(ChangeStory, collected, consented).when(ChangeStory.withdraws).then(withdrawn)
    given(ChangeStory, collected, withdrawn).when(ChangeStory.withdraws).then_refused(
        ConsentIsWithdrawn
    )
    agrees = fact(ChangeStory.consents, uses=("panel", "partners"), consent_ref="form-17")
    given(ChangeStory, collected, withdrawn).when(agrees).then(consented)
    given(ChangeStory, collected, withdrawn, consented, cleared).when(selects).then(selected)


def test_what_is_erased_is_over() -> None:
    given(ChangeStory, collected, consented, withdrawn).when(ChangeStory.erase).then(erased)
    for ask in (
        ChangeStory.erase,
        ChangeStory.withdraws,
        fact(ChangeStory.consents, uses=("panel",), consent_ref="form-17"),
        fact(ChangeStory.screen, screening="cleared"),
        fact(ChangeStory.verify, method="records-compared"),
        fact(ChangeStory.feed_back, to="partners", told=SEALED),
    ):
        given(ChangeStory, collected, erased).when(ask).then_refused(StoryIsErased)


def test_its_state_is_the_furthest_it_has_come() -> None:
    def state(*facts: Fact) -> str:
        return given(ChangeStory, collected, *facts).aggregate.state  # type: ignore[no-any-return]

    assert state() == "collected"
    assert state(consented, cleared) == "cleared"
    assert state(consented, cleared, selected) == "selected"
    assert state(consented, cleared, selected, withdrawn) == "withdrawn"
    assert state(consented, withdrawn, erased) == "erased"
