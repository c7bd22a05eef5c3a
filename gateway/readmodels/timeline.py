"""The whole story of an initiative, fact by fact: plan, do, review, improve."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from gateway.readers.reader import Part
from gateway.readmodels.cut import Cut
from gateway.readmodels.labels import labels, names_of
from gateway.readmodels.model import Model, Row
from gateway.readmodels.sentences import FACTS
from gateway.readmodels.speech import Names, ids_in, sentence
from infra.kernel.line import canonical
from infra.messaging.carried import Carried
from infra.postgres import Connection, Pool, connection, statements

SQL = statements(__package__)
STEPS = ("plan", "do", "review", "improve")


class Acted(Part, frozen=True):
    """Of a provenance: the learning cycle in which somebody acted."""

    cycle_id: UUID | None = None


class Placed(Part, frozen=True):
    """Of any fact: what says where it stands in the story."""

    activity_id: UUID | None = None
    cycle_id: UUID | None = None
    provenance: Acted = Acted()


def fold(carried: Carried) -> Iterable[Row]:
    """Where a fact stands in the story; a fact that nobody has words for is left to the journal."""
    line, said = carried.line, carried.said(Placed)
    *_, kind, stream = line.subject.rsplit("/", 2)
    cycle = UUID(stream) if kind == "cycle" else said.cycle_id or said.provenance.cycle_id
    yield (
        line.partitionkey,
        line.recordedtime,
        line.time,
        carried.fact,
        FACTS[carried.fact].step,
        cycle,
        said.activity_id or UUID(stream),
    )


MODEL = Model(
    name="timeline",
    version=1,
    sources=("agenda", "measurement", "activities"),
    hears=frozenset(FACTS),
    columns=("initiative_id", "recordedtime", "true_at", "fact", "step", "cycle_id", "about"),
    fold=fold,
)


class Place(NamedTuple):
    """Where a page of the timeline ended: lists are sorted by these three."""

    recordedtime: datetime = datetime.min.replace(tzinfo=UTC)
    source: str = ""
    sequence: int = 0


class Wanted(NamedTuple):
    """Which facts are asked for; None asks for all."""

    step: str | None = None
    cycle_id: UUID | None = None
    source: str | None = None
    fact: str | None = None
    about: UUID | None = None
    actor: str | None = None

    @property
    def entered_by(self) -> str | None:
        """How every line begins its provenance that this person entered, and no other line does."""
        return f'"provenance":{{"actor":{canonical(self.actor)},' if self.actor else None


async def page(
    pool: Pool, cut: Cut, initiative_id: UUID, wanted: Wanted, after: Place, limit: int
) -> Sequence[dict[str, Any]]:
    """The facts after a place, in the order in which they came to be known."""
    async with connection(pool) as db:
        *filters, _ = wanted
        rows = await db.fetch(
            SQL["timeline"],
            initiative_id,
            *cut.sequences,
            cut.true_by,
            *after,
            *filters,
            wanted.entered_by,
            limit,
            cut.hidden,
        )
        return told(rows, await names_of(db, cut, initiative_id))


async def told_of_many(db: Connection, cut: Cut, rows: Sequence[Any]) -> Sequence[dict[str, Any]]:
    """Rows of any initiatives, as entries that a person can read."""
    return told(rows, await labels(db, cut, {id for row in rows for id in ids_in(row["line"])}))


def told(rows: Sequence[Any], names: Names) -> Sequence[dict[str, Any]]:
    """Rows with their lines, as entries that a person can read."""
    return [_entry(row, orjson.loads(row["line"]), names) for row in rows]


def _entry(row: Any, line: dict[str, Any], names: Names) -> dict[str, Any]:
    provenance = line["data"]["provenance"]
    organisation = provenance["organisation"]
    source, sequence = row["source"], row["sequence"]
    entry = {
        "position": f"{source}:{sequence}",
        "source": source,
        "sequence": sequence,
        "type": row["fact"],
        "step": row["step"],
        "cycle_id": row["cycle_id"],
        "sentence": sentence(row["fact"], line, names),
        "who": {
            "actor": provenance["actor"],
            "role": provenance["role"],
            "organisation": {"id": organisation, "name": names.get(organisation)},
        },
        "reason": provenance.get("reason"),
        "time": line["time"],
        "recordedtime": line["recordedtime"],
        "subject": line["subject"],
        "line": f"/v1/events/{source}/{sequence}",
    }
    return {name: value for name, value in entry.items() if value is not None}
