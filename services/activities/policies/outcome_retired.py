"""P2: an outcome was retired. The strategies that serve it are flagged; people decide the rest."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.activities.application import ActivitiesService


async def targets(service: ActivitiesService, retired: Carried) -> Sequence[str]:
    outcome = UUID(retired.line.data["outcome_id"])
    serving = await service.serving(outcome, retired.line.partitionkey)
    return [str(strategy.id) for strategy in serving]


async def ask(service: ActivitiesService, retired: Carried, target: str, by: Act) -> object:
    outcome = UUID(retired.line.data["outcome_id"])
    return await service.outcome_retired(UUID(target), outcome, by=by)


POLICY = Policy("P2", frozenset({"agenda.outcome-retired"}), targets, ask)
