"""The measurement framework: which indicators show which outcome, and where none does yet."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple
from uuid import UUID, uuid5

from eventsourcing.domain import event

from infra.kernel import StateForbids, Title
from services.measurement.domain.calendars import Dated, PeriodCalendar
from services.measurement.domain.definition import Level
from services.measurement.domain.framework_facts import (
    Covered,
    Gap,
    IndicatorLinkedToOutcome,
    IndicatorUnlinked,
    IndicatorUnlinkingProposed,
    Link,
    MeasurementFrameworkAdopted,
    MeasurementFrameworkOpened,
    MeasurementFrameworkRevised,
    MeasurementGapFlagged,
)
from services.measurement.domain.rules.stated import StatedRule
from services.measurement.domain.ruling import Ruled

UNMEASURED = Gap(gap="No indicator shows it yet.")
"""What is flagged of an outcome that has just come into the agenda."""


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


class NothingUnmeasured(StateForbids):
    """Each outcome of the agenda has an indicator, or its gap is flagged already."""


class NothingToUnlink(StateForbids):
    """No indicator is linked to outcome {outcome}, or its unlinking is proposed already."""


class Present(NamedTuple):
    """What the framework is held against: the outcomes that are not retired, the linked indicators
    that are deprecated, and those that are of population level now."""

    outcomes: Collection[UUID]
    deprecated: Collection[UUID]
    population: Collection[UUID]


class MeasurementFramework(Ruled, Dated):
    TOPIC = "measurement.measurement-framework"

    @event(MeasurementFrameworkOpened)
    def __init__(self, initiative_id: UUID, title: Title) -> None:
        self.initiative_id = initiative_id
        self.title = title
        self.links: dict[UUID, dict[UUID, Link]] = {}
        self.gaps: dict[UUID, Gap] = {}
        self.retired: set[UUID] = set()
        self.rules: dict[str, StatedRule] = {}
        self.calendars: dict[str, PeriodCalendar] = {}
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

    def find_unmeasured(self, outcomes: Collection[UUID]) -> None:
        """Flag each of these of which nobody has said yet what shows it, or that nothing does."""
        bare = [id for id in outcomes if not self.links.get(id) and id not in self.gaps]
        if not bare:
            raise NothingUnmeasured
        for id in bare:
            self.flag_gap(outcome_id=id, gap=UNMEASURED)

    def propose_unlinking(self, outcome_id: UUID) -> None:
        """An outcome was retired: ask people to take its links back."""
        linked = self.links.get(outcome_id)
        if not linked or outcome_id in self.retired:
            raise NothingToUnlink(outcome=outcome_id)
        self.trigger_event(
            IndicatorUnlinkingProposed, outcome_id=outcome_id, indicators=tuple(sorted(linked))
        )

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
