"""P13: those who were asked were promised an answer, and got none in time. The next review of each
open cycle has to look at that."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.agenda.application import Agenda
from services.agenda.policies.cited import cited

OWED = "Those who were asked have not been told yet what became of it."


async def targets(service: Agenda, found: Carried) -> Sequence[str]:
    return [str(cycle.id) for cycle in await service.open_cycles(found.line.partitionkey)]


async def ask(service: Agenda, found: Carried, target: str, by: Act) -> object:
    return await service.to_be_reviewed(
        UUID(target), kind="to-discuss", text=OWED, line=cited(found), by=by
    )


POLICY = Policy("P13", frozenset({"agenda.feedback-overdue"}), targets, ask)
