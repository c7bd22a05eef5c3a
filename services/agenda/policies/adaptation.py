"""P11: an adaptation was decided, and asks for another theory of change; or what it asked for was
done somewhere, and names it: then the cycle records that it is enacted there."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.agenda.application import Agenda
from services.agenda.policies.cited import cited

DECIDED = "agenda.adaptation-decided"


async def targets(service: Agenda, carried: Carried) -> Sequence[str]:
    named = carried.line.data.get("adaptation_id")
    if carried.fact == DECIDED:
        return (f"theory/{named}",) if asked(carried) else ()
    cycle = await service.cycle_of(UUID(named)) if named else None
    return (f"{cycle}/{named}",) if cycle else ()


async def ask(service: Agenda, carried: Carried, target: str, by: Act) -> object:
    cycle, _, adaptation = target.partition("/")
    if carried.fact == DECIDED:
        return await service.theory_questioned(
            carried.line.partitionkey, UUID(adaptation), what="; ".join(asked(carried)), by=by
        )
    return await service.adaptation_done(UUID(cycle), UUID(adaptation), line=cited(carried), by=by)


def asked(decided: Carried) -> Sequence[str]:
    """What is to be changed in this service."""
    changes = decided.line.data["changes"]
    return [change["what"] for change in changes if change["service"] == "agenda"]


POLICY = Policy(
    "P11",
    frozenset(
        {
            DECIDED,
            "agenda.hypothesis-revised",
            "measurement.target-revised",
            "activities.plan-of-action-revised",
            "activities.activity-adapted",
        }
    ),
    targets,
    ask,
)
