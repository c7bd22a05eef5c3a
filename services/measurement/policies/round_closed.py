"""P7: a collection round closed. Each provider is flagged that agreed to send something, and has
sent nothing in it."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from infra.messaging.policies import own_id
from services.measurement.application.consequences import Consequences


async def targets(service: Consequences, closed: Carried) -> Sequence[str]:
    return [f"{org}/{agreement}" for org, agreement in await service.missing(own_id(closed))]


async def ask(service: Consequences, closed: Carried, target: str, by: Act) -> object:
    organisation, _, agreement = target.partition("/")
    return await service.nothing_came(own_id(closed), UUID(organisation), UUID(agreement), by=by)


POLICY = Policy("P7", frozenset({"measurement.reporting-period-closed"}), targets, ask)
