"""What an initiative allows, and what it refuses."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.agenda.domain.code_lists import UnknownCode
from services.agenda.domain.initiative import (
    ApproachJudgedAppropriate,
    ApproachJudgedInappropriate,
    CohortDefined,
    Initiative,
    InitiativeClosed,
    InitiativeIsClosed,
    InitiativeIsPaused,
    InitiativePaused,
    InitiativeRegistered,
    InitiativeResumed,
    NotPaused,
    PhaseLocated,
    PlaceScopeChanged,
    SamePlaceTwice,
)
from services.agenda.domain.judgement import (
    CriteriaIncomplete,
    Criterion,
    CriterionNotMet,
)
from services.agenda.domain.phases import FrameworkVersionUnknown, LocatedTwice, Location
from services.agenda.domain.values import Cohort
from tests.given import fact, given
from tests.spec.agenda_cast import BAYSIDE, DECISION, KINGSTON

REGISTERED = fact(InitiativeRegistered, name="BGK", places=(BAYSIDE,), origin=None)
CLOSED = fact(InitiativeClosed)
PAUSED = fact(InitiativePaused)
COHORT = Cohort(description="10-19, disengaging", age_from=10, age_to=19)
CODES = ("core-partners-committed", "cross-sector-issue", "systems-change-needed",
         "new-responses-needed")  # fmt: skip
MET = tuple(Criterion(code=code, met=True) for code in CODES)
UNMET = (Criterion(code=CODES[0], met=False), *MET[1:])


def located(element: str, phase: str) -> fact[PhaseLocated]:
    return fact(
        PhaseLocated,
        framework="change-cycle",
        framework_version=1,
        element=element,
        phase=phase,
        basis="Seen.",
        assessed_by="person-1",
    )


def locate(*where: tuple[str, str], version: int = 1, framework: str = "change-cycle"):
    locations = tuple(Location(element=e, phase=p, basis="Seen.") for e, p in where)
    return lambda initiative: initiative.locate(
        framework=framework,
        framework_version=version,
        locations=locations,
        assessed_by="person-1",
    )


def judgement(criteria, **more):
    plain = {"criteria": criteria, "stood_aside": (), "assessment_id": None, "overridden_by": None}
    return plain | more


def test_an_initiative_is_registered_in_a_place():
    initiative = Initiative.register(name="BGK", places=(BAYSIDE, KINGSTON))
    assert initiative.initiative_id == initiative.id
    assert initiative.subject == f"initiative/{initiative.id}"


def test_a_place_is_named_once():
    with pytest.raises(SamePlaceTwice):
        Initiative.register(name="BGK", places=(BAYSIDE, BAYSIDE))


def test_an_initiative_has_at_least_one_place():
    with pytest.raises(ValidationError):
        Initiative.register(name="BGK", places=())


def test_a_cohort_is_defined():
    given(Initiative, REGISTERED).when(lambda i: i.define_cohort(cohort=COHORT)).then(
        fact(CohortDefined, cohort=COHORT)
    )


def test_a_cohort_does_not_end_younger_than_it_begins():
    with pytest.raises(ValidationError):
        Cohort(description="Nobody", age_from=20, age_to=10)


def test_the_place_changes_as_a_whole():
    given(Initiative, REGISTERED).when(lambda i: i.change_place(places=(KINGSTON,))).then(
        fact(PlaceScopeChanged, places=(KINGSTON,))
    )


def test_each_element_is_located_in_a_phase_of_its_own():
    given(Initiative, REGISTERED).when(
        locate(("community", "readiness-runway"), ("leadership", "scaling-up"))
    ).then(located("community", "readiness-runway"), located("leadership", "scaling-up"))


def test_a_phase_may_go_backwards():
    given(Initiative, REGISTERED, located("leadership", "scaling-up")).when(
        locate(("leadership", "building-the-foundations"))
    ).then(located("leadership", "building-the-foundations"))


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (locate(("community", "nirvana")), UnknownCode),
        (locate(("weather", "scaling-up")), UnknownCode),
        (locate(("community", "scaling-up"), framework="tarot"), UnknownCode),
        (locate(("community", "scaling-up"), version=2), FrameworkVersionUnknown),
        (locate(("community", "scaling-up"), ("community", "scaling-up")), LocatedTwice),
    ],
)
def test_a_location_is_by_the_framework_s_own_lists(asked, refusal):
    given(Initiative, REGISTERED).when(asked).then_refused(refusal)


def test_an_initiative_pauses_and_resumes():
    given(Initiative, REGISTERED).when(lambda i: i.pause()).then(PAUSED)
    given(Initiative, REGISTERED, PAUSED).when(lambda i: i.resume()).then(fact(InitiativeResumed))


def test_a_paused_initiative_is_not_paused_again_and_begins_nothing():
    given(Initiative, REGISTERED, PAUSED).when(lambda i: i.pause()).then_refused(InitiativeIsPaused)
    given(Initiative, REGISTERED, PAUSED).when(lambda i: i.require_running()).then_refused(
        InitiativeIsPaused
    )


def test_only_a_paused_initiative_resumes():
    given(Initiative, REGISTERED).when(lambda i: i.resume()).then_refused(NotPaused)


@pytest.mark.parametrize(
    "command",
    [
        lambda i: i.define_cohort(cohort=COHORT),
        lambda i: i.change_place(places=(KINGSTON,)),
        locate(("community", "scaling-up")),
        lambda i: i.pause(),
        lambda i: i.resume(),
        lambda i: i.close(),
        lambda i: i.judge(appropriate=True, criteria=MET),
        lambda i: i.require_open(),
        lambda i: i.require_running(),
    ],
)
def test_a_closed_initiative_takes_no_command(command):
    given(Initiative, REGISTERED, CLOSED).when(command).then_refused(InitiativeIsClosed)


def test_an_initiative_is_closed():
    given(Initiative, REGISTERED).when(lambda i: i.close()).then(CLOSED)


def test_the_approach_is_judged_appropriate_when_all_criteria_are_met():
    given(Initiative, REGISTERED).when(lambda i: i.judge(appropriate=True, criteria=MET)).then(
        fact(ApproachJudgedAppropriate, **judgement(MET))
    )


def test_it_is_not_appropriate_with_a_criterion_unmet():
    given(Initiative, REGISTERED).when(
        lambda i: i.judge(appropriate=True, criteria=UNMET)
    ).then_refused(CriterionNotMet)


def test_a_decision_may_override_the_criteria():
    given(Initiative, REGISTERED).when(
        lambda i: i.judge(appropriate=True, criteria=UNMET, overridden_by=DECISION)
    ).then(fact(ApproachJudgedAppropriate, **judgement(UNMET, overridden_by=DECISION)))


def test_judged_inappropriate_is_a_result_and_closes_the_initiative():
    given(Initiative, REGISTERED).when(lambda i: i.judge(appropriate=False, criteria=UNMET)).then(
        fact(ApproachJudgedInappropriate, **judgement(UNMET)), CLOSED
    )


def test_judged_inappropriate_it_goes_on_by_decision():
    given(Initiative, REGISTERED).when(
        lambda i: i.judge(appropriate=False, criteria=UNMET, overridden_by=DECISION)
    ).then(fact(ApproachJudgedInappropriate, **judgement(UNMET, overridden_by=DECISION)))


@pytest.mark.parametrize("criteria", [MET[:3], (*MET, MET[0])])
def test_each_criterion_is_judged_once(criteria):
    given(Initiative, REGISTERED).when(
        lambda i: i.judge(appropriate=True, criteria=criteria)
    ).then_refused(CriteriaIncomplete)
