"""P2: an outcome was retired. What is linked to it is to be unlinked; people do so."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.measurement.application.consequences import Consequences


async def targets(service: Consequences, retired: Carried) -> Sequence[str]:
    outcome = UUID(retired.line.data["outcome_id"])
    framework = await service.framework(retired.line.partitionkey)
    linked = framework is not None and framework.links.get(outcome)
    return (str(outcome),) if linked else ()


async def ask(service: Consequences, retired: Carried, target: str, by: Act) -> object:
    return await service.outcome_retired(retired.line.partitionkey, UUID(target), by=by)


POLICY = Policy("P2", frozenset({"agenda.outcome-retired"}), targets, ask)
