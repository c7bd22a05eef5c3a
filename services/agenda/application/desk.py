"""What every use case stands on: the repository, the clock, and the questions that all ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from infra.eventstore import Repository
from infra.kernel import Act, Clock, Command, NotFound, RuleForbids
from infra.messaging.references import References
from services.agenda.domain import Initiative, Proposal, Rooted, code_list

R = TypeVar("R", bound=Rooted)


class OfAnotherInitiative(RuleForbids):
    """The {kind} {id} belongs to another initiative; name one of initiative {initiative}."""


def said(command: Command) -> dict[str, Any]:
    """The command's own fields, without those that every command has."""
    return {name: value for name, value in command if name not in Command.model_fields}


def require_reason(command: Command) -> None:
    """For what takes a reason: refuse it without one, or with a code that the list has not."""
    command.require_reason()
    if command.reason is not None:
        code_list("reason-codes").require(command.reason.code)


@dataclass(frozen=True)
class Desk:
    repository: Repository
    clock: Clock
    references: References

    def when(self, by: Act) -> datetime:
        """When the act was so: as its caller says, or now."""
        return by.time or self.clock.now()

    async def initiative(self, initiative_id: UUID) -> Initiative:
        """The initiative, if anything may still be done in it."""
        initiative = await self.repository.get(Initiative, initiative_id)
        initiative.require_open()
        return initiative

    async def running(self, initiative_id: UUID) -> Initiative:
        """The initiative, if something new may be begun in it."""
        initiative = await self.initiative(initiative_id)
        initiative.require_running()
        return initiative

    async def rooted(self, kind: type[R], initiative_id: UUID) -> R:
        """The initiative's one of this kind, begun or not, if anything may still be done."""
        await self.initiative(initiative_id)
        return await self.peek(kind, initiative_id)

    async def peek(self, kind: type[R], initiative_id: UUID) -> R:
        """The initiative's one of this kind, begun or not."""
        found = await self.repository.find(kind, kind.id_of(initiative_id))
        return found or kind.of(initiative_id)

    async def decision(self, id: UUID, initiative_id: UUID) -> Proposal:
        """A proposal of this initiative, to be asked whether it is the decision needed."""
        proposal = await self.repository.find(Proposal, id)
        if proposal is None:
            raise NotFound(kind="decision", id=id)
        if proposal.initiative_id != initiative_id:
            raise OfAnotherInitiative(kind="decision", id=id, initiative=initiative_id)
        return proposal
