"""P15: the backbone's funding ends before long and nothing follows. Each open cycle comes to its
review."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.agenda.application import Agenda
from services.agenda.policies.cited import cited


async def targets(service: Agenda, found: Carried) -> Sequence[str]:
    return [str(cycle.id) for cycle in await service.open_cycles(found.line.partitionkey)]


async def ask(service: Agenda, found: Carried, target: str, by: Act) -> object:
    until = found.line.data["covered_until"]
    return await service.review_called_for(
        UUID(target),
        cause=f"The backbone is paid for until {until}, and nothing follows yet.",
        line=cited(found),
        by=by,
    )


POLICY = Policy("P15", frozenset({"agenda.backbone-funding-gap-detected"}), targets, ask)
