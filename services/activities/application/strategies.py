"""Use cases of strategies."""

from __future__ import annotations

from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act
from services.activities.application.commands import (
    ProposeStrategy,
    ReframeStrategy,
    RetireStrategy,
    SelectStrategy,
)
from services.activities.application.use_cases import UseCases
from services.activities.domain import Strategy


class Strategies(UseCases):
    async def propose_strategy(
        self, initiative_id: UUID, *, command: ProposeStrategy, by: Act
    ) -> Receipt:
        """A way to move outcomes, put up for selection."""
        await self._live(initiative_id)
        await self._serves(initiative_id, command)
        strategy = Strategy.propose(
            initiative_id=initiative_id,
            title=command.title,
            kind=command.kind,
            outcomes=command.outcomes,
            hypothesis_id=command.hypothesis_id,
            description=command.description,
        )
        return await self.repository.save(by, strategy)

    async def select_strategy(
        self, strategy_id: UUID, *, command: SelectStrategy, by: Act
    ) -> Receipt:
        """The partners decided to follow it."""
        strategy = await self.repository.get(Strategy, strategy_id)
        await self._require("decision", strategy.initiative_id, command.decision_id)
        strategy.select(
            decision_id=command.decision_id,
            leverage=command.leverage,
            live=await self.references.standing("outcome", strategy.initiative_id),
        )
        return await self.repository.save(by, strategy)

    async def reframe_strategy(
        self, strategy_id: UUID, *, command: ReframeStrategy, by: Act
    ) -> Receipt:
        """The same way in better words, or towards other outcomes."""
        strategy = await self.repository.get(Strategy, strategy_id)
        await self._serves(strategy.initiative_id, command)
        strategy.reframe(
            title=command.title,
            outcomes=command.outcomes,
            hypothesis_id=command.hypothesis_id,
            description=command.description,
        )
        return await self.repository.save(by, strategy)

    async def retire_strategy(
        self, strategy_id: UUID, *, command: RetireStrategy, by: Act
    ) -> Receipt:
        """It is followed no longer."""
        command.require_reason()
        strategy = await self.repository.get(Strategy, strategy_id)
        strategy.retire()
        return await self.repository.save(by, strategy)

    async def _serves(
        self, initiative_id: UUID, command: ProposeStrategy | ReframeStrategy
    ) -> None:
        """Pass if the outcomes are live, and the hypothesis that it tests was stated."""
        await self._require("outcome", initiative_id, *command.outcomes)
        await self._require("hypothesis", initiative_id, command.hypothesis_id)
