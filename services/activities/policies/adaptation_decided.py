"""P11: a learning cycle decided to change what is done. Its plan is to be revised; people do so,
naming the adaptation."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from infra.messaging.policies import own_id
from services.activities.application import ActivitiesService


async def targets(service: ActivitiesService, decided: Carried) -> Sequence[str]:
    plan = await service.plan_of(own_id(decided)) if asked(decided) else None
    return () if plan is None else (str(plan.id),)


async def ask(service: ActivitiesService, decided: Carried, target: str, by: Act) -> object:
    adaptation = UUID(decided.line.data["adaptation_id"])
    return await service.plan_questioned(
        UUID(target), adaptation, what="; ".join(asked(decided)), by=by
    )


def asked(decided: Carried) -> Sequence[str]:
    """What is to be changed in this service."""
    changes = decided.line.data["changes"]
    return [change["what"] for change in changes if change["service"] == "activities"]


POLICY = Policy("P11", frozenset({"agenda.adaptation-decided"}), targets, ask)
