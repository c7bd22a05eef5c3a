"""Full text search: whatever people wrote into facts, in the words that they used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from gateway.readmodels import timeline
from gateway.readmodels.cut import Cut
from gateway.readmodels.labels import names_of
from gateway.readmodels.model import Model, Row
from gateway.readmodels.observations import OBSERVED
from gateway.readmodels.sentences import FACTS
from infra.messaging.carried import Carried
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
NO_WORDS = re.compile(r"[0-9a-f-]{32,64}|[\d\W]*|\d{4}-\d\d-\d\dT.*Z|[a-z]+:\d+(,[a-z]+:\d+)*")
"""Ids and hashes, numbers and dates, instants, vectors."""
MOST_WORDS = 20_000


def fold(carried: Carried) -> Iterable[Row]:
    """The words of a fact that has a sentence; values of series have none to look for."""
    line = carried.line
    said = {name: value for name, value in line.data.items() if name != "provenance"}
    reason = line.data.get("provenance", {}).get("reason") or {}
    words = " · ".join(dict.fromkeys([*_words(said), *_words(reason.get("text"))]))
    if words:
        yield line.partitionkey, line.time, carried.fact, words[:MOST_WORDS]


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
    elif isinstance(value, str) and not NO_WORDS.fullmatch(value):
        yield value.replace("\x00", " ")


MODEL = Model(
    name="search",
    version=2,
    sources=("agenda", "measurement", "activities"),
    hears=frozenset(FACTS.keys() - OBSERVED.keys()),
    columns=("initiative_id", "true_at", "fact", "words"),
    fold=fold,
)


async def page(
    pool: Pool,
    cut: Cut,
    words: str,
    *,
    initiative_id: UUID | None,
    fact: str | None,
    skip: int,
    limit: int,
) -> Sequence[dict[str, Any]]:
    """The facts that speak of these words, with the place in the text that does."""
    async with connection(pool) as db:
        rows = await db.fetch(
            SQL["search"],
            words,
            *cut.sequences,
            cut.true_by,
            initiative_id,
            fact,
            skip,
            limit,
            cut.hidden,
        )
        if initiative_id is None:
            entries = await timeline.told_of_many(db, cut, rows)
        else:
            entries = timeline.told(rows, await names_of(db, cut, initiative_id))
    return [
        {**entry, "found": row["found"], "initiative_id": _home(entry)}
        for entry, row in zip(entries, rows, strict=True)
    ]


def _home(entry: dict[str, Any]) -> str:
    return str(entry["subject"]).split("/")[1]
