"""P4: an indicator is measured in another way, and the values cannot be compared. Whoever claims
to contribute to it should look at that claim again."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from infra.messaging.policies import own_id
from services.activities.application import ActivitiesService

BECAUSE = "The indicator is measured in another way now; values before and after do not compare."


async def targets(service: ActivitiesService, changed: Carried) -> Sequence[str]:
    if changed.line.data["comparable"]:
        return ()
    return list(map(str, await service.contributing(own_id(changed))))


async def ask(service: ActivitiesService, changed: Carried, target: str, by: Act) -> object:
    return await service.ground_moved(UUID(target), cause=changed.line.id, because=BECAUSE, by=by)


POLICY = Policy("P4", frozenset({"measurement.indicator-definition-changed"}), targets, ask)
