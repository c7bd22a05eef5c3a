"""A made decision: never edited, reversed only by a later one, flagged when its evidence falls."""

from __future__ import annotations

import pytest

from services.agenda.domain import Proposal
from services.agenda.domain.deciding import DecisionEvidenceSuperseded, DecisionReversed
from services.agenda.domain.proposal import NotOpen
from services.agenda.domain.standing import (
    AlreadyReversed,
    DoesNotReverse,
    FlaggedAlready,
    NotDecided,
    OfAnotherClass,
)
from services.agenda.domain.values import Cited
from tests.given import SOMETHING, fact, given
from tests.spec.agenda_cast import OTHER_DECISION, rule
from tests.spec.test_decision import DISSENT, MINOR, as_fact, call, decided
from tests.spec.test_proposal import RAISED, amend, conflict, integrate, object_

MADE = as_fact(decided(RAISED, MINOR, dissent=(DISSENT,)))
REVERSED = fact(DecisionReversed, reversed_by=OTHER_DECISION)
CAUSE = Cited(source="measurement", sequence=911)
FLAGGED = fact(DecisionEvidenceSuperseded, cause=CAUSE, was="61.3 %", now="57.1 %", note=None)


def later(*, reverses=SOMETHING, decision_class="agenda", made=True) -> Proposal:
    """Another proposal, decided or not."""
    raised = fact(
        RAISED.func,
        **RAISED.keywords | {"reverses": reverses, "decision_class": decision_class},
    )
    other = given(Proposal, raised).aggregate
    other._id = OTHER_DECISION
    if made:
        call(by=rule(decision_class))(other)
    return other


@pytest.mark.parametrize(
    "command",
    [
        amend,
        object_(),
        integrate(),
        conflict,
        call(),
        lambda p: p.lapse(),
        lambda p: p.defer(until=None, text="Later."),
    ],
)
def test_a_made_decision_is_never_edited(command):
    given(Proposal, RAISED, MINOR, MADE).when(command).then_refused(NotOpen)


def test_a_later_decision_that_says_so_reverses_it():
    given(Proposal, RAISED, MINOR, MADE).when(lambda p: p.reverse(later=later())).then(REVERSED)


@pytest.mark.parametrize(
    ("other", "refusal"),
    [
        (later(reverses=None), DoesNotReverse),
        (later(decision_class="strategy"), OfAnotherClass),
        (later(made=False), NotDecided),
    ],
)
def test_no_other_proposal_reverses_it(other, refusal):
    given(Proposal, RAISED, MINOR, MADE).when(lambda p: p.reverse(later=other)).then_refused(
        refusal
    )


def test_an_open_proposal_is_not_reversed():
    given(Proposal, RAISED).when(lambda p: p.reverse(later=later())).then_refused(NotDecided)


def test_a_reversed_decision_stands_no_more_and_is_not_reversed_twice():
    story = given(Proposal, RAISED, MINOR, MADE, REVERSED)
    assert story.aggregate.decision.dissent == (DISSENT,)
    story.when(lambda p: p.reverse(later=later())).then_refused(AlreadyReversed)
    story.when(lambda p: p.require_decided("agenda")).then_refused(AlreadyReversed)


def test_others_lean_on_a_decision_of_the_right_class():
    story = given(Proposal, RAISED, MINOR, MADE)
    story.when(lambda p: p.require_decided("charter")).then_refused(OfAnotherClass)
    assert story.aggregate.require_decided("agenda").charter_version == 3


def flag(cause=CAUSE):
    return lambda p: p.flag_evidence(cause=cause, was="61.3 %", now="57.1 %", note=None)


def test_evidence_is_flagged_once_for_each_cause():
    given(Proposal, RAISED, MINOR, MADE).when(flag()).then(FLAGGED)
    given(Proposal, RAISED, MINOR, MADE, FLAGGED).when(flag()).then_refused(FlaggedAlready)
    second = Cited(source="measurement", sequence=940, note="restated")
    given(Proposal, RAISED, MINOR, MADE, FLAGGED).when(flag(second)).then(
        fact(FLAGGED.func, **FLAGGED.keywords | {"cause": second})
    )


def test_only_a_decision_has_evidence_that_falls():
    given(Proposal, RAISED).when(flag()).then_refused(NotDecided)
