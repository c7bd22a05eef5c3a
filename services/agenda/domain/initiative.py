"""An initiative: a Collective Impact effort for a cohort in a place."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event
from pydantic import Field

from infra.kernel import Aggregate, Created, Event, RuleForbids, StateForbids, Text, Title
from infra.kernel.provenance import Code, Reference
from services.agenda.domain.judgement import Asides, Criteria, refuse_incomplete, refuse_unmet
from services.agenda.domain.phases import Location, refuse_misplaced
from services.agenda.domain.values import Cohort, Place

Status = Literal["live", "paused", "closed"]


class InitiativeIsClosed(StateForbids):
    """The initiative is closed, so nothing more is done in it; register a new one to go on."""


class InitiativeIsPaused(StateForbids):
    """The initiative is paused, so nothing new is begun in it; resume it first."""


class NotPaused(StateForbids):
    """The initiative is {status}, so there is nothing to resume."""


class SamePlaceTwice(RuleForbids):
    """{place} is named more than once; name each place once."""


Places = Annotated[tuple[Place, ...], Field(min_length=1, max_length=50)]


class InitiativeRegistered(Created):
    TOPIC: ClassVar[str] = "agenda.initiative-registered"

    name: Title
    places: Places
    origin: Text | None = None


class CohortDefined(Event):
    TOPIC: ClassVar[str] = "agenda.cohort-defined"

    cohort: Cohort

    def apply(self, aggregate: Any) -> None:
        aggregate.cohort = self.cohort


class PlaceScopeChanged(Event):
    TOPIC: ClassVar[str] = "agenda.place-scope-changed"

    places: Places

    def apply(self, aggregate: Any) -> None:
        aggregate.places = self.places


class PhaseLocated(Event):
    TOPIC: ClassVar[str] = "agenda.phase-located"

    framework: Code
    framework_version: int
    element: Code
    phase: Code
    basis: Text
    assessed_by: Reference

    def apply(self, aggregate: Any) -> None:
        aggregate.phases[self.framework, self.element] = self


class InitiativePaused(Event):
    TOPIC: ClassVar[str] = "agenda.initiative-paused"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "paused"


class InitiativeResumed(Event):
    TOPIC: ClassVar[str] = "agenda.initiative-resumed"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "live"


class InitiativeClosed(Event):
    TOPIC: ClassVar[str] = "agenda.initiative-closed"

    def apply(self, aggregate: Any) -> None:
        aggregate.status = "closed"


class Judged(Event):
    """What both judgements of appropriateness say."""

    criteria: Criteria
    stood_aside: Asides = ()
    assessment_id: UUID | None = None
    overridden_by: UUID | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.judgement = self


class ApproachJudgedAppropriate(Judged):
    TOPIC: ClassVar[str] = "agenda.approach-judged-appropriate"


class ApproachJudgedInappropriate(Judged):
    TOPIC: ClassVar[str] = "agenda.approach-judged-inappropriate"


class Initiative(Aggregate):
    TOPIC = "agenda.initiative"

    @event(InitiativeRegistered)
    def __init__(self, name: Title, places: Places, origin: Text | None = None) -> None:
        self.initiative_id = self.id
        self.name = name
        self.places = places
        self.origin = origin
        self.cohort: Cohort | None = None
        self.status: Status = "live"
        self.phases: dict[tuple[str, str], PhaseLocated] = {}
        self.judgement: Judged | None = None

    @classmethod
    def register(cls, *, name: Title, places: Places, origin: Text | None = None) -> Initiative:
        refuse_doubled(places)
        return cls(name=name, places=places, origin=origin)

    def require_open(self) -> None:
        """Every command in the initiative asks this first."""
        if self.status == "closed":
            raise InitiativeIsClosed

    def require_running(self) -> None:
        """What begins something new asks this first."""
        self.require_open()
        if self.status == "paused":
            raise InitiativeIsPaused

    def define_cohort(self, *, cohort: Cohort) -> None:
        self.require_open()
        self.trigger_event(CohortDefined, cohort=cohort)

    def change_place(self, *, places: Places) -> None:
        self.require_open()
        refuse_doubled(places)
        self.trigger_event(PlaceScopeChanged, places=places)

    def locate(
        self,
        *,
        framework: Code,
        framework_version: int,
        locations: tuple[Location, ...],
        assessed_by: Reference,
    ) -> None:
        """Each element for itself, forwards or backwards."""
        self.require_open()
        refuse_misplaced(framework, framework_version, locations)
        for location in locations:
            self.trigger_event(
                PhaseLocated,
                framework=framework,
                framework_version=framework_version,
                element=location.element,
                phase=location.phase,
                basis=location.basis,
                assessed_by=assessed_by,
            )

    def pause(self) -> None:
        self.require_running()
        self.trigger_event(InitiativePaused)

    def resume(self) -> None:
        self.require_open()
        if self.status != "paused":
            raise NotPaused(status=self.status)
        self.trigger_event(InitiativeResumed)

    def close(self) -> None:
        self.require_open()
        self.trigger_event(InitiativeClosed)

    def judge(
        self,
        *,
        appropriate: bool,
        criteria: Criteria,
        stood_aside: Asides = (),
        assessment_id: UUID | None = None,
        overridden_by: UUID | None = None,
    ) -> None:
        """Inappropriate is a good result too: it closes the initiative, but for a decision."""
        self.require_open()
        refuse_incomplete(criteria)
        if appropriate and overridden_by is None:
            refuse_unmet(criteria)
        self.trigger_event(
            ApproachJudgedAppropriate if appropriate else ApproachJudgedInappropriate,
            criteria=criteria,
            stood_aside=stood_aside,
            assessment_id=assessment_id,
            overridden_by=overridden_by,
        )
        if not appropriate and overridden_by is None:
            self.trigger_event(InitiativeClosed)


def refuse_doubled(places: Places) -> None:
    seen: set[tuple[str, str, str]] = set()
    for place in places:
        key = (place.scheme, place.edition, place.code)
        if key in seen:
            raise SamePlaceTwice(place=" ".join(key))
        seen.add(key)
