"""P7: a collection round closed without a provider's data. What it had promised of data by that
day lapses."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from infra.kernel import Act
from infra.messaging import Carried, Policy
from services.activities.application import ActivitiesService


async def targets(service: ActivitiesService, flagged: Carried) -> Sequence[str]:
    partner, on = UUID(flagged.line.data["organisation"]), flagged.line.time.date()
    pledged = await service.pledged(partner, flagged.line.partitionkey)
    return [str(each.id) for each in pledged if each.of_kind == "data" and each.due <= on]


async def ask(service: ActivitiesService, flagged: Carried, target: str, by: Act) -> object:
    return await service.data_missing(UUID(target), on=flagged.line.time.date(), by=by)


POLICY = Policy("P7", frozenset({"measurement.completeness-gap-flagged"}), targets, ask)
