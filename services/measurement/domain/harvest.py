"""An outcome harvest: a change in the system that somebody noticed, and who confirms it."""

from __future__ import annotations

from typing import ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event
from pydantic import Field

from infra.kernel import Aggregate, Created, Event, RuleForbids, StateForbids, Text, Title
from services.measurement.domain.values import Place, Stated, absent

Direction = Literal["positive", "negative"]
Significance = Literal["small", "moderate", "large"]


class SignificanceUnchanged(StateForbids):
    """The significance is rated like that already, for that reason."""


class HarvestIncomplete(StateForbids):
    """Whoever confirms a change has to know what it means and how it came about; this one lacks
    {lacks}."""


class SubstantiatorNotIndependent(RuleForbids):
    """Organisation {organisation} described this change itself; an independent one has to
    substantiate or dispute it."""


class SaidSoAlready(StateForbids):
    """Organisation {organisation} has {verdict} this change already."""


class SystemChangeNoticed(Created):
    """Who changed what, when and where. Unintended and negative changes count as well."""

    TOPIC: ClassVar[str] = "measurement.system-change-noticed"

    initiative_id: UUID
    who: Title
    what: Text
    when: Stated
    place: Place
    direction: Direction
    intended: bool
    described_by: UUID
    outcome_id: UUID | None = Field(None, exclude_if=absent)


class SignificanceRated(Event):
    TOPIC: ClassVar[str] = "measurement.significance-rated"

    significance: Significance
    because: Text

    def apply(self, aggregate: OutcomeHarvest) -> None:
        aggregate.significance = self.significance, self.because


class ContributionDescribed(Event):
    """How the partners contributed, never that they alone caused it. What was said of an earlier
    description no longer holds."""

    TOPIC: ClassVar[str] = "measurement.contribution-described"

    how: Text
    described_by: UUID

    def apply(self, aggregate: OutcomeHarvest) -> None:
        aggregate.contribution = self.how
        aggregate.describers.add(self.described_by)
        aggregate.verdicts = {}


class OutcomeSubstantiated(Event):
    TOPIC: ClassVar[str] = "measurement.outcome-substantiated"

    organisation: UUID
    because: Text

    def apply(self, aggregate: OutcomeHarvest) -> None:
        aggregate.verdicts[self.organisation] = "substantiated"


class OutcomeDisputed(Event):
    TOPIC: ClassVar[str] = "measurement.outcome-disputed"

    organisation: UUID
    because: Text

    def apply(self, aggregate: OutcomeHarvest) -> None:
        aggregate.verdicts[self.organisation] = "disputed"


class OutcomeHarvest(Aggregate):
    TOPIC = "measurement.outcome-harvest"

    @event(SystemChangeNoticed)
    def __init__(
        self,
        initiative_id: UUID,
        who: Title,
        what: Text,
        when: Stated,
        place: Place,
        direction: Direction,
        intended: bool,
        described_by: UUID,
        outcome_id: UUID | None = None,
    ) -> None:
        self.initiative_id = initiative_id
        self.who, self.what, self.when, self.place = who, what, when, place
        self.direction, self.intended = direction, intended
        self.outcome_id = outcome_id
        self.describers = {described_by}
        self.significance: tuple[Significance, str] | None = None
        self.contribution: str | None = None
        self.verdicts: dict[UUID, Literal["substantiated", "disputed"]] = {}

    @property
    def state(self) -> str:
        """Disputed as long as anybody disputes it."""
        verdicts = set(self.verdicts.values())
        if "disputed" in verdicts:
            return "disputed"
        return "substantiated" if verdicts else "described" if self.contribution else "noticed"

    def rate(self, significance: Significance, *, because: str) -> None:
        """Say how much the change matters, and why."""
        if self.significance == (significance, because):
            raise SignificanceUnchanged
        self.trigger_event(SignificanceRated, significance=significance, because=because)

    def describe(self, how: str, *, organisation: UUID) -> None:
        """Say how the partners contributed."""
        self.trigger_event(ContributionDescribed, how=how, described_by=organisation)

    def substantiate(self, *, organisation: UUID, because: str) -> None:
        """An independent organisation confirms the change as it is described."""
        self._refuse_verdict(organisation, "substantiated")
        self.trigger_event(OutcomeSubstantiated, organisation=organisation, because=because)

    def dispute(self, *, organisation: UUID, because: str) -> None:
        """An independent organisation does not confirm the change as it is described."""
        self._refuse_verdict(organisation, "disputed")
        self.trigger_event(OutcomeDisputed, organisation=organisation, because=because)

    def _refuse_verdict(self, organisation: UUID, verdict: str) -> None:
        said = {"a rated significance": self.significance, "a contribution": self.contribution}
        if lacks := [name for name, value in said.items() if value is None]:
            raise HarvestIncomplete(lacks=" and ".join(lacks))
        if organisation in self.describers:
            raise SubstantiatorNotIndependent(organisation=organisation)
        if self.verdicts.get(organisation) == verdict:
            raise SaidSoAlready(organisation=organisation, verdict=verdict)
