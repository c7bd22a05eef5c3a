"""P12: an activity was stopped, or completed. The next review of each open cycle has that as
evidence."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.agenda.application import Agenda
from services.agenda.policies.cited import cited

STOPPED = "activities.activity-stopped"


async def targets(service: Agenda, ended: Carried) -> Sequence[str]:
    return [str(cycle.id) for cycle in await service.open_cycles(ended.line.partitionkey)]


async def ask(service: Agenda, ended: Carried, target: str, by: Act) -> object:
    stopped = ended.fact == STOPPED
    text = ended.line.data["learning"] if stopped else "It was completed."
    return await service.to_be_reviewed(
        UUID(target), kind="evidence", text=text, line=cited(ended), by=by
    )


POLICY = Policy("P12", frozenset({STOPPED, "activities.activity-completed"}), targets, ask)
