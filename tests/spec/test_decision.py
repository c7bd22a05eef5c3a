"""When a proposal may be decided, what a decision keeps, and what may still happen to it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from services.agenda.domain import Proposal
from services.agenda.domain.attendance import (
    AttendeeTwice,
    DelegateAbsent,
    MajorityMissed,
    NotDelegated,
    Present,
    QuorumNotMet,
    SectorsTooFew,
    SomebodyAgainst,
    VoicesTooFew,
)
from services.agenda.domain.deciding import DecisionMade, Option, OptionNotOffered
from services.agenda.domain.objections import ObjectionOpen, ParamountObjectionOpen
from services.agenda.domain.roll import NotOnTheRoll
from services.agenda.domain.values import Dissent
from tests.given import fact, given
from tests.spec.agenda_cast import (
    HARBOUR,
    LLEN,
    ROLL,
    SEEN,
    STRANGER,
    at_the_table,
    rule,
)
from tests.spec.test_proposal import (
    AMENDED,
    ASIDE,
    CONFLICT,
    INTEGRATED,
    OBJECTED,
    RAISED,
    WITHDRAWN,
)

AT = datetime(2022, 3, 16, tzinfo=UTC)
DISSENT = Dissent(organisation=LLEN, text="Possibly counted twice.")
MINOR = fact(OBJECTED.func, **OBJECTED.keywords | {"paramount": False})
STRICT = rule(quorum=5, minimum_sectors=4, minimum_lived_experience=2)


def call(present=None, *, by=None, option=None, dissent=(), delegate=None):
    return lambda proposal: proposal.call(
        present=at_the_table() if present is None else present,
        result="Agreed.",
        option=option,
        dissent=dissent,
        rule=by or rule(),
        charter_version=3,
        roll=ROLL,
        delegate=delegate,
        at=AT,
    )


def decided(*said, by=None, present=None, dissent=(), option=None, delegate=None) -> DecisionMade:
    """The decision that these facts lead to."""
    story = given(Proposal, *said)
    call(present, by=by, dissent=dissent, option=option, delegate=delegate)(story.aggregate)
    (made,) = story.aggregate.collect_events()
    assert isinstance(made, DecisionMade)
    return made


def as_fact(made: DecisionMade):
    envelope = {"originator_id", "originator_version", "timestamp"}
    return fact(DecisionMade, **{k: v for k, v in dict(made).items() if k not in envelope})


def test_a_decision_keeps_the_rule_the_people_by_sector_and_the_evidence_as_it_was_known():
    made = decided(RAISED, by=STRICT, dissent=(DISSENT,))
    assert (made.charter_version, made.rule, made.wording) == (3, STRICT, 1)
    assert made.sectors == ("community-service", "education", "lived-experience",
                            "local-government")  # fmt: skip
    assert (made.voices, len(made.attendees)) == (2, 5)
    assert (made.cites, made.dissent, made.decided_at) == (SEEN, (DISSENT,), AT)


@pytest.mark.parametrize(
    ("by", "refusal", "needed"),
    [
        (rule(quorum=6), QuorumNotMet, "6 persons"),
        (rule(quorum=5, minimum_sectors=5), SectorsTooFew, "5 sectors"),
        (rule(quorum=5, minimum_lived_experience=3), VoicesTooFew, "3 lived-experience voices"),
    ],
)
def test_a_decision_takes_as_many_as_the_rule_asks_for(by, refusal, needed):
    given(Proposal, RAISED).when(call(by=by)).then_refused(refusal)
    with pytest.raises(refusal, match=f"Version 3 of the charter asks for {needed}") as error:
        call(by=by)(given(Proposal, RAISED).aggregate)
    assert "1 more" in str(error.value)
    assert error.value.details["missing"] == 1


def test_who_has_a_conflict_of_interest_is_there_and_does_not_count():
    made = decided(RAISED, CONFLICT)
    assert [one.person for one in made.attendees if not one.counted] == ["llen-1"]
    assert "education" not in made.sectors
    given(Proposal, RAISED, CONFLICT).when(call(by=rule(quorum=5))).then_refused(QuorumNotMet)


def test_a_conflict_excludes_the_whole_organisation_unless_the_rule_says_the_person():
    table = (*at_the_table(), Present(person="llen-2", organisation=LLEN))
    made = decided(RAISED, CONFLICT, present=table)
    assert sum(one.counted for one in made.attendees) == 4
    by = rule(conflict_excludes="person")
    made = decided(RAISED, CONFLICT, present=table, by=by)
    assert sum(one.counted for one in made.attendees) == 5


def test_whom_the_proposal_concerns_never_count():
    made = decided(RAISED, AMENDED, option="now", by=rule(conflict_excludes="person"))
    assert [one.organisation for one in made.attendees if not one.counted] == [HARBOUR]


def test_attendees_are_on_the_roll_and_named_once():
    stranger = (*at_the_table(), Present(person="s-1", organisation=STRANGER))
    given(Proposal, RAISED).when(call(stranger)).then_refused(NotOnTheRoll)
    given(Proposal, RAISED).when(call(at_the_table() * 2)).then_refused(AttendeeTwice)


def test_consent_takes_no_open_paramount_objection():
    given(Proposal, RAISED, OBJECTED).when(call()).then_refused(ParamountObjectionOpen)
    assert decided(RAISED, MINOR).objections[0].outcome == "open"
    assert decided(RAISED, OBJECTED, WITHDRAWN).objections[0].outcome == "withdrawn"
    made = decided(RAISED, OBJECTED, AMENDED, INTEGRATED, option="now")
    assert (made.objections[0].outcome, made.wording) == ("integrated", 2)


def test_consent_keeps_who_was_against():
    made = decided(RAISED, present=at_the_table(llen_1="against"))
    assert [one.person for one in made.attendees if one.position == "against"] == ["llen-1"]


def test_consensus_takes_nobody_against_and_no_open_objection():
    by = rule(method="consensus")
    given(Proposal, RAISED, MINOR).when(call(by=by)).then_refused(ObjectionOpen)
    against = at_the_table(harbour_1="against")
    given(Proposal, RAISED).when(call(against, by=by)).then_refused(SomebodyAgainst)
    assert decided(RAISED, by=by).result == "Agreed."


def test_who_stood_aside_is_not_against():
    against = at_the_table(harbour_1="against")
    made = decided(RAISED, ASIDE, present=against, by=rule(method="consensus"))
    assert {one.position for one in made.attendees if one.person == "harbour-1"} == {"aside"}


def test_a_majority_is_more_than_the_share_of_the_votes_cast():
    by = rule(method="majority", majority_percent=50)
    half = at_the_table(llen_1="against", council_1="against", voice_1="aside")
    given(Proposal, RAISED).when(call(half, by=by)).then_refused(MajorityMissed)
    most = at_the_table(llen_1="against", voice_1="aside")
    assert decided(RAISED, present=most, by=by).result == "Agreed."
    two_thirds = rule(method="majority", majority_percent=80)
    given(Proposal, RAISED).when(call(most, by=two_thirds)).then_refused(MajorityMissed)


def test_nobody_voting_is_no_majority():
    silent = tuple(one.model_copy(update={"position": "aside"}) for one in at_the_table())
    given(Proposal, RAISED).when(call(silent, by=rule(method="majority"))).then_refused(
        MajorityMissed
    )


def test_a_delegated_class_is_decided_by_its_delegate():
    by = rule(method="delegated", quorum=1)
    given(Proposal, RAISED).when(call(by=by)).then_refused(NotDelegated)
    others = at_the_table(llen_1="against")
    given(Proposal, RAISED).when(call(others, by=by, delegate=LLEN)).then_refused(DelegateAbsent)
    given(Proposal, RAISED, CONFLICT).when(call(by=by, delegate=LLEN)).then_refused(DelegateAbsent)
    assert decided(RAISED, by=by, delegate=LLEN).voices == 2


def test_one_of_the_options_is_chosen_where_there_are_any():
    given(Proposal, RAISED, AMENDED).when(call()).then_refused(OptionNotOffered)
    given(Proposal, RAISED, AMENDED).when(call(option="never")).then_refused(OptionNotOffered)
    given(Proposal, RAISED).when(call(option="now")).then_refused(OptionNotOffered)
    assert AMENDED.keywords["options"] == (Option(key="now", text="Now"),)
    assert decided(RAISED, AMENDED, option="now").option == "now"


def test_a_decision_with_two_hundred_attendees_fits_a_line():
    people = tuple(Present(person=f"person-{n:04}", organisation=LLEN) for n in range(200))
    made = decided(RAISED, present=people)
    assert len(json.dumps(made.model_dump(mode="json"))) < 60 * 1024
