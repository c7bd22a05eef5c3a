"""P6: a certified value crossed a target, or turned a trend. The newest cycle under way comes to
its review, unless one is open already: then this is refused, and kept. The figures stay where they
are: what is said here, funders and the public may read as well."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.agenda.application import Agenda
from services.agenda.policies.cited import cited

SAID = {
    "target-reached": "A target is reached",
    "target-missed": "A target is missed",
    "trend-turned": "A trend has turned",
}


async def targets(service: Agenda, raised: Carried) -> Sequence[str]:
    cycle = await service.latest_under_way(raised.line.partitionkey)
    return () if cycle is None else (str(cycle.id),)


async def ask(service: Agenda, raised: Carried, target: str, by: Act) -> object:
    data = raised.line.data
    where = data["place"].get("label") or data["place"]["code"]
    cause = f"{SAID[data['kind']]} in {where}, with {data['now']['period']}."
    return await service.review_called_for(UUID(target), cause=cause, line=cited(raised), by=by)


POLICY = Policy("P6", frozenset({"measurement.signal-raised"}), targets, ask)
