"""The measurement framework: which indicators show which outcome, and where none does yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Annotated, ClassVar, NamedTuple
from uuid import UUID, uuid5

from eventsourcing.domain import event
from pydantic import Field

from infra.kernel import Aggregate, Created, Day, Event, StateForbids, Text, Title
from services.measurement.domain.definition import Level
from services.measurement.domain.values import Value, absent


class FrameworkOpenedAlready(StateForbids):
    """This initiative has a measurement framework; link indicators in it, or revise it."""


class LinkedAlready(StateForbids):
    """Indicator {indicator} is linked to outcome {outcome} already."""


class NotLinked(StateForbids):
    """Indicator {indicator} is not linked to outcome {outcome}; there is nothing to unlink."""


class NoOutcome(StateForbids):
    """No outcome of this initiative is known here; define one in the common agenda first."""


class OutcomesUnmeasured(StateForbids):
    """Each outcome needs a population indicator, or a gap that is flagged with a plan; these have
    neither: {outcomes}."""


class FrameworkAdoptedAlready(StateForbids):
    """Version {version} of the framework is adopted; change it and revise it."""


class FrameworkNotAdopted(StateForbids):
    """The framework is not adopted yet; adopt it before you revise it."""


class FrameworkUnchanged(StateForbids):
    """Version {version} of the framework says that already; change something, then revise it."""


class Link(Value):
    """An indicator that shows something of an outcome, at the level that it had when linked."""

    indicator_id: UUID
    level: Level


class Gap(Value):
    """What cannot be shown of an outcome yet, and what will be done about it."""

    gap: Text
    plan: Text | None = Field(None, exclude_if=absent)
    by: Day | None = Field(None, exclude_if=absent)


class Covered(Value):
    """How one outcome stood when a version was adopted."""

    outcome_id: UUID
    indicators: tuple[UUID, ...]
    gap: Gap | None = Field(None, exclude_if=absent)

    def carried(self, population: Collection[UUID]) -> bool:
        """Whether a population indicator shows it, or a plan says how one will."""
        shown = any(id in population for id in self.indicators)
        return shown or (self.gap is not None and self.gap.plan is not None)


class Present(NamedTuple):
    """What the framework is held against: the outcomes that are not retired, the linked indicators
    that are deprecated, and those that are of population level now."""

    outcomes: Collection[UUID]
    deprecated: Collection[UUID]
    population: Collection[UUID]


class MeasurementFrameworkOpened(Created):
    TOPIC: ClassVar[str] = "measurement.measurement-framework-opened"

    initiative_id: UUID
    title: Title


class IndicatorLinkedToOutcome(Event):
    TOPIC: ClassVar[str] = "measurement.indicator-linked-to-outcome"

    outcome_id: UUID
    indicator_id: UUID
    level: Level

    def apply(self, aggregate: MeasurementFramework) -> None:
        link = Link(indicator_id=self.indicator_id, level=self.level)
        aggregate.links.setdefault(self.outcome_id, {})[self.indicator_id] = link


class IndicatorUnlinked(Event):
    """Why stands in the provenance."""

    TOPIC: ClassVar[str] = "measurement.indicator-unlinked"

    outcome_id: UUID
    indicator_id: UUID

    def apply(self, aggregate: MeasurementFramework) -> None:
        del aggregate.links[self.outcome_id][self.indicator_id]


class MeasurementGapFlagged(Event):
    """The latest one of an outcome holds; without a plan it does not carry an adoption."""

    TOPIC: ClassVar[str] = "measurement.measurement-gap-flagged"

    outcome_id: UUID
    gap: Gap

    def apply(self, aggregate: MeasurementFramework) -> None:
        aggregate.gaps[self.outcome_id] = self.gap


class FrameworkVersion(Event):
    """A version whole: what of each live outcome can be shown."""

    framework_version: int
    outcomes: Annotated[tuple[Covered, ...], Field(max_length=200)]
    decision_id: UUID | None = Field(None, exclude_if=absent)

    def apply(self, aggregate: MeasurementFramework) -> None:
        aggregate.framework_version = self.framework_version
        aggregate.adopted = self.outcomes


class MeasurementFrameworkAdopted(FrameworkVersion):
    TOPIC: ClassVar[str] = "measurement.measurement-framework-adopted"


class MeasurementFrameworkRevised(FrameworkVersion):
    TOPIC: ClassVar[str] = "measurement.measurement-framework-revised"


class MeasurementFramework(Aggregate):
    TOPIC = "measurement.measurement-framework"

    @event(MeasurementFrameworkOpened)
    def __init__(self, initiative_id: UUID, title: Title) -> None:
        self.initiative_id = initiative_id
        self.title = title
        self.links: dict[UUID, dict[UUID, Link]] = {}
        self.gaps: dict[UUID, Gap] = {}
        self.framework_version = 0
        self.adopted: tuple[Covered, ...] = ()

    @staticmethod
    def create_id(initiative_id: UUID, title: str = "") -> UUID:
        """One per initiative: whoever opens it again finds the stream begun."""
        return uuid5(initiative_id, "measurement-framework")

    @property
    def linked(self) -> frozenset[UUID]:
        """Every indicator that shows some outcome."""
        return frozenset(id for links in self.links.values() for id in links)

    def link(self, *, outcome_id: UUID, indicator_id: UUID, level: Level) -> None:
        """Say that an indicator shows something of an outcome."""
        if indicator_id in self.links.get(outcome_id, {}):
            raise LinkedAlready(indicator=indicator_id, outcome=outcome_id)
        self.trigger_event(
            IndicatorLinkedToOutcome,
            outcome_id=outcome_id,
            indicator_id=indicator_id,
            level=level,
        )

    def unlink(self, *, outcome_id: UUID, indicator_id: UUID) -> None:
        """Take that back; also of an outcome that was retired."""
        if indicator_id not in self.links.get(outcome_id, {}):
            raise NotLinked(indicator=indicator_id, outcome=outcome_id)
        self.trigger_event(IndicatorUnlinked, outcome_id=outcome_id, indicator_id=indicator_id)

    def flag_gap(self, *, outcome_id: UUID, gap: Gap) -> None:
        """Say what cannot be shown of an outcome yet."""
        self.trigger_event(MeasurementGapFlagged, outcome_id=outcome_id, gap=gap)

    def adopt(self, present: Present, *, decision_id: UUID | None) -> None:
        """Agree to measure by it."""
        if self.framework_version:
            raise FrameworkAdoptedAlready(version=self.framework_version)
        self.trigger_event(
            MeasurementFrameworkAdopted,
            framework_version=1,
            outcomes=self._covering(present),
            decision_id=decision_id,
        )

    def revise(self, present: Present, *, decision_id: UUID | None) -> None:
        """Agree to the next version: what stands now."""
        if not self.framework_version:
            raise FrameworkNotAdopted
        outcomes = self._covering(present)
        if outcomes == self.adopted:
            raise FrameworkUnchanged(version=self.framework_version)
        self.trigger_event(
            MeasurementFrameworkRevised,
            framework_version=self.framework_version + 1,
            outcomes=outcomes,
            decision_id=decision_id,
        )

    def _covering(self, present: Present) -> tuple[Covered, ...]:
        if not present.outcomes:
            raise NoOutcome
        covered = tuple(
            Covered(
                outcome_id=id,
                indicators=tuple(sorted(self.links.get(id, {}).keys() - set(present.deprecated))),
                gap=self.gaps.get(id),
            )
            for id in sorted(present.outcomes)
        )
        bare = [str(one.outcome_id) for one in covered if not one.carried(present.population)]
        if bare:
            raise OutcomesUnmeasured(outcomes=", ".join(bare))
        return covered


def by_outcome(framework: MeasurementFramework) -> Iterable[tuple[UUID, list[Link], Gap | None]]:
    """Each outcome of which something was said, in order."""
    for id in sorted({*framework.links, *framework.gaps}):
        yield id, list(framework.links.get(id, {}).values()), framework.gaps.get(id)
