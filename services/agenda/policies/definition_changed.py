"""P4: an indicator is measured in another way, and the values do not compare. The next review of
each open cycle has to look at that."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.agenda.application import Agenda
from services.agenda.policies.cited import cited


async def targets(service: Agenda, changed: Carried) -> Sequence[str]:
    if changed.line.data["comparable"]:
        return ()
    return [str(cycle.id) for cycle in await service.open_cycles(changed.line.partitionkey)]


async def ask(service: Agenda, changed: Carried, target: str, by: Act) -> object:
    name = changed.line.data["definition"]["name"]
    return await service.to_be_reviewed(
        UUID(target),
        kind="to-discuss",
        text=f"“{name}” is measured in another way; values before and after do not compare.",
        line=cited(changed),
        by=by,
    )


POLICY = Policy("P4", frozenset({"measurement.indicator-definition-changed"}), targets, ask)
