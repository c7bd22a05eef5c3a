"""P7: a collection round closed. Each provider is flagged that agreed to send something, and has
sent nothing in it, or not every series again that it sent before."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from infra.messaging.policies import own_id
from services.measurement.application.completeness import Owing
from services.measurement.application.consequences import Consequences


async def targets(service: Consequences, closed: Carried) -> Sequence[str]:
    gaps = await service.completeness.gaps(own_id(closed))
    return [f"{one.provider}/{one.agreement}" for one in gaps]


async def ask(service: Consequences, closed: Carried, target: str, by: Act) -> object:
    provider, _, agreement = target.partition("/")
    owing = Owing(UUID(provider), UUID(agreement))
    return await service.not_all_came(own_id(closed), owing, by=by)


POLICY = Policy("P7", frozenset({"measurement.reporting-period-closed"}), targets, ask)
