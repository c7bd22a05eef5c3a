"""P1: the common agenda came into force, or was revised. The framework is opened, and each outcome
that no indicator shows yet is flagged."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.measurement.application.consequences import Consequences


async def targets(service: Consequences, agreed: Carried) -> Sequence[str]:
    return (str(agreed.line.partitionkey),)


async def ask(service: Consequences, agreed: Carried, target: str, by: Act) -> object:
    outcomes = [UUID(each["outcome_id"]) for each in agreed.line.data["outcomes"]]
    return await service.agenda_agreed(UUID(target), outcomes, by=by)


POLICY = Policy(
    "P1", frozenset({"agenda.common-agenda-adopted", "agenda.common-agenda-revised"}), targets, ask
)
