"""Evidence packs on a cycle's page: what each cites, and whether those lines are still the same.

A pack names lines by their place and their digest. Nobody has to take our word for it: the digest
is computed anew from the journal's bytes for every answer, and anybody can do the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from gateway.readmodels.cut import Cut
from infra.postgres import Connection, statements

SQL = statements(__package__)
Line = tuple[str, int]


async def checked(
    db: Connection, cut: Cut, packs: Sequence[dict[str, Any]]
) -> Sequence[dict[str, Any]]:
    """The packs with what they cite; `intact` says whether a cited line has the digest it had."""
    places = [int(pack["position"].partition(":")[2]) for pack in packs]
    rows = await db.fetch(SQL["agenda_lines"], places)
    refs = {row["sequence"]: orjson.loads(row["line"])["data"]["cites"]["refs"] for row in rows}
    cited = {
        (ref["source"], ref["sequence"]) for each in refs.values() for ref in each if _place(ref)
    }
    digests = await _digests(db, cut, cited)
    return [
        pack | {"cites": pack["cites"] | {"refs": [_told(ref, digests) for ref in refs[place]]}}
        for pack, place in zip(packs, places, strict=True)
    ]


async def _digests(db: Connection, cut: Cut, cited: set[Line]) -> Mapping[Line, str]:
    ordered = sorted(cited)
    rows = await db.fetch(
        SQL["line_digests"],
        [source for source, _ in ordered],
        [sequence for _, sequence in ordered],
        *cut.sequences,
    )
    return {(row["source"], row["sequence"]): row["sha256"] for row in rows}


def _place(ref: Mapping[str, Any]) -> bool:
    return "sequence" in ref and "sha256" in ref


def _told(ref: Mapping[str, Any], digests: Mapping[Line, str]) -> dict[str, Any]:
    """A line that was not known at the cut is neither intact nor not."""
    if not _place(ref):
        return dict(ref)
    source, sequence = ref["source"], ref["sequence"]
    found = digests.get((source, sequence))
    line = {"line": f"/v1/events/{source}/{sequence}"}
    return {**ref, **line} | ({"intact": found == ref["sha256"]} if found else {})
