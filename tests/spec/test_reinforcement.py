"""How one activity is said, agreed and seen to strengthen another."""

from typing import Any
from uuid import UUID

import pytest

from infra.kernel import Claim
from services.activities.domain.reinforcement import (
    DuplicationFlagged,
    LinkToItself,
    NotALead,
    OnlyTheOtherLead,
    Reinforcement,
    ReinforcementClaimed,
    ReinforcementConfirmed,
    ReinforcementDisputed,
    ReinforcementDissolved,
    ReinforcementNotInState,
    ReinforcementObserved,
)
from tests.callers import named
from tests.given import fact, given

DESK, TASTERS = named("desk"), named("tasters")
HARBOUR, INDUSTRY, HEALTH = named("Harbour Youth"), named("Industry Link"), named("Health")
CLAIMED = fact(
    ReinforcementClaimed,
    initiative_id=named("i"),
    from_activity=DESK,
    to_activity=TASTERS,
    kind="refers_to",
    how="the desk offers a taster in the first call",
    claimed_by=HARBOUR,
    answered_from=TASTERS,
    ordinal=None,
)
CONFIRMED = fact(ReinforcementConfirmed, confirmed_by=INDUSTRY)
DISPUTED = fact(ReinforcementDisputed, disputed_by=INDUSTRY, because="only four came")
DISSOLVED = fact(ReinforcementDissolved, from_activity=DESK, to_activity=TASTERS, kind="refers_to")


def claim(by: UUID, target: UUID = TASTERS) -> Reinforcement:
    return Reinforcement.claim(
        initiative_id=named("i"),
        from_activity=DESK,
        to_activity=target,
        kind="refers_to",
        how="the desk offers a taster in the first call",
        claimed_by=by,
        leads=(HARBOUR, INDUSTRY),
    )


@pytest.mark.parametrize(("by", "answered_from"), [(HARBOUR, TASTERS), (INDUSTRY, DESK)])
def test_either_lead_claims_and_the_other_one_answers(by: UUID, answered_from: UUID) -> None:
    assert claim(by).answered_from == answered_from


def test_nobody_else_claims() -> None:
    with pytest.raises(NotALead):
        claim(HEALTH)


def test_no_activity_strengthens_itself() -> None:
    with pytest.raises(LinkToItself):
        claim(HARBOUR, target=DESK)


def test_two_activities_are_linked_once_in_a_kind() -> None:
    place = Claim("reinforcement", f"{DESK}/refers_to/{TASTERS}")
    (made,) = claim(HARBOUR).collect_events()
    assert list(made.claims()) == [place]
    dissolved = given(Reinforcement, CLAIMED).aggregate
    dissolved.dissolve()
    (over,) = dissolved.collect_events()
    assert list(over.releases()) == [place]


def test_the_other_lead_confirms() -> None:
    given(Reinforcement, CLAIMED).when(
        lambda r: r.confirm(partner_id=INDUSTRY, other_lead=INDUSTRY)
    ).then(CONFIRMED)


@pytest.mark.parametrize("lead", [INDUSTRY, None], ids=["another", "vacant"])
def test_nobody_else_answers(lead: UUID | None) -> None:
    given(Reinforcement, CLAIMED).when(
        lambda r: r.confirm(partner_id=HARBOUR, other_lead=lead)
    ).then_refused(OnlyTheOtherLead)
    given(Reinforcement, CLAIMED).when(
        lambda r: r.dispute(partner_id=HARBOUR, other_lead=lead, because="no")
    ).then_refused(OnlyTheOtherLead)


def test_who_claimed_a_link_does_not_answer_it_where_one_partner_leads_both() -> None:
    for ask in (
        lambda r: r.confirm(partner_id=HARBOUR, other_lead=HARBOUR),
        lambda r: r.dispute(partner_id=HARBOUR, other_lead=HARBOUR, because="no"),
    ):
        given(Reinforcement, CLAIMED).when(ask).then_refused(OnlyTheOtherLead)


def test_the_other_lead_disputes_and_may_come_round() -> None:
    given(Reinforcement, CLAIMED).when(
        lambda r: r.dispute(partner_id=INDUSTRY, other_lead=INDUSTRY, because="only four came")
    ).then(DISPUTED)
    given(Reinforcement, CLAIMED, DISPUTED).when(
        lambda r: r.confirm(partner_id=INDUSTRY, other_lead=INDUSTRY)
    ).then(CONFIRMED)


def test_what_is_claimed_is_seen_to_happen() -> None:
    given(Reinforcement, CLAIMED).when(lambda r: r.observe("nine came that way")).then(
        fact(ReinforcementObserved, what="nine came that way")
    )


def test_the_same_work_done_twice_is_flagged() -> None:
    given(Reinforcement, CLAIMED).when(lambda r: r.flag_duplicate("the same calls")).then(
        fact(DuplicationFlagged, from_activity=DESK, to_activity=TASTERS, what="the same calls")
    )


def test_a_link_is_dissolved() -> None:
    given(Reinforcement, CLAIMED, CONFIRMED).when(Reinforcement.dissolve).then(DISSOLVED)


@pytest.mark.parametrize(
    "ask",
    [
        lambda r: r.confirm(partner_id=INDUSTRY, other_lead=INDUSTRY),
        lambda r: r.dispute(partner_id=INDUSTRY, other_lead=INDUSTRY, because="no"),
        lambda r: r.observe("x"),
        lambda r: r.flag_duplicate("x"),
        Reinforcement.dissolve,
    ],
    ids=["confirm", "dispute", "observe", "flag", "dissolve"],
)
def test_a_dissolved_link_stays_as_it_was(ask: Any) -> None:
    given(Reinforcement, CLAIMED, DISSOLVED).when(ask).then_refused(ReinforcementNotInState)


def test_a_link_is_confirmed_once() -> None:
    given(Reinforcement, CLAIMED, CONFIRMED).when(
        lambda r: r.confirm(partner_id=INDUSTRY, other_lead=INDUSTRY)
    ).then_refused(ReinforcementNotInState)
