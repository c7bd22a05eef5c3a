"""For whom people may act: agenda keeps the delegations, and so answers from its own log."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from infra.eventstore import Repository
from infra.messaging.delegations import Delegation
from services.agenda.domain import Partnership
from services.agenda.domain.partner import delegations_between


class OwnDelegations:
    """By the claims of those in force: one question for them, one for each partnership."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository

    async def between(self, party: UUID, organisation: UUID) -> Iterable[Delegation]:
        held = await self._repository.store.held(delegations_between(party, organisation))
        found = []
        for id, partnership_id in held.items():
            partnership = await self._repository.get(Partnership, partnership_id)
            made = partnership.delegations.get(UUID(id))
            if made is not None:
                found.append(Delegation(made.delegation_id, partnership.initiative_id, made.until))
        return found
