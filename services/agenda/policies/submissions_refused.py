"""P18: a provider's submissions were refused twice in one collection round. The backbone is told:
this partner may need help."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.agenda.application import Agenda
from services.agenda.policies.cited import cited

TWICE = 2
TEXT = "Two of its submissions in one collection round were refused; it may need help."


async def targets(service: Agenda, refused: Carried) -> Sequence[str]:
    data = refused.line.data
    if data["rejection"] != "declined" or not data.get("reporting_period_id"):
        return ()
    provider, period = UUID(data["provider"]), UUID(data["reporting_period_id"])
    lines = await service.turned_away(provider, period, refused.line.partitionkey)
    until_now = [line for line in lines if line <= refused.sequence]
    return (str(provider),) if len(until_now) == TWICE else ()


async def ask(service: Agenda, refused: Carried, target: str, by: Act) -> object:
    return await service.partner_struggles(
        UUID(target),
        text=TEXT,
        line=cited(refused),
        initiative_id=refused.line.partitionkey,
        by=by,
    )


POLICY = Policy("P18", frozenset({"measurement.submission-rejected"}), targets, ask)
