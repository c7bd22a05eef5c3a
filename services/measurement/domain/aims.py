"""Where an indicator stood before, and where it should be by when."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date
from typing import TYPE_CHECKING, ClassVar, TypeAlias
from uuid import UUID

from pydantic import Field

from infra.kernel import Aggregate, Event, RuleForbids, StateForbids, Text, uuid7
from services.measurement.domain.aim import Aim, Baseline, Target
from services.measurement.domain.definition import Definition
from services.measurement.domain.values import (
    DecimalText,
    absent,
    same,
)

if TYPE_CHECKING:
    from services.measurement.domain.indicator import Indicator

Stretch: TypeAlias = tuple[int, tuple[str, str, str] | None, tuple[tuple[str, str], ...]]
"""The series version, place and stratum that a baseline or a target is for."""


class BaselineMissing(StateForbids):
    """A target needs a baseline for the same place and stratum in definition version {version};
    establish one, or say no_baseline_yet."""


class BaselineUnchanged(RuleForbids):
    """That is the baseline as it stands."""


class TargetStands(StateForbids):
    """There is a target for that period, place and stratum, {target_id}; revise it."""


class NoSuchTarget(StateForbids):
    """No target of this indicator stands under {target_id}."""


class TargetUnchanged(RuleForbids):
    """The target is {value} already."""


class TargetOfAnEndedSeries(StateForbids):
    """This target belongs to definition version {version}, whose series has ended; carry it over
    or withdraw it."""


class NothingToCarryOver(StateForbids):
    """This target belongs to the present series already."""


class RevisionRequested(StateForbids):
    """Adaptation {adaptation} asks for other targets of this indicator already."""


class BaselineEstablished(Event):
    TOPIC: ClassVar[str] = "measurement.baseline-established"

    version: int
    baseline: Baseline

    def apply(self, aggregate: Indicator) -> None:
        aggregate.baselines[stretch(self.version, self.baseline)] = self.baseline


class TargetSet(Event):
    """A new target; after a change of definition also one that is carried over from the old."""

    TOPIC: ClassVar[str] = "measurement.target-set"

    target: Target
    no_baseline_yet: bool
    carried_over_from: UUID | None = Field(None, exclude_if=absent)

    def apply(self, aggregate: Indicator) -> None:
        if self.carried_over_from is not None:
            del aggregate.targets[self.carried_over_from]
        aggregate.targets[self.target.target_id] = self.target


class TargetRevised(Event):
    TOPIC: ClassVar[str] = "measurement.target-revised"

    was: DecimalText
    target: Target
    adaptation_id: UUID | None = Field(None, exclude_if=absent)

    def apply(self, aggregate: Indicator) -> None:
        aggregate.targets[self.target.target_id] = self.target
        if self.adaptation_id is not None:
            aggregate.asked.pop(self.adaptation_id, None)


class TargetRevisionRequested(Event):
    """A learning cycle decided that where the indicator should be is to be thought over."""

    TOPIC: ClassVar[str] = "measurement.target-revision-requested"

    adaptation_id: UUID
    what: Text

    def apply(self, aggregate: Indicator) -> None:
        aggregate.asked[self.adaptation_id] = self.what


class TargetWithdrawn(Event):
    TOPIC: ClassVar[str] = "measurement.target-withdrawn"

    target: Target

    def apply(self, aggregate: Indicator) -> None:
        del aggregate.targets[self.target.target_id]


class Aimed(Aggregate):
    """What an indicator can be asked about baselines and targets."""

    series_version: int
    baselines: dict[Stretch, Baseline]
    targets: dict[UUID, Target]
    asked: dict[UUID, str]
    """What an adaptation asks to be changed, until a target is revised because of it."""

    @property
    @abstractmethod
    def defined(self) -> Definition:
        """Its definition, if it may be used."""

    def establish_baseline(self, baseline: Baseline) -> None:
        """Say where it stood before."""
        assert self.defined
        if self.baselines.get(stretch(self.series_version, baseline)) == baseline:
            raise BaselineUnchanged
        self.trigger_event(BaselineEstablished, version=self.series_version, baseline=baseline)

    def set_target(
        self,
        aim: Aim,
        *,
        decision_id: UUID,
        no_baseline_yet: bool,
        tolerance: str | None = None,
    ) -> None:
        """Say where it should be by the end of a period."""
        assert self.defined
        version = self.series_version
        if not no_baseline_yet and stretch(version, aim) not in self.baselines:
            raise BaselineMissing(version=version)
        self._refuse_second(version, aim)
        terms = {"version": version, "decision_id": decision_id, "tolerance": tolerance}
        target = Target(**dict(aim), target_id=uuid7(), **terms)
        self.trigger_event(TargetSet, target=target, no_baseline_yet=no_baseline_yet)

    def request_revision(self, adaptation_id: UUID, what: str) -> None:
        """Ask for other targets, because of what was learnt."""
        assert self.defined
        if adaptation_id in self.asked:
            raise RevisionRequested(adaptation=adaptation_id)
        self.trigger_event(TargetRevisionRequested, adaptation_id=adaptation_id, what=what)

    def revise_target(
        self,
        target_id: UUID,
        value: str,
        *,
        decision_id: UUID,
        adaptation_id: UUID | None = None,
        tolerance: str | None = None,
    ) -> None:
        """Decide on another value or tolerance, because of an adaptation if one is named."""
        target = self._present(target_id)
        tolerance = target.tolerance if tolerance is None else tolerance
        if same(target.value, value) and same(target.tolerance, tolerance):
            raise TargetUnchanged(value=target.value)
        said = {"value": value, "decision_id": decision_id, "tolerance": tolerance}
        now = target.model_copy(update=said)
        self.trigger_event(TargetRevised, was=target.value, target=now, adaptation_id=adaptation_id)

    def carry_over_target(self, target_id: UUID) -> None:
        """Let a target of an ended series hold for the one that took its place."""
        target = self._standing(target_id)
        if target.version == self.series_version:
            raise NothingToCarryOver
        self._refuse_second(self.series_version, target)
        now = target.model_copy(update={"target_id": uuid7(), "version": self.series_version})
        missing = stretch(self.series_version, now) not in self.baselines
        self.trigger_event(
            TargetSet, target=now, no_baseline_yet=missing, carried_over_from=target_id
        )

    def withdraw_target(self, target_id: UUID) -> None:
        """Let it go."""
        self.trigger_event(TargetWithdrawn, target=self._standing(target_id))

    def _standing(self, target_id: UUID) -> Target:
        target = self.targets.get(target_id)
        if target is None:
            raise NoSuchTarget(target_id=target_id)
        return target

    def _present(self, target_id: UUID) -> Target:
        assert self.defined
        target = self._standing(target_id)
        if target.version != self.series_version:
            raise TargetOfAnEndedSeries(version=target.version)
        return target

    def _refuse_second(self, version: int, aim: Aim) -> None:
        wanted = _cell(version, aim)
        for target in self.targets.values():
            if _cell(target.version, target) == wanted:
                raise TargetStands(target_id=target.target_id)


def stretch(version: int, aim: Aim) -> Stretch:
    place = aim.place.identity if aim.place else None
    return version, place, tuple(sorted(aim.dimensions.items()))


def _cell(version: int, aim: Aim) -> tuple[date | None, date | None, Stretch]:
    return aim.start, aim.end, stretch(version, aim)
