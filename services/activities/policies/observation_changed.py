"""P10: a value that was known is another one now, or counts no longer. Whoever claims to contribute
to its indicator should look at that claim again, once for each act that changed values."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from infra.messaging.policies import act_id, require_named
from services.activities.application import ActivitiesService
from services.activities.policies.known import SUBMISSION

BECAUSE = "Values of the indicator were corrected, withdrawn or are certified no longer."


async def targets(service: ActivitiesService, changed: Carried) -> Sequence[str]:
    indicator = UUID(changed.line.data["indicator_id"])
    return list(map(str, await service.contributing(indicator)))


async def ask(service: ActivitiesService, changed: Carried, target: str, by: Act) -> object:
    # what a submission corrected counts once it is accepted
    await require_named(service.references, SUBMISSION, changed, "submission_id")
    return await service.ground_moved(UUID(target), cause=act_id(changed), because=BECAUSE, by=by)


POLICY = Policy(
    "P10",
    frozenset(
        {
            "measurement.observation-corrected",
            "measurement.observation-deduplicated",
            "measurement.observation-decertified",
            "measurement.observation-withdrawn",
        }
    ),
    targets,
    ask,
    act_id,
)
