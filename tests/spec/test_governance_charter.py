"""How a charter comes into force, what it must contain, and how it changes."""

from __future__ import annotations

from datetime import date

import pytest

from services.agenda.domain import GovernanceCharter
from services.agenda.domain.charter import (
    Cadence,
    FounderTwice,
    FoundingGroupFallsShort,
    RulesContradict,
    RulesIncomplete,
    SeatKindTwice,
    Seats,
    SeatsTooFew,
)
from services.agenda.domain.chartering import (
    CharterAdopted,
    CharterAmended,
    CharterDrafted,
)
from services.agenda.domain.code_lists import UnknownCode
from services.agenda.domain.governance_charter import (
    AlreadyAdopted,
    NoCharterInForce,
    NoDraft,
    TakenUnderAnotherVersion,
)
from services.agenda.domain.standing import DecidedOnAnotherDraft
from tests.given import fact, given
from tests.spec.agenda_cast import (
    DECISION,
    FOUNDERS,
    INITIATIVE,
    LLEN,
    founder,
    provisions,
    rule,
    untouched,
)

PLAIN = provisions(operational={"method": "delegated"})
STRICTER = provisions(agenda={"quorum": 4, "minimum_sectors": 4, "minimum_lived_experience": 2})
UNTIL = date(2022, 3, 1)
DRAFTED = fact(CharterDrafted, initiative_id=INITIATIVE, draft=1, provisions=PLAIN)
REDRAFTED = fact(CharterDrafted, initiative_id=INITIATIVE, draft=2, provisions=STRICTER)
ADOPTED = fact(
    CharterAdopted,
    charter_version=1,
    draft=1,
    provisions=PLAIN,
    founding_group=FOUNDERS,
    founding_until=UNTIL,
)
AMENDED = fact(
    CharterAmended, charter_version=2, draft=2, provisions=STRICTER, decision_id=DECISION
)


def write(said):
    return lambda charter: charter.write(provisions=said)


def adopt(group=FOUNDERS):
    return lambda charter: charter.adopt(founding_group=group, founding_until=UNTIL)


def amend(under):
    return lambda charter: charter.amend(
        decision_id=DECISION, taken_under=under, approved=charter.draft_sha256
    )


def test_a_charter_is_drafted_as_often_as_it_takes():
    untouched(GovernanceCharter).when(write(PLAIN)).then(DRAFTED)
    given(GovernanceCharter, DRAFTED).when(write(STRICTER)).then(REDRAFTED)


@pytest.mark.parametrize(
    ("unsound", "refusal"),
    [
        (PLAIN.model_copy(update={"rules": PLAIN.rules[1:]}), RulesIncomplete),
        (PLAIN.model_copy(update={"rules": (*PLAIN.rules, PLAIN.rules[0])}), RulesIncomplete),
        (PLAIN.model_copy(update={"rules": (*PLAIN.rules, rule("whim"))}), UnknownCode),
        (PLAIN.model_copy(update={"seats": ()}), SeatsTooFew),
        (
            provisions(agenda={"quorum": 9, "minimum_lived_experience": 3}),
            SeatsTooFew,
        ),
        (PLAIN.model_copy(update={"seats": PLAIN.seats * 2}), SeatKindTwice),
        (PLAIN.model_copy(update={"seats": (Seats(kind="throne", count=1),)}), UnknownCode),
        (
            PLAIN.model_copy(
                update={"cadences": (Cadence(audience="All", channel="owl", days=7),)}
            ),
            UnknownCode,
        ),
        (provisions(agenda={"quorum": 2, "minimum_sectors": 3}), RulesContradict),
        (provisions(agenda={"quorum": 1, "minimum_lived_experience": 2}), RulesContradict),
    ],
)
def test_an_unsound_charter_is_not_drafted(unsound, refusal):
    untouched(GovernanceCharter).when(write(unsound)).then_refused(refusal)


def test_the_founding_group_brings_the_first_charter_into_force():
    given(GovernanceCharter, DRAFTED).when(adopt()).then(ADOPTED)


def test_without_a_draft_there_is_nothing_to_adopt():
    untouched(GovernanceCharter).when(adopt()).then_refused(NoDraft)


def test_a_charter_in_force_is_amended_and_not_adopted_again():
    given(GovernanceCharter, DRAFTED, ADOPTED, REDRAFTED).when(adopt()).then_refused(AlreadyAdopted)


@pytest.mark.parametrize(
    "special",
    [
        {"quorum": 4},
        {"quorum": 4, "minimum_sectors": 4},
        {"quorum": 3, "minimum_lived_experience": 2},
    ],
)
def test_the_founding_group_meets_the_rule_that_it_writes(special):
    said = provisions(charter=special)
    drafted = fact(CharterDrafted, initiative_id=INITIATIVE, draft=1, provisions=said)
    given(GovernanceCharter, drafted).when(adopt()).then_refused(FoundingGroupFallsShort)


def test_a_founder_is_named_once_and_in_a_sector():
    twice = (*FOUNDERS, FOUNDERS[0])
    given(GovernanceCharter, DRAFTED).when(adopt(twice)).then_refused(FounderTwice)
    magic = (*FOUNDERS, founder("m-1", LLEN, "magic"))
    given(GovernanceCharter, DRAFTED).when(adopt(magic)).then_refused(UnknownCode)


def test_a_decision_under_the_version_in_force_amends_it():
    given(GovernanceCharter, DRAFTED, ADOPTED, REDRAFTED).when(amend(1)).then(AMENDED)


def test_a_decision_under_an_earlier_version_does_not_amend_the_charter():
    again = fact(CharterDrafted, initiative_id=INITIATIVE, draft=3, provisions=PLAIN)
    given(GovernanceCharter, DRAFTED, ADOPTED, REDRAFTED, AMENDED, again).when(
        amend(1)
    ).then_refused(TakenUnderAnotherVersion)


def test_a_draft_comes_into_force_as_it_was_decided():
    drafts = (DRAFTED, ADOPTED, REDRAFTED)
    earlier = given(GovernanceCharter, DRAFTED).aggregate.draft_sha256
    for approved in (None, earlier):
        given(GovernanceCharter, *drafts).when(
            lambda c: c.amend(decision_id=DECISION, taken_under=1, approved=approved)  # noqa: B023
        ).then_refused(DecidedOnAnotherDraft)


def test_amending_takes_a_charter_in_force_and_a_new_draft():
    given(GovernanceCharter, DRAFTED).when(amend(0)).then_refused(NoCharterInForce)
    given(GovernanceCharter, DRAFTED, ADOPTED).when(amend(1)).then_refused(NoDraft)


def test_a_draft_is_not_in_force():
    given(GovernanceCharter, DRAFTED).when(lambda c: c.in_force()).then_refused(NoCharterInForce)
    story = given(GovernanceCharter, DRAFTED, ADOPTED, REDRAFTED)
    assert story.aggregate.in_force() == PLAIN
