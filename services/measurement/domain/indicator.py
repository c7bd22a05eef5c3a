"""An indicator is one thing that all partners agree to measure in the same way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar
from uuid import UUID

from eventsourcing.domain import event
from pydantic import Field

from infra.kernel import Claim, Created, Event, RuleForbids, StateForbids, Title
from infra.kernel.provenance import Code
from services.measurement.domain.aim import Baseline, Target
from services.measurement.domain.aims import Aimed, Stretch
from services.measurement.domain.definition import Check, Definition, Level
from services.measurement.domain.formula import NOBODY, ComputedByFormula, Known, check
from services.measurement.domain.mapped import Mapped
from services.measurement.domain.values import absent

CODE = "indicator-code"
"""Claim: within one initiative a code names one indicator."""


class NotYetDefined(StateForbids):
    """This indicator is proposed only; define it first."""


class AlreadyDefined(StateForbids):
    """This indicator has a definition; change it, and say whether values stay comparable."""


class DefinitionUnchanged(RuleForbids):
    """That is the definition as it stands; a change changes something."""


class UnitChangeIsNoComparison(RuleForbids):
    """With another unit values are not comparable; say comparable: false."""


class DefinitionIncomplete(StateForbids):
    """Adoption needs a complete definition; this one lacks: {lacks}."""


class AlreadyAdopted(StateForbids):
    """This indicator is adopted in this definition already."""


class Deprecated(StateForbids):
    """This indicator was deprecated; nothing more is recorded under it."""


class IndicatorProposed(Created):
    TOPIC: ClassVar[str] = "measurement.indicator-proposed"

    initiative_id: UUID
    code: Code
    name: Title

    def claims(self) -> Iterable[Claim]:
        return (Claim(CODE, f"{self.initiative_id}/{self.code}"),)


class IndicatorDefined(Event):
    """Version 1 of its definition."""

    TOPIC: ClassVar[str] = "measurement.indicator-defined"

    version: int
    definition: Definition

    def apply(self, aggregate: Indicator) -> None:
        aggregate.definition = self.definition
        aggregate.definition_version = aggregate.series_version = self.version


class IndicatorDefinitionChanged(Event):
    """The next version. `series_version` is the version under whose series values are recorded
    from here on: this one where it is not comparable with the one before."""

    TOPIC: ClassVar[str] = "measurement.indicator-definition-changed"

    version: int
    definition: Definition
    comparable: bool
    series_version: int

    def apply(self, aggregate: Indicator) -> None:
        aggregate.definition = self.definition
        aggregate.definition_version = self.version
        aggregate.series_version = self.series_version
        aggregate.adopted = False


class IndicatorDesignAssessed(Event):
    TOPIC: ClassVar[str] = "measurement.indicator-design-assessed"

    version: int
    checklist: Code
    checks: tuple[Check, ...]

    def apply(self, aggregate: Indicator) -> None:
        aggregate.assessed[self.checklist] = self.checks


class IndicatorAdopted(Event):
    TOPIC: ClassVar[str] = "measurement.indicator-adopted"

    version: int
    decision_id: UUID | None = Field(None, exclude_if=absent)

    def apply(self, aggregate: Indicator) -> None:
        aggregate.adopted = True


class IndicatorDeprecated(Event):
    TOPIC: ClassVar[str] = "measurement.indicator-deprecated"

    version: int

    def apply(self, aggregate: Indicator) -> None:
        aggregate.deprecated = True


class Indicator(Aimed, Mapped):
    TOPIC = "measurement.indicator"

    @event(IndicatorProposed)
    def __init__(self, initiative_id: UUID, code: Code, name: Title) -> None:
        self.initiative_id = initiative_id
        self.code = code
        self.name = name
        self.definition: Definition | None = None
        self.definition_version = 0
        self.series_version = 0
        self.adopted = False
        self.deprecated = False
        self.assessed: dict[str, tuple[Check, ...]] = {}
        self.codes: dict[str, str] = {}
        self.apart: set[str] = set()
        self.baselines: dict[Stretch, Baseline] = {}
        self.targets: dict[UUID, Target] = {}
        self.asked: dict[UUID, str] = {}

    @property
    def state(self) -> str:
        if self.deprecated:
            return "deprecated"
        return "adopted" if self.adopted else "defined" if self.definition else "proposed"

    @property
    def level(self) -> Level | None:
        """What it speaks of by its present definition."""
        return self.definition.level if self.definition else None

    @property
    def defined(self) -> Definition:
        """Its definition, if it may be used."""
        if self.deprecated:
            raise Deprecated
        if self.definition is None:
            raise NotYetDefined
        return self.definition

    @property
    def recorded(self) -> Definition:
        """Its definition, if values may be recorded under it."""
        if self.defined.formula is not None:
            raise ComputedByFormula(text=self.defined.formula.text)
        return self.defined

    def define(self, definition: Definition, *, known: Known = NOBODY) -> None:
        """Give it its first definition. `known`: the indicators that a formula rests on."""
        if self.deprecated:
            raise Deprecated
        if self.definition is not None:
            raise AlreadyDefined
        check(self.code, definition, known)
        self.trigger_event(IndicatorDefined, version=1, definition=definition)

    def change_definition(
        self, definition: Definition, *, comparable: bool, known: Known = NOBODY
    ) -> None:
        """Give it the next version; one that is not comparable begins new series."""
        present, version = self.defined, self.definition_version + 1
        if definition == present:
            raise DefinitionUnchanged
        if comparable and definition.unit != present.unit:
            raise UnitChangeIsNoComparison
        check(self.code, definition, known)
        self.trigger_event(
            IndicatorDefinitionChanged,
            version=version,
            definition=definition,
            comparable=comparable,
            series_version=self.series_version if comparable else version,
        )

    def assess_design(self, checklist: str, checks: Sequence[Check]) -> None:
        """Record how its design fares against a checklist."""
        assert self.defined
        self.trigger_event(
            IndicatorDesignAssessed,
            version=self.definition_version,
            checklist=checklist,
            checks=tuple(checks),
        )

    def adopt(self, decision_id: UUID | None = None) -> None:
        """Agree to measure by its present definition."""
        if self.defined and self.adopted:
            raise AlreadyAdopted
        if lacks := self.defined.lacks():
            raise DefinitionIncomplete(lacks="; ".join(lacks))
        self.trigger_event(
            IndicatorAdopted, version=self.definition_version, decision_id=decision_id
        )

    def deprecate(self) -> None:
        """Let nothing more be recorded under it."""
        if self.deprecated:
            raise Deprecated
        self.trigger_event(IndicatorDeprecated, version=self.definition_version)
