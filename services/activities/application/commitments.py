"""Use cases of commitments."""

from __future__ import annotations

from uuid import UUID

from infra.eventstore import Receipt
from infra.kernel import Act
from services.activities.application.commands_of_partners import (
    ConfirmCommitment,
    FulfilCommitment,
    LapseCommitment,
    PledgeCommitment,
    ReleaseCommitment,
    RenegotiateCommitment,
)
from services.activities.application.use_cases import UseCases
from services.activities.domain import Commitment


class Commitments(UseCases):
    async def pledge_commitment(
        self, initiative_id: UUID, *, command: PledgeCommitment, by: Act
    ) -> Receipt:
        """A partner promises money, time, data, space or a policy."""
        await self._live(initiative_id)
        await self._require("partner", initiative_id, command.partner_id)
        if command.activity_id is not None:
            await self._activity(command.activity_id, initiative_id)
        commitment = Commitment.pledge(
            initiative_id=initiative_id,
            partner_id=command.partner_id,
            kind=command.kind,
            promise=command.promise,
            amount=command.amount,
            due=command.due,
            grace_days=command.grace_days,
            activity_id=command.activity_id,
        )
        return await self.repository.save(by, commitment)

    async def confirm_commitment(
        self, commitment_id: UUID, *, command: ConfirmCommitment, by: Act
    ) -> Receipt:
        """The pledging partner, and nobody else, stands by it."""
        commitment = await self.repository.get(Commitment, commitment_id)
        commitment.confirm(partner_id=by.provenance.party)
        return await self.repository.save(by, commitment)

    async def fulfil_commitment(
        self, commitment_id: UUID, *, command: FulfilCommitment, by: Act
    ) -> Receipt:
        """It was kept, in whole or in part."""
        commitment = await self.repository.get(Commitment, commitment_id)
        commitment.fulfil(quantity=command.quantity)
        return await self.repository.save(by, commitment)

    async def renegotiate_commitment(
        self, commitment_id: UUID, *, command: RenegotiateCommitment, by: Act
    ) -> Receipt:
        """What is still open is promised anew. Takes a reason."""
        command.require_reason()
        commitment = await self.repository.get(Commitment, commitment_id)
        commitment.renegotiate(
            partner_id=by.provenance.party,
            promise=command.promise,
            amount=command.amount,
            due=command.due,
        )
        return await self.repository.save(by, commitment)

    async def lapse_commitment(
        self, commitment_id: UUID, *, command: LapseCommitment, by: Act
    ) -> Receipt:
        """It was not kept by its day and the days of grace."""
        commitment = await self.repository.get(Commitment, commitment_id)
        commitment.lapse(now=self.clock.now())
        return await self.repository.save(by, commitment)

    async def release_commitment(
        self, commitment_id: UUID, *, command: ReleaseCommitment, by: Act
    ) -> Receipt:
        """The partner need not keep it. Takes a reason."""
        command.require_reason()
        commitment = await self.repository.get(Commitment, commitment_id)
        commitment.release()
        return await self.repository.save(by, commitment)
