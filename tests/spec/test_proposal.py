"""How a proposal is discussed and changed before it is decided."""

from __future__ import annotations

from datetime import date

import pytest

from services.agenda.domain import Proposal
from services.agenda.domain.deciding import (
    ConflictDeclared,
    DecisionDeferred,
    ObjectionIntegrated,
    ObjectionRaised,
    ObjectionWithdrawn,
    Option,
    ProposalAmended,
    ProposalLapsed,
    ProposalRaised,
    StoodAside,
)
from services.agenda.domain.objections import (
    AsideAlready,
    NoSuchObjection,
    NothingChangedSince,
    NotTheObjector,
    ObjectionSettled,
)
from services.agenda.domain.proposal import ConflictDeclaredAlready, NotOpen
from services.agenda.domain.roll import NotOnTheRoll
from services.agenda.domain.standing import NotDecided
from tests.callers import named
from tests.given import fact, given
from tests.spec.agenda_cast import (
    HARBOUR,
    INITIATIVE,
    LLEN,
    PANEL,
    ROLL,
    SEEN,
    STRANGER,
)

OBJECTION = named("objection")
RAISED = fact(
    ProposalRaised,
    initiative_id=INITIATIVE,
    decision_class="agenda",
    title="Common agenda v1",
    text="They return to school.",
    options=(),
    concerns=(),
    reverses=None,
    cites=SEEN,
)
AMENDED = fact(
    ProposalAmended,
    wording=2,
    text="They re-engage in learning or work they choose.",
    options=(Option(key="now", text="Now"),),
    concerns=(HARBOUR,),
    cites=None,
    draft="d" * 64,
)
OBJECTED = fact(
    ObjectionRaised,
    objection_id=OBJECTION,
    organisation=PANEL,
    ground="It leaves out TAFE and work.",
    paramount=True,
    wording=1,
)
INTEGRATED = fact(ObjectionIntegrated, objection_id=OBJECTION, how="Reworded.")
WITHDRAWN = fact(ObjectionWithdrawn, objection_id=OBJECTION)
ASIDE = fact(StoodAside, person="harbour-1", organisation=HARBOUR, text="Not for us.")
CONFLICT = fact(ConflictDeclared, person="llen-1", organisation=LLEN, nature="We are paid for it.")
LAPSED = fact(ProposalLapsed)


def amend(proposal):
    said = AMENDED.keywords
    proposal.amend(**{name: value for name, value in said.items() if name != "wording"})


def object_(organisation=PANEL):
    return lambda proposal: proposal.object(
        objection_id=OBJECTION,
        organisation=organisation,
        ground="It leaves out TAFE and work.",
        paramount=True,
        roll=ROLL,
    )


def integrate(organisation=PANEL):
    return lambda proposal: proposal.integrate(
        objection_id=OBJECTION, how="Reworded.", organisation=organisation
    )


def withdraw(organisation=PANEL):
    return lambda proposal: proposal.withdraw_objection(
        objection_id=OBJECTION, organisation=organisation
    )


def aside(organisation=HARBOUR):
    return lambda proposal: proposal.stand_aside(
        person="harbour-1", organisation=organisation, text="Not for us.", roll=ROLL
    )


def conflict(proposal):
    proposal.declare_conflict(person="llen-1", organisation=LLEN, nature="We are paid for it.")


def test_an_amendment_is_the_next_wording_as_a_whole():
    given(Proposal, RAISED).when(amend).then(AMENDED)


def test_who_is_on_the_roll_may_object():
    given(Proposal, RAISED).when(object_()).then(OBJECTED)


def test_a_stranger_neither_objects_nor_stands_aside():
    given(Proposal, RAISED).when(object_(STRANGER)).then_refused(NotOnTheRoll)
    given(Proposal, RAISED).when(aside(STRANGER)).then_refused(NotOnTheRoll)


def test_the_objector_accepts_an_amended_wording():
    given(Proposal, RAISED, OBJECTED, AMENDED).when(integrate()).then(INTEGRATED)


def test_an_objection_is_not_integrated_while_the_wording_stands():
    given(Proposal, RAISED, OBJECTED).when(integrate()).then_refused(NothingChangedSince)
    later = fact(ObjectionRaised, **OBJECTED.keywords | {"wording": 2})
    given(Proposal, RAISED, AMENDED, later).when(integrate()).then_refused(NothingChangedSince)


@pytest.mark.parametrize("settle", [integrate(LLEN), withdraw(LLEN)])
def test_nobody_else_settles_an_objection(settle):
    given(Proposal, RAISED, OBJECTED, AMENDED).when(settle).then_refused(NotTheObjector)


def test_the_objector_withdraws():
    given(Proposal, RAISED, OBJECTED).when(withdraw()).then(WITHDRAWN)


@pytest.mark.parametrize("settled", [(AMENDED, INTEGRATED), (WITHDRAWN,)])
@pytest.mark.parametrize("settle", [integrate(), withdraw()])
def test_a_settled_objection_stays_as_it_is(settled, settle):
    given(Proposal, RAISED, OBJECTED, *settled).when(settle).then_refused(ObjectionSettled)


@pytest.mark.parametrize("settle", [integrate(), withdraw()])
def test_only_a_raised_objection_is_settled(settle):
    given(Proposal, RAISED).when(settle).then_refused(NoSuchObjection)


def test_a_person_stands_aside_once():
    given(Proposal, RAISED).when(aside()).then(ASIDE)
    given(Proposal, RAISED, ASIDE).when(aside()).then_refused(AsideAlready)


def test_a_conflict_is_declared_once():
    given(Proposal, RAISED).when(conflict).then(CONFLICT)
    given(Proposal, RAISED, CONFLICT).when(conflict).then_refused(ConflictDeclaredAlready)


def test_a_decision_is_deferred_and_the_proposal_stays_open():
    story = given(Proposal, RAISED)
    story.when(lambda p: p.defer(until=date(2022, 4, 1), text="Too few came.")).then(
        fact(DecisionDeferred, until=date(2022, 4, 1), text="Too few came.")
    )
    assert story.aggregate.status == "open"


def test_a_proposal_lapses():
    given(Proposal, RAISED).when(lambda p: p.lapse()).then(LAPSED)


@pytest.mark.parametrize(
    "command",
    [
        amend,
        object_(),
        integrate(),
        withdraw(),
        aside(),
        conflict,
        lambda p: p.defer(until=None, text="Later."),
        lambda p: p.lapse(),
    ],
)
def test_nothing_changes_a_lapsed_proposal(command):
    given(Proposal, RAISED, OBJECTED, LAPSED).when(command).then_refused(NotOpen)


def test_a_lapsed_proposal_is_no_decision():
    given(Proposal, RAISED, LAPSED).when(lambda p: p.require_decided("agenda")).then_refused(
        NotDecided
    )
