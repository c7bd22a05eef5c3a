"""What is asked of the governance charter."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Day, uuid7
from infra.kernel.provenance import Code, Reference
from services.agenda.application.desk import require_reason, said
from services.agenda.application.rolls import Rolls
from services.agenda.domain import GovernanceCharter
from services.agenda.domain.charter import Provisions
from services.agenda.domain.chartering import Founders
from services.agenda.domain.deciding import DecisionMade


class DraftCharter(Command):
    provisions: Provisions


class AdoptCharter(Command):
    founding_group: Founders = Field(description="Who adopts it, by name of reference and sector.")
    founding_until: Day = Field(description="Till when the founding group decides as if partners.")


class AmendCharter(Command):
    decision_id: UUID = Field(description="A decision of class charter under the one in force.")


class AssignSeat(Command):
    kind: Code = Field(description="A code of /v1/code-lists/seat-kinds.")
    holder: Reference
    organisation: UUID


class VacateSeat(Command):
    pass


class DelegateAuthority(Command):
    decision_class: Code
    organisation: UUID
    until: Day | None = None
    decision_id: UUID = Field(description="A decision of class charter under the one in force.")


class RevokeDelegation(Command):
    pass


class Charters(Rolls):
    async def draft_charter(
        self, initiative_id: UUID, *, command: DraftCharter, by: Act
    ) -> Receipt:
        """Write what the charter is to say: exactly one rule for each class of decisions."""
        charter = await self.rooted(GovernanceCharter, initiative_id)
        charter.write(provisions=command.provisions)
        return await self.repository.save(by, charter)

    async def adopt_charter(
        self, initiative_id: UUID, *, command: AdoptCharter, by: Act
    ) -> Receipt:
        """Bring the first charter into force, by a founding group that meets its own rule."""
        charter = await self.rooted(GovernanceCharter, initiative_id)
        charter.adopt(**said(command))
        return await self.repository.save(by, charter)

    async def amend_charter(
        self, initiative_id: UUID, *, command: AmendCharter, by: Act
    ) -> Receipt:
        """Bring the latest draft into force by a decision taken under the charter in force."""
        charter = await self.rooted(GovernanceCharter, initiative_id)
        made = await self._made(command.decision_id, initiative_id)
        charter.amend(
            decision_id=command.decision_id,
            taken_under=made.charter_version,
            approved=made.draft,
        )
        return await self.repository.save(by, charter)

    async def assign_seat(self, initiative_id: UUID, *, command: AssignSeat, by: Act) -> Receipt:
        """Give a person of an organisation on the roll one of the charter's seats."""
        charter = await self.rooted(GovernanceCharter, initiative_id)
        charter.in_force()
        roll = await self.roll(initiative_id, self.when(by).date())
        roll.sector(command.organisation)
        charter.assign_seat(seat_id=uuid7(), **said(command))
        return await self.repository.save(by, charter)

    async def vacate_seat(
        self, initiative_id: UUID, seat_id: UUID, *, command: VacateSeat, by: Act
    ) -> Receipt:
        """Free a seat. Needs a reason."""
        require_reason(command)
        charter = await self.rooted(GovernanceCharter, initiative_id)
        charter.vacate_seat(seat_id=seat_id)
        return await self.repository.save(by, charter)

    async def delegate_authority(
        self, initiative_id: UUID, *, command: DelegateAuthority, by: Act
    ) -> Receipt:
        """Leave a class of decisions to one organisation, by a decision of class charter."""
        charter = await self.rooted(GovernanceCharter, initiative_id)
        charter.in_force()
        made = await self._made(command.decision_id, initiative_id)
        charter.delegate_authority(
            delegation_id=uuid7(), taken_under=made.charter_version, **said(command)
        )
        return await self.repository.save(by, charter)

    async def revoke_delegation(
        self, initiative_id: UUID, delegation_id: UUID, *, command: RevokeDelegation, by: Act
    ) -> Receipt:
        """Take a delegated authority back. Needs a reason."""
        require_reason(command)
        charter = await self.rooted(GovernanceCharter, initiative_id)
        charter.revoke_delegation(delegation_id=delegation_id)
        return await self.repository.save(by, charter)

    async def _made(self, decision_id: UUID, initiative_id: UUID) -> DecisionMade:
        decision = await self.decision(decision_id, initiative_id)
        return decision.require_decided("charter")
