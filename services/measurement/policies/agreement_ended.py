"""P9: a data agreement was revoked, or ran out. Nothing new comes under it; feeds that hold what
came under it are to be changed. What was recorded and released stays."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from infra.messaging.policies import own_id
from services.measurement.application.consequences import Consequences


async def targets(service: Consequences, ended: Carried) -> Sequence[str]:
    return [str(each.id) for each in await service.feeds_under(own_id(ended))]


async def ask(service: Consequences, ended: Carried, target: str, by: Act) -> object:
    return await service.agreement_ended(UUID(target), own_id(ended), by=by)


POLICY = Policy(
    "P9",
    frozenset({"measurement.data-agreement-revoked", "measurement.data-agreement-expired"}),
    targets,
    ask,
)
