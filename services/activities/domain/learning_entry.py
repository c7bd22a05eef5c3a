"""A learning entry keeps what was learnt: a review, a note, a shift, a fork or an experiment."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from infra.kernel import Aggregate, Created, Event, RuleForbids, StateForbids
from services.activities.domain.learning import (
    AfterActionReview,
    BeforeActionReview,
    Conclusion,
    ContextShift,
    Entry,
    Experiment,
    LearningNote,
    StrategicFork,
)


class NoFork(RuleForbids):
    """A fork has at least two different options; state them in `options`."""


class OptionUnknown(RuleForbids):
    """The option taken is none of those stated; repeat one of `options` word by word."""


class CriteriaMissing(RuleForbids):
    """An experiment states by what it succeeds and by what it is stopped, before it starts."""


class NotAnExperiment(RuleForbids):
    """The learning entry {id} is no experiment; only an experiment is concluded."""


class ExperimentIsConcluded(StateForbids):
    """The experiment {id} is concluded; start another one to go on."""


class CriterionUnknown(RuleForbids):
    """ "{criterion}" is no criterion that was stated before the experiment started."""


class VerdictWithoutCriterion(RuleForbids):
    """An experiment has {verdict} by a criterion stated for that; name it in `criteria_met`."""


class Entered(Created):
    """The first fact of an entry: that it was recorded, and all that it says."""

    initiative_id: UUID

    def apply(self, aggregate: LearningEntry) -> None:
        aggregate.first = self


class BeforeActionReviewRecorded(Entered, BeforeActionReview):
    TOPIC: ClassVar[str] = "activities.before-action-review-recorded"


class AfterActionReviewRecorded(Entered, AfterActionReview):
    TOPIC: ClassVar[str] = "activities.after-action-review-recorded"


class LearningNoted(Entered, LearningNote):
    TOPIC: ClassVar[str] = "activities.learning-noted"


class ContextShiftNoted(Entered, ContextShift):
    TOPIC: ClassVar[str] = "activities.context-shift-noted"


class StrategicForkRecorded(Entered, StrategicFork):
    TOPIC: ClassVar[str] = "activities.strategic-fork-recorded"


class ExperimentStarted(Entered, Experiment):
    TOPIC: ClassVar[str] = "activities.experiment-started"


class ExperimentConcluded(Event, Conclusion):
    TOPIC: ClassVar[str] = "activities.experiment-concluded"

    def apply(self, aggregate: LearningEntry) -> None:
        aggregate.conclusion = self


class LearningEntry(Aggregate):
    TOPIC = "activities.learning-entry"

    first: Entered

    def __init__(self, initiative_id: UUID) -> None:
        self.initiative_id = initiative_id
        self.conclusion: Conclusion | None = None

    @classmethod
    def before(cls, initiative_id: UUID, review: BeforeActionReview) -> LearningEntry:
        return cls._enter(BeforeActionReviewRecorded, initiative_id, review)

    @classmethod
    def after(cls, initiative_id: UUID, review: AfterActionReview) -> LearningEntry:
        return cls._enter(AfterActionReviewRecorded, initiative_id, review)

    @classmethod
    def note(cls, initiative_id: UUID, note: LearningNote) -> LearningEntry:
        return cls._enter(LearningNoted, initiative_id, note)

    @classmethod
    def shift(cls, initiative_id: UUID, shift: ContextShift) -> LearningEntry:
        return cls._enter(ContextShiftNoted, initiative_id, shift)

    @classmethod
    def fork(cls, initiative_id: UUID, fork: StrategicFork) -> LearningEntry:
        if len(set(fork.options)) < 2:
            raise NoFork
        if fork.taken not in fork.options:
            raise OptionUnknown
        return cls._enter(StrategicForkRecorded, initiative_id, fork)

    @classmethod
    def start(cls, initiative_id: UUID, experiment: Experiment) -> LearningEntry:
        if not experiment.success_criteria or not experiment.stop_criteria:
            raise CriteriaMissing
        return cls._enter(ExperimentStarted, initiative_id, experiment)

    def conclude(self, conclusion: Conclusion) -> None:
        if not isinstance(self.first, Experiment):
            raise NotAnExperiment(id=self.id)
        if self.conclusion is not None:
            raise ExperimentIsConcluded(id=self.id)
        _refuse_unstated(conclusion, self.first)
        self.trigger_event(
            ExperimentConcluded,
            verdict=conclusion.verdict,
            criteria_met=conclusion.criteria_met,
            learnt=conclusion.learnt,
        )

    @classmethod
    def _enter(cls, fact: type[Entered], initiative_id: UUID, entry: Entry) -> LearningEntry:
        return cls._create(fact, initiative_id=initiative_id, **_said(fact, entry))


def _said(fact: type[Entered], entry: Entry) -> dict[str, Any]:
    """Those of the entry's words that the fact keeps."""
    return {name: value for name, value in entry if name in fact.model_fields}


def _refuse_unstated(conclusion: Conclusion, experiment: Experiment) -> None:
    stated = {
        "succeeded": experiment.success_criteria,
        "stopped": experiment.stop_criteria,
        "inconclusive": (),
    }
    for criterion in conclusion.criteria_met:
        if criterion not in (*experiment.success_criteria, *experiment.stop_criteria):
            raise CriterionUnknown(criterion=criterion)
    needed = stated[conclusion.verdict]
    if needed and not set(needed) & set(conclusion.criteria_met):
        raise VerdictWithoutCriterion(verdict=conclusion.verdict)
