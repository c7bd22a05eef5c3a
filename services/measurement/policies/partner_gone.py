"""P8: a partner withdrew, or its agreement lapsed. The data agreements that it signed are to be
looked at again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.measurement.application.consequences import Consequences


async def targets(service: Consequences, gone: Carried) -> Sequence[str]:
    partner, initiative = UUID(gone.line.data["organisation"]), gone.line.partitionkey
    return [str(each.id) for each in await service.agreements_with(partner, initiative)]


async def ask(service: Consequences, gone: Carried, target: str, by: Act) -> object:
    return await service.party_left(UUID(target), UUID(gone.line.data["organisation"]), by=by)


POLICY = Policy(
    "P8", frozenset({"agenda.partner-withdrew", "agenda.partner-agreement-lapsed"}), targets, ask
)
