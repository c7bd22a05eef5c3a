"""P11: what an adaptation asked for was done, and names it. The cycle records that it is
enacted."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.agenda.application import Agenda
from services.agenda.policies.cited import cited


async def targets(service: Agenda, done: Carried) -> Sequence[str]:
    named = done.line.data.get("adaptation_id")
    cycle = await service.cycle_of(UUID(named)) if named else None
    return [f"{cycle}/{named}"] if cycle else ()


async def ask(service: Agenda, done: Carried, target: str, by: Act) -> object:
    cycle, _, adaptation = target.partition("/")
    return await service.adaptation_done(UUID(cycle), UUID(adaptation), line=cited(done), by=by)


POLICY = Policy(
    "P11",
    frozenset({"activities.plan-of-action-revised", "activities.activity-adapted"}),
    targets,
    ask,
)
