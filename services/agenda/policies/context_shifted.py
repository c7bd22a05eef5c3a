"""P16: the surroundings changed in a major way. Each open cycle comes to its review."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.agenda.application import Agenda
from services.agenda.policies.cited import cited


async def targets(service: Agenda, noted: Carried) -> Sequence[str]:
    if noted.line.data["weight"] != "major":
        return ()
    return [str(cycle.id) for cycle in await service.open_cycles(noted.line.partitionkey)]


async def ask(service: Agenda, noted: Carried, target: str, by: Act) -> object:
    return await service.review_called_for(
        UUID(target), cause=noted.line.data["shift"], line=cited(noted), by=by
    )


POLICY = Policy("P16", frozenset({"activities.context-shift-noted"}), targets, ask)
