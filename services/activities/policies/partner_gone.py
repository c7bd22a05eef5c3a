"""P8: a partner withdrew, or its agreement lapsed. What it led has no lead any more, and what it
promised is to be settled."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.activities.application import ActivitiesService

ACTIVITY, COMMITMENT = "activity", "commitment"


async def targets(service: ActivitiesService, gone: Carried) -> Sequence[str]:
    partner, initiative = UUID(gone.line.data["organisation"]), gone.line.partitionkey
    led = await service.led(partner, initiative)
    pledged = await service.pledged(partner, initiative)
    return [
        *(f"{ACTIVITY}/{activity.id}" for activity in led),
        *(f"{COMMITMENT}/{commitment.id}" for commitment in pledged),
    ]


async def ask(service: ActivitiesService, gone: Carried, target: str, by: Act) -> object:
    kind, _, id = target.partition("/")
    if kind == ACTIVITY:
        partner = UUID(gone.line.data["organisation"])
        return await service.partner_left_activity(UUID(id), partner, by=by)
    return await service.partner_left_commitment(UUID(id), by=by)


POLICY = Policy(
    "P8", frozenset({"agenda.partner-withdrew", "agenda.partner-agreement-lapsed"}), targets, ask
)
