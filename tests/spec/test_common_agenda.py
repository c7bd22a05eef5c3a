"""How the common agenda is drafted, adopted whole, and revised version by version."""

from __future__ import annotations

import pytest

from infra.kernel import NotFound
from services.agenda.domain import CommonAgenda
from services.agenda.domain.agreeing import (
    AgendaEndorsedByPartner,
    CommonAgendaAdopted,
    CommonAgendaRevised,
    Outcome,
    OutcomeDefined,
    OutcomeRetired,
    OutcomeReworded,
    ProblemStatementDrafted,
    VisionDrafted,
)
from services.agenda.domain.common_agenda import (
    AdoptedAlready,
    AgendaIncomplete,
    DecisionUsed,
    EndorsedAlready,
    NoSuchOutcome,
    NotAdoptedYet,
    NothingToRevise,
    OutcomeIsRetired,
    SameWording,
)
from services.agenda.domain.standing import DecidedOnAnotherDraft
from tests.callers import named
from tests.given import fact, given
from tests.spec.agenda_cast import DECISION, INITIATIVE, OTHER_DECISION, SEEN, untouched

ENGAGED, HEARD, PARTNER = map(named, ("engaged", "heard", "partner one"))
PROBLEM = fact(ProblemStatementDrafted, initiative_id=INITIATIVE, text="They are lost.", cites=SEEN)
VISION = fact(
    VisionDrafted, initiative_id=INITIATIVE, text="All thrive.", principles=("With them.",)
)
RETURN, REENGAGE = "They return to school.", "They re-engage in learning or work they choose."


def defined(outcome_id=ENGAGED, wording=RETURN):
    return fact(
        OutcomeDefined,
        initiative_id=INITIATIVE,
        outcome_id=outcome_id,
        title="Engaged",
        wording=wording,
    )


DRAFT = (PROBLEM, VISION, defined())
REWORDED = fact(OutcomeReworded, outcome_id=ENGAGED, wording=REENGAGE)
RETIRED = fact(OutcomeRetired, outcome_id=ENGAGED)


def version(kind, number, decision, *outcomes):
    return fact(
        kind,
        agenda_version=number,
        decision_id=decision,
        problem="They are lost.",
        vision="All thrive.",
        principles=("With them.",),
        outcomes=outcomes,
    )


AS_FIRST = Outcome(outcome_id=ENGAGED, title="Engaged", wording=RETURN)
AS_REWORDED = Outcome(outcome_id=ENGAGED, title="Engaged", wording=REENGAGE)
ADOPTED = version(CommonAgendaAdopted, 1, DECISION, AS_FIRST)
REVISED = version(CommonAgendaRevised, 2, OTHER_DECISION, AS_REWORDED)
ENDORSED = fact(AgendaEndorsedByPartner, agenda_version=1, partner_id=PARTNER)


def define(outcome_id=ENGAGED):
    return lambda a: a.define(outcome_id=outcome_id, title="Engaged", wording=RETURN)


def adopt(decision=DECISION):
    return lambda a: a.adopt(decision_id=decision, approved=a.draft_sha256)


def revise(decision=OTHER_DECISION):
    return lambda a: a.revise(decision_id=decision, approved=a.draft_sha256)


def test_whatever_is_said_first_opens_the_agenda():
    untouched(CommonAgenda).when(lambda a: a.state_problem(text="They are lost.", cites=SEEN)).then(
        PROBLEM
    )
    untouched(CommonAgenda).when(
        lambda a: a.state_vision(text="All thrive.", principles=("With them.",))
    ).then(VISION)
    untouched(CommonAgenda).when(define()).then(defined())


def test_an_outcome_is_reworded_into_other_words():
    given(CommonAgenda, defined()).when(
        lambda a: a.reword(outcome_id=ENGAGED, wording=REENGAGE)
    ).then(REWORDED)
    given(CommonAgenda, defined()).when(
        lambda a: a.reword(outcome_id=ENGAGED, wording=RETURN)
    ).then_refused(SameWording)


def test_a_retired_outcome_and_its_id_are_gone_for_good():
    given(CommonAgenda, defined()).when(lambda a: a.retire(outcome_id=ENGAGED)).then(RETIRED)
    for command in (
        define(),
        lambda a: a.retire(outcome_id=ENGAGED),
        lambda a: a.reword(outcome_id=ENGAGED, wording=REENGAGE),
        lambda a: a.require_outcomes(ENGAGED),
    ):
        given(CommonAgenda, defined(), RETIRED).when(command).then_refused(OutcomeIsRetired)


def test_an_outcome_is_defined_once():
    given(CommonAgenda, defined()).when(define()).then_refused(OutcomeIsRetired)


@pytest.mark.parametrize(
    "command",
    [
        lambda a: a.retire(outcome_id=HEARD),
        lambda a: a.reword(outcome_id=HEARD, wording=REENGAGE),
        lambda a: a.require_outcomes(ENGAGED, HEARD),
    ],
)
def test_an_unknown_outcome_is_refused(command):
    given(CommonAgenda, defined()).when(command).then_refused(NoSuchOutcome)


def test_a_whole_draft_is_adopted_as_version_one():
    given(CommonAgenda, *DRAFT).when(adopt()).then(ADOPTED)


@pytest.mark.parametrize("lacking", range(3))
def test_an_incomplete_draft_is_not_adopted(lacking):
    said = [one for number, one in enumerate(DRAFT) if number != lacking]
    given(CommonAgenda, *said).when(adopt()).then_refused(AgendaIncomplete)


def test_an_agenda_without_live_outcomes_is_not_adopted():
    given(CommonAgenda, *DRAFT, RETIRED).when(adopt()).then_refused(AgendaIncomplete)


def test_an_adopted_agenda_is_revised_and_not_adopted_again():
    given(CommonAgenda, *DRAFT, ADOPTED).when(adopt(OTHER_DECISION)).then_refused(AdoptedAlready)
    given(CommonAgenda, *DRAFT, ADOPTED, REWORDED).when(revise()).then(REVISED)


def test_a_revision_changes_something_by_a_decision_of_its_own():
    given(CommonAgenda, *DRAFT, ADOPTED).when(revise()).then_refused(NothingToRevise)
    given(CommonAgenda, *DRAFT, ADOPTED, REWORDED).when(revise(DECISION)).then_refused(DecisionUsed)
    given(CommonAgenda, *DRAFT).when(revise()).then_refused(NotAdoptedYet)


def test_a_revision_stays_whole():
    given(CommonAgenda, *DRAFT, ADOPTED, RETIRED).when(revise()).then_refused(AgendaIncomplete)


def test_a_change_of_the_draft_leaves_the_adopted_version_as_it_was():
    agenda = given(CommonAgenda, *DRAFT, ADOPTED, REWORDED).aggregate
    assert agenda.versions[-1].outcomes == (AS_FIRST,)
    assert agenda.agenda_version == 1


def test_a_partner_endorses_each_version_once():
    given(CommonAgenda, *DRAFT, ADOPTED).when(lambda a: a.endorse(partner_id=PARTNER)).then(
        ENDORSED
    )
    given(CommonAgenda, *DRAFT, ADOPTED, ENDORSED).when(
        lambda a: a.endorse(partner_id=PARTNER)
    ).then_refused(EndorsedAlready)
    given(CommonAgenda, *DRAFT, ADOPTED, ENDORSED, REWORDED, REVISED).when(
        lambda a: a.endorse(partner_id=PARTNER)
    ).then(fact(AgendaEndorsedByPartner, agenda_version=2, partner_id=PARTNER))


def test_a_draft_is_not_endorsed():
    given(CommonAgenda, *DRAFT).when(lambda a: a.endorse(partner_id=PARTNER)).then_refused(
        NotAdoptedYet
    )


def draft(*facts):
    return given(CommonAgenda, *facts).aggregate.draft_sha256


@pytest.mark.parametrize("approved", [None, draft(*DRAFT), draft(*DRAFT, ADOPTED)])
def test_what_is_adopted_is_worded_as_it_was_decided(approved):
    adopt_it = lambda a: a.adopt(decision_id=DECISION, approved=approved)  # noqa: E731
    given(CommonAgenda, *DRAFT, REWORDED).when(adopt_it).then_refused(DecidedOnAnotherDraft)
    revise_it = lambda a: a.revise(decision_id=OTHER_DECISION, approved=approved)  # noqa: E731
    given(CommonAgenda, *DRAFT, ADOPTED, REWORDED).when(revise_it).then_refused(
        DecidedOnAnotherDraft
    )


def test_a_draft_is_known_by_its_wording_and_not_by_how_it_came_about():
    reworded = fact(OutcomeReworded, outcome_id=ENGAGED, wording=RETURN)
    assert draft(*DRAFT, REWORDED) != draft(*DRAFT)
    assert draft(*DRAFT, REWORDED, reworded) == draft(*DRAFT)


def test_a_version_that_was_not_adopted_is_not_there():
    agenda = given(CommonAgenda, *DRAFT, ADOPTED).aggregate
    assert agenda.at_version(1).decision_id == DECISION
    for number in (0, 2):
        with pytest.raises(NotFound):
            agenda.at_version(number)
