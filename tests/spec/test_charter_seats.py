"""Who holds the charter's seats, and to whom it leaves a class of decisions."""

from __future__ import annotations

from datetime import date

import pytest

from services.agenda.domain import GovernanceCharter
from services.agenda.domain.chartering import (
    AuthorityDelegated,
    DelegationRevoked,
    SeatAssigned,
    SeatVacated,
)
from services.agenda.domain.code_lists import UnknownCode
from services.agenda.domain.governance_charter import (
    DelegatedAlready,
    NoCharterInForce,
    NoFreeSeat,
    NoSuchDelegation,
    NoSuchSeat,
    NotDelegable,
    SeatHeldAlready,
    TakenUnderAnotherVersion,
)
from tests.callers import named
from tests.given import fact, given
from tests.spec.agenda_cast import DECISION, LLEN, PANEL
from tests.spec.test_governance_charter import ADOPTED, DRAFTED, UNTIL

SEAT, OTHER_SEAT, DELEGATION = map(named, ("seat", "other seat", "delegation"))
SEATED = fact(
    SeatAssigned, seat_id=SEAT, kind="lived-experience", holder="voice-2", organisation=PANEL
)
DELEGATED = fact(
    AuthorityDelegated,
    delegation_id=DELEGATION,
    decision_class="operational",
    organisation=LLEN,
    until=date(2023, 12, 31),
    decision_id=DECISION,
)


def seat(holder="voice-2", kind="lived-experience", seat_id=SEAT):
    return lambda charter: charter.assign_seat(
        seat_id=seat_id, kind=kind, holder=holder, organisation=PANEL
    )


def delegate(decision_class="operational", under=1):
    return lambda charter: charter.delegate_authority(
        delegation_id=DELEGATION,
        decision_class=decision_class,
        organisation=LLEN,
        until=date(2023, 12, 31),
        decision_id=DECISION,
        taken_under=under,
    )


def test_a_seat_is_assigned_while_there_is_one():
    given(GovernanceCharter, DRAFTED, ADOPTED).when(seat()).then(SEATED)
    full = fact(SeatAssigned, **SEATED.keywords | {"seat_id": OTHER_SEAT, "holder": "voice-3"})
    given(GovernanceCharter, DRAFTED, ADOPTED, SEATED, full).when(seat("voice-4")).then_refused(
        NoFreeSeat
    )


@pytest.mark.parametrize(
    ("said", "asked", "refusal"),
    [
        ((DRAFTED,), seat(), NoCharterInForce),
        ((DRAFTED, ADOPTED), seat(kind="throne"), UnknownCode),
        ((DRAFTED, ADOPTED, SEATED), seat(seat_id=OTHER_SEAT), SeatHeldAlready),
        ((DRAFTED, ADOPTED), lambda c: c.vacate_seat(seat_id=SEAT), NoSuchSeat),
    ],
)
def test_seats_are_those_of_the_charter(said, asked, refusal):
    given(GovernanceCharter, *said).when(asked).then_refused(refusal)


def test_a_vacated_seat_is_free_and_no_voice_speaks_from_it():
    given(GovernanceCharter, DRAFTED, ADOPTED, SEATED).when(
        lambda c: c.vacate_seat(seat_id=SEAT)
    ).then(fact(SeatVacated, seat_id=SEAT))


def test_voices_are_the_holders_of_seats_and_the_founders_while_they_act():
    charter = given(GovernanceCharter, DRAFTED, ADOPTED, SEATED).aggregate
    assert charter.voices(UNTIL) == {"voice-1", "voice-2"}
    assert charter.voices(date(2022, 3, 2)) == {"voice-2"}
    assert charter.founding_group(date(2022, 3, 2)) == ()


def test_a_class_that_the_charter_delegates_is_delegated_by_decision():
    given(GovernanceCharter, DRAFTED, ADOPTED).when(delegate()).then(DELEGATED)


@pytest.mark.parametrize(
    ("said", "asked", "refusal"),
    [
        ((DRAFTED,), delegate(under=0), NoCharterInForce),
        ((DRAFTED, ADOPTED), delegate("agenda"), NotDelegable),
        ((DRAFTED, ADOPTED), delegate("whim"), UnknownCode),
        ((DRAFTED, ADOPTED), delegate(under=2), TakenUnderAnotherVersion),
        ((DRAFTED, ADOPTED, DELEGATED), delegate(), DelegatedAlready),
    ],
)
def test_authority_is_delegated_only_as_the_charter_says(said, asked, refusal):
    given(GovernanceCharter, *said).when(asked).then_refused(refusal)


def test_a_delegation_ends_on_its_day_or_when_it_is_revoked():
    story = given(GovernanceCharter, DRAFTED, ADOPTED, DELEGATED)
    assert story.aggregate.delegate("operational", date(2023, 12, 31)) == LLEN
    assert story.aggregate.delegate("operational", date(2024, 1, 1)) is None
    story.when(lambda c: c.revoke_delegation(delegation_id=DELEGATION)).then(
        fact(DelegationRevoked, delegation_id=DELEGATION, decision_class="operational")
    )
    assert story.aggregate.delegate("operational", date(2023, 1, 1)) is None


def test_only_what_is_delegated_is_revoked():
    given(GovernanceCharter, DRAFTED, ADOPTED).when(
        lambda c: c.revoke_delegation(delegation_id=DELEGATION)
    ).then_refused(NoSuchDelegation)
