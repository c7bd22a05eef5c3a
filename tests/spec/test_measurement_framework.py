"""A framework says of each outcome which indicators show it, or that a gap has a plan."""

from __future__ import annotations

from services.measurement.domain.framework import (
    UNMEASURED,
    FrameworkAdoptedAlready,
    FrameworkNotAdopted,
    FrameworkUnchanged,
    LinkedAlready,
    MeasurementFramework,
    NoOutcome,
    NothingToUnlink,
    NothingUnmeasured,
    NotLinked,
    OutcomesUnmeasured,
    Present,
)
from services.measurement.domain.framework_facts import (
    Covered,
    Gap,
    IndicatorLinkedToOutcome,
    IndicatorUnlinked,
    IndicatorUnlinkingProposed,
    MeasurementFrameworkAdopted,
    MeasurementFrameworkOpened,
    MeasurementFrameworkRevised,
    MeasurementGapFlagged,
)
from tests.callers import named
from tests.given import fact, given

BGK, LEARNING, EARNING, I1, I4 = map(named, ("bgk", "learning", "earning", "I1", "I4"))
OPENED = fact(MeasurementFrameworkOpened, initiative_id=BGK, title="What we watch")
LINKED = fact(IndicatorLinkedToOutcome, outcome_id=LEARNING, indicator_id=I1, level="population")
ALSO = fact(IndicatorLinkedToOutcome, outcome_id=LEARNING, indicator_id=I4, level="performance")
UNPLANNED = Gap(gap="Nobody counts it.")
PLANNED = Gap(gap="Nobody counts it.", plan="Ask the schools.")
SHOWN = Covered(outcome_id=LEARNING, indicators=(I1,))
ADOPTED = fact(
    MeasurementFrameworkAdopted, framework_version=1, outcomes=(SHOWN,), decision_id=None
)
NOW = Present(outcomes=(LEARNING,), deprecated=(), population=(I1,))


def flagged(gap: Gap) -> fact:
    return fact(MeasurementGapFlagged, outcome_id=EARNING, gap=gap)


def framework(*facts: fact) -> given[MeasurementFramework]:
    return given(MeasurementFramework, OPENED, *facts)


def test_an_indicator_is_linked_to_an_outcome_once():
    def link(f: MeasurementFramework) -> None:
        f.link(outcome_id=LEARNING, indicator_id=I1, level="population")

    framework().when(link).then(LINKED)
    framework(LINKED).when(link).then_refused(LinkedAlready)


def test_only_what_is_linked_is_unlinked():
    def unlink(f: MeasurementFramework) -> None:
        f.unlink(outcome_id=LEARNING, indicator_id=I1)

    framework(LINKED).when(unlink).then(
        fact(IndicatorUnlinked, outcome_id=LEARNING, indicator_id=I1)
    )
    framework().when(unlink).then_refused(NotLinked)


def test_adoption_takes_a_population_indicator_for_each_outcome():
    framework(LINKED).when(lambda f: f.adopt(NOW, decision_id=None)).then(ADOPTED)
    framework(ALSO).when(lambda f: f.adopt(NOW, decision_id=None)).then_refused(OutcomesUnmeasured)


def test_a_deprecated_indicator_shows_nothing():
    now = NOW._replace(deprecated=(I1,))
    framework(LINKED).when(lambda f: f.adopt(now, decision_id=None)).then_refused(
        OutcomesUnmeasured
    )


def test_an_indicator_that_is_no_longer_of_population_level_carries_no_outcome():
    now = NOW._replace(population=())
    framework(LINKED).when(lambda f: f.adopt(now, decision_id=None)).then_refused(
        OutcomesUnmeasured
    )


def test_a_gap_carries_an_adoption_only_with_a_plan():
    now = NOW._replace(outcomes=(EARNING,))
    with_gap = Covered(outcome_id=EARNING, indicators=(), gap=PLANNED)
    framework(flagged(UNPLANNED)).when(lambda f: f.adopt(now, decision_id=None)).then_refused(
        OutcomesUnmeasured
    )
    framework(flagged(UNPLANNED), flagged(PLANNED)).when(
        lambda f: f.adopt(now, decision_id=None)
    ).then(
        fact(
            MeasurementFrameworkAdopted,
            framework_version=1,
            outcomes=(with_gap,),
            decision_id=None,
        )
    )


def test_without_an_outcome_there_is_nothing_to_measure():
    now = NOW._replace(outcomes=())
    framework(LINKED).when(lambda f: f.adopt(now, decision_id=None)).then_refused(NoOutcome)


def test_a_framework_is_adopted_once_and_then_revised():
    framework(LINKED, ADOPTED).when(lambda f: f.adopt(NOW, decision_id=None)).then_refused(
        FrameworkAdoptedAlready
    )
    framework(LINKED).when(lambda f: f.revise(NOW, decision_id=None)).then_refused(
        FrameworkNotAdopted
    )


def test_a_revision_changes_something():
    framework(LINKED, ADOPTED).when(lambda f: f.revise(NOW, decision_id=None)).then_refused(
        FrameworkUnchanged
    )
    more = Covered(outcome_id=LEARNING, indicators=tuple(sorted((I1, I4))))
    framework(LINKED, ADOPTED, ALSO).when(lambda f: f.revise(NOW, decision_id=BGK)).then(
        fact(MeasurementFrameworkRevised, framework_version=2, outcomes=(more,), decision_id=BGK)
    )


def test_a_revision_holds_to_the_same_rule_as_the_adoption():
    now = NOW._replace(outcomes=(LEARNING, EARNING))
    framework(LINKED, ADOPTED).when(lambda f: f.revise(now, decision_id=None)).then_refused(
        OutcomesUnmeasured
    )


def test_of_new_outcomes_those_are_flagged_of_which_nobody_has_said_anything():
    def asks(f: MeasurementFramework) -> None:
        f.find_unmeasured((LEARNING, EARNING))

    framework(LINKED).when(asks).then(flagged(UNMEASURED))
    framework(LINKED, flagged(UNPLANNED)).when(asks).then_refused(NothingUnmeasured)


def test_of_a_retired_outcome_the_links_are_to_be_taken_back_which_people_do():
    def asks(f: MeasurementFramework) -> None:
        f.propose_unlinking(LEARNING)

    proposed = fact(IndicatorUnlinkingProposed, outcome_id=LEARNING, indicators=(I1,))
    framework(LINKED).when(asks).then(proposed)
    framework(LINKED, proposed).when(asks).then_refused(NothingToUnlink)
    framework().when(asks).then_refused(NothingToUnlink)
