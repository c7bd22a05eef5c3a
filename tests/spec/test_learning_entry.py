"""What can be entered as learnt, and what is refused."""

from datetime import date
from typing import Any

import pytest

from infra.kernel.aggregate import ENVELOPE
from services.activities.domain.learning import (
    AfterActionReview,
    BeforeActionReview,
    Conclusion,
    ContextShift,
    Experiment,
    LearningNote,
    StrategicFork,
)
from services.activities.domain.learning_entry import (
    AfterActionReviewRecorded,
    BeforeActionReviewRecorded,
    ContextShiftNoted,
    CriteriaMissing,
    CriterionUnknown,
    ExperimentConcluded,
    ExperimentIsConcluded,
    ExperimentStarted,
    LearningEntry,
    LearningNoted,
    NoFork,
    NotAnExperiment,
    OptionUnknown,
    StrategicForkRecorded,
    VerdictWithoutCriterion,
)
from tests.callers import named
from tests.given import fact, given

INITIATIVE, DESK = named("i"), named("desk")
BEFORE = BeforeActionReview(
    activity_id=DESK, intended="answer each call", signs_of_success="nobody waits over a day"
)
AFTER = AfterActionReview(
    activity_id=DESK,
    intended="answer each call",
    actual="calls on Monday mornings were missed",
    why="the roster starts at noon",
    next="the roster starts at eight",
)
FORK = StrategicFork(
    question="one desk or three?", options=("one", "three"), taken="one", because="one number"
)
TRIAL = Experiment(
    question="do text messages help?",
    success_criteria=("half answer within a day",),
    stop_criteria=("a complaint",),
    ends=date(2022, 9, 1),
)
STARTED = fact(ExperimentStarted, initiative_id=INITIATIVE, **dict(TRIAL))
NOTED = fact(LearningNoted, initiative_id=INITIATIVE, note="x", activity_id=None, strategy_id=None)


@pytest.mark.parametrize(
    ("entered", "fact", "said"),
    [
        (LearningEntry.before(INITIATIVE, BEFORE), BeforeActionReviewRecorded, BEFORE),
        (LearningEntry.after(INITIATIVE, AFTER), AfterActionReviewRecorded, AFTER),
        (
            LearningEntry.note(INITIATIVE, LearningNote(note="they text")),
            LearningNoted,
            LearningNote(note="they text"),
        ),
        (
            LearningEntry.shift(INITIATIVE, ContextShift(shift="school closes", weight="minor")),
            ContextShiftNoted,
            ContextShift(shift="school closes", weight="minor"),
        ),
        (LearningEntry.fork(INITIATIVE, FORK), StrategicForkRecorded, FORK),
        (LearningEntry.start(INITIATIVE, TRIAL), ExperimentStarted, TRIAL),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_each_kind_of_entry_is_a_fact_of_its_own(entered: Any, fact: Any, said: Any) -> None:
    (happened,) = entered.collect_events()
    words = {name: value for name, value in dict(happened).items() if name not in ENVELOPE}
    assert type(happened) is fact
    assert words == {"initiative_id": INITIATIVE, **dict(said)}


def test_a_fork_has_two_ways() -> None:
    with pytest.raises(NoFork):
        LearningEntry.fork(INITIATIVE, FORK.model_copy(update={"options": ("one", "one")}))


def test_the_way_taken_is_one_of_those_there_were() -> None:
    with pytest.raises(OptionUnknown):
        LearningEntry.fork(INITIATIVE, FORK.model_copy(update={"taken": "two"}))


@pytest.mark.parametrize("missing", ["success_criteria", "stop_criteria"])
def test_an_experiment_says_by_what_it_succeeds_and_stops_before_it_starts(missing: str) -> None:
    with pytest.raises(CriteriaMissing):
        LearningEntry.start(INITIATIVE, TRIAL.model_copy(update={missing: ()}))


@pytest.mark.parametrize(
    ("verdict", "met"),
    [
        ("succeeded", ("half answer within a day",)),
        ("stopped", ("a complaint",)),
        ("inconclusive", ()),
    ],
)
def test_an_experiment_is_concluded_by_its_own_criteria(verdict: Any, met: Any) -> None:
    conclusion = Conclusion(verdict=verdict, criteria_met=met, learnt="texts are read at night")
    given(LearningEntry, STARTED).when(lambda e: e.conclude(conclusion)).then(
        fact(ExperimentConcluded, **dict(conclusion))
    )


@pytest.mark.parametrize(
    ("verdict", "met", "refusal"),
    [
        ("succeeded", ("a complaint",), VerdictWithoutCriterion),
        ("stopped", (), VerdictWithoutCriterion),
        ("inconclusive", ("something new",), CriterionUnknown),
    ],
)
def test_a_criterion_is_not_found_afterwards(verdict: Any, met: Any, refusal: Any) -> None:
    conclusion = Conclusion(verdict=verdict, criteria_met=met, learnt="we like it")
    given(LearningEntry, STARTED).when(lambda e: e.conclude(conclusion)).then_refused(refusal)


CONCLUSION = Conclusion(verdict="inconclusive", learnt="too few")


def test_an_experiment_is_concluded_once() -> None:
    over = fact(ExperimentConcluded, **dict(CONCLUSION))
    given(LearningEntry, STARTED, over).when(lambda e: e.conclude(CONCLUSION)).then_refused(
        ExperimentIsConcluded
    )


def test_only_an_experiment_is_concluded() -> None:
    given(LearningEntry, NOTED).when(lambda e: e.conclude(CONCLUSION)).then_refused(NotAnExperiment)
