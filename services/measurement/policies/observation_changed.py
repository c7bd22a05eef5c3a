"""P10: a value that a release holds is another one now, or counts no longer: the release is to be
restated. Once for each act that changed values."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from infra.messaging.policies import act_id
from services.measurement.application.consequences import Consequences


async def targets(service: Consequences, changed: Carried) -> Sequence[str]:
    return [str(one.id) for one in await service.restatements.releases_holding(changed.line)]


async def ask(service: Consequences, changed: Carried, target: str, by: Act) -> object:
    return await service.restatements.overtaken(
        UUID(target), changed.line, fact=changed.fact, by=by
    )


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
