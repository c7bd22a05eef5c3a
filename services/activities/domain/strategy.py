"""A strategy is a way to move outcomes: by a program, or by changing the system."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from eventsourcing.domain import event
from pydantic import Field

from infra.kernel import Aggregate, Claim, Created, Event, RuleForbids, StateForbids, Text, Title

Kind = Literal["program", "system"]
Leverage = Annotated[int, Field(ge=1, le=5)]
"""How much of the system would move with it: 1 little, 5 much."""


class StrategyWithoutOutcome(RuleForbids):
    """A strategy is a way to move outcomes: name at least one live outcome in `outcomes`."""


class StrategyAlreadySelected(StateForbids):
    """The strategy {id} is selected already; reframe it where it has to change."""


class NoOutcomeLeft(StateForbids):
    """Every outcome that the strategy {id} serves is retired; reframe it towards one that lives
    first."""


class StrategyIsRetired(StateForbids):
    """The strategy {id} is retired; propose a new one."""


STRATEGY = "strategy"
"""The kind of claim by which the strategies of an initiative are found."""


class OutcomeMissedAlready(StateForbids):
    """It is known already that the outcome {outcome_id} of the strategy {id} is retired."""


class OutcomeNotServed(StateForbids):
    """The strategy {id} does not serve the outcome {outcome_id}."""


class StrategyProposed(Created):
    TOPIC: ClassVar[str] = "activities.strategy-proposed"

    initiative_id: UUID
    title: Title
    kind: Kind
    outcomes: tuple[UUID, ...]
    hypothesis_id: UUID | None
    description: Text | None

    def claims(self) -> tuple[Claim]:
        return (Claim(STRATEGY, f"{strategies_of(self.initiative_id)}{self.originator_id}"),)


class StrategySelected(Event):
    TOPIC: ClassVar[str] = "activities.strategy-selected"

    decision_id: UUID
    leverage: Leverage

    def apply(self, aggregate: Strategy) -> None:
        aggregate.state = "selected"
        aggregate.decision_id = self.decision_id
        aggregate.leverage = self.leverage


class StrategyReframed(Event):
    TOPIC: ClassVar[str] = "activities.strategy-reframed"

    title: Title
    outcomes: tuple[UUID, ...]
    hypothesis_id: UUID | None
    description: Text | None

    def apply(self, aggregate: Strategy) -> None:
        aggregate.title = self.title
        aggregate.outcomes = self.outcomes
        aggregate.hypothesis_id = self.hypothesis_id
        aggregate.description = self.description
        aggregate.orphaned_of &= set(self.outcomes)


class StrategyOrphaned(Event):
    """An outcome that it serves was retired: people decide what becomes of it."""

    TOPIC: ClassVar[str] = "activities.strategy-orphaned"

    outcome_id: UUID

    def apply(self, aggregate: Strategy) -> None:
        aggregate.orphaned_of.add(self.outcome_id)


class StrategyRetired(Event):
    TOPIC: ClassVar[str] = "activities.strategy-retired"

    def apply(self, aggregate: Strategy) -> None:
        aggregate.state = "retired"


class Strategy(Aggregate):
    TOPIC = "activities.strategy"

    @event(StrategyProposed)
    def __init__(
        self,
        initiative_id: UUID,
        title: str,
        kind: Kind,
        outcomes: tuple[UUID, ...],
        hypothesis_id: UUID | None,
        description: str | None,
    ) -> None:
        self.initiative_id = initiative_id
        self.title = title
        self.of_kind = kind
        self.outcomes = outcomes
        self.hypothesis_id = hypothesis_id
        self.description = description
        self.state: Literal["proposed", "selected", "retired"] = "proposed"
        self.decision_id: UUID | None = None
        self.leverage: int | None = None
        self.orphaned_of: set[UUID] = set()

    @classmethod
    def propose(
        cls,
        *,
        initiative_id: UUID,
        title: str,
        kind: Kind,
        outcomes: tuple[UUID, ...],
        hypothesis_id: UUID | None = None,
        description: str | None = None,
    ) -> Strategy:
        return cls(
            initiative_id=initiative_id,
            title=title,
            kind=kind,
            outcomes=_named(outcomes),
            hypothesis_id=hypothesis_id,
            description=description,
        )

    def select(self, *, decision_id: UUID, leverage: int, live: Collection[UUID]) -> None:
        """`live`: the initiative's outcomes that are not retired, as last heard."""
        self._live()
        if self.state == "selected":
            raise StrategyAlreadySelected(id=self.id)
        if not set(self.outcomes) & set(live):
            raise NoOutcomeLeft(id=self.id)
        self.trigger_event(StrategySelected, decision_id=decision_id, leverage=leverage)

    def reframe(
        self,
        *,
        title: str,
        outcomes: tuple[UUID, ...],
        hypothesis_id: UUID | None = None,
        description: str | None = None,
    ) -> None:
        self._live()
        self.trigger_event(
            StrategyReframed,
            title=title,
            outcomes=_named(outcomes),
            hypothesis_id=hypothesis_id,
            description=description,
        )

    def orphan(self, outcome_id: UUID) -> None:
        """An outcome was retired."""
        self._live()
        if outcome_id not in self.outcomes:
            raise OutcomeNotServed(id=self.id, outcome_id=outcome_id)
        if outcome_id in self.orphaned_of:
            raise OutcomeMissedAlready(id=self.id, outcome_id=outcome_id)
        self.trigger_event(StrategyOrphaned, outcome_id=outcome_id)

    def retire(self) -> None:
        self._live()
        self.trigger_event(StrategyRetired)

    def _live(self) -> None:
        if self.state == "retired":
            raise StrategyIsRetired(id=self.id)


def strategies_of(initiative_id: UUID) -> str:
    """How the keys of all strategies of one initiative begin."""
    return f"{initiative_id}/"


def _named(outcomes: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """Each outcome once, and at least one."""
    if not outcomes:
        raise StrategyWithoutOutcome
    return tuple(dict.fromkeys(outcomes))
