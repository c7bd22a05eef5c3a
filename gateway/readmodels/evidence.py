"""Evidence packs on a cycle's page: what each cites, and whether those lines are still the same.

A pack names lines by their place and their digest. Nobody has to take our word for it: the digest
is computed anew from the journal's bytes for every answer, and anybody can do the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from gateway.readmodels.cut import Cut
from gateway.readmodels.forgotten import forgotten, story_of
from infra.postgres import Connection, statements

SQL = statements(__package__)
Line = tuple[str, int]
NOBODY = UUID(int=0)


class Held(NamedTuple):
    """What the journal has of a cited line. `since`: the story it tells of is used no more."""

    sha256: str
    since: str | None
    of_figures: bool
    initiative_id: UUID


class Checked(NamedTuple):
    packs: Sequence[dict[str, Any]]
    homes: Collection[UUID | None]
    """The initiatives whose lines they cite; None: of a line that was not known at the cut."""


async def checked(db: Connection, cut: Cut, packs: Sequence[dict[str, Any]]) -> Checked:
    """The packs with what they cite; `intact` says whether a cited line has the digest it had."""
    places = [int(pack["position"].partition(":")[2]) for pack in packs]
    rows = await db.fetch(SQL["agenda_lines"], places)
    refs = {row["sequence"]: orjson.loads(row["line"])["data"]["cites"]["refs"] for row in rows}
    cited = {
        (ref["source"], ref["sequence"]) for each in refs.values() for ref in each if _place(ref)
    }
    held = await _held(db, cut, cited)
    told = [
        pack
        | {
            "cites": pack["cites"]
            | {"refs": [_seen(_told(ref, held), held, cut) for ref in refs[place]]}
        }
        for pack, place in zip(packs, places, strict=True)
    ]
    return Checked(told, {held[line].initiative_id if line in held else None for line in cited})


async def _held(db: Connection, cut: Cut, cited: set[Line]) -> Mapping[Line, Held]:
    ordered = sorted(cited)
    rows = await db.fetch(
        SQL["line_digests"],
        [source for source, _ in ordered],
        [sequence for _, sequence in ordered],
        *cut.sequences,
    )
    stories = {row["subject"]: story_of(row["subject"]) for row in rows}
    since = await forgotten(db, {story for story in stories.values() if story is not None})
    return {
        (row["source"], row["sequence"]): Held(
            row["sha256"],
            since.get(stories[row["subject"]] or NOBODY),
            of_figures="/series/" in row["subject"],
            initiative_id=row["initiative_id"],
        )
        for row in rows
    }


def _seen(told: dict[str, Any], held: Mapping[Line, Held], cut: Cut) -> dict[str, Any]:
    """Outside nobody is told what a line says that tells true figures, nor where it can be read."""
    if cut.outside is None or not _place(told):
        return told
    found = held.get((told["source"], told["sequence"]))
    if found is None or found.of_figures:
        return {name: value for name, value in told.items() if name not in ("note", "line")}
    return told


def _place(ref: Mapping[str, Any]) -> bool:
    return "sequence" in ref and "sha256" in ref


def _told(ref: Mapping[str, Any], held: Mapping[Line, Held]) -> dict[str, Any]:
    """A line that was not known at the cut is neither intact nor not."""
    if not _place(ref):
        return dict(ref)
    source, sequence = ref["source"], ref["sequence"]
    found = held.get((source, sequence))
    told = {**ref, "line": f"/v1/events/{source}/{sequence}"}
    if found is not None:
        told["intact"] = found.sha256 == ref["sha256"]
        if found.since is not None:
            told["since"] = found.since
    return told
