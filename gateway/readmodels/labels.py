"""What each thing is called: so that sentences name people's things, not their ids."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from gateway.readmodels.cut import Cut
from gateway.readmodels.model import Model, Row
from gateway.readmodels.names import NAMINGS
from infra.messaging.carried import Carried
from infra.postgres import Connection, statements

SQL = statements(__package__)


def fold(carried: Carried) -> Iterable[Row]:
    """The name that a fact gives: to its own stream, or to what it speaks of."""
    naming, line = NAMINGS[carried.fact], carried.line
    label: Any = line.data
    for part in naming.field.split("."):
        label = label.get(part) if isinstance(label, dict) else None
    if not isinstance(label, str):
        return
    ids = [line.data[name] for name in naming.of] or [line.subject.rpartition("/")[2]]
    for id in dict.fromkeys(ids):
        yield line.partitionkey, line.time, UUID(id), label


MODEL = Model(
    name="labels",
    version=1,
    sources=("agenda", "measurement", "activities"),
    hears=frozenset(NAMINGS),
    columns=("initiative_id", "true_at", "id", "label"),
    fold=fold,
)


async def names_of(db: Connection, cut: Cut, initiative_id: UUID | None) -> Mapping[str, str]:
    """What everything of an initiative was called at the cut, by id as lines write it."""
    rows = await db.fetch(SQL["names"], initiative_id, *cut.sequences, cut.true_by)
    return {str(row["id"]): row["label"] for row in rows}


async def labels(db: Connection, cut: Cut, ids: Collection[str]) -> Mapping[str, str]:
    """What these things were called at the cut, whosever they are."""
    if not ids:
        return {}
    rows = await db.fetch(SQL["labels"], list(ids), *cut.sequences, cut.true_by)
    return {str(row["id"]): row["label"] for row in rows}
