"""Change stories that nobody may use any more. It is the one question that is always put to the
present: also a page about the past says that a story was withdrawn, or erased, since."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from infra.postgres import Connection, statements

SQL = statements(__package__)
KIND = "change-story"
SINCE = {
    "measurement.story-consent-withdrawn": "withdrawn",
    "measurement.story-erased": "erased",
}


def story_of(subject: str) -> UUID | None:
    """The story in whose stream a line with this subject stands, if it stands in one."""
    _, _, place = subject.rpartition(f"/{KIND}/")
    return UUID(place) if place != subject else None


async def forgotten(db: Connection, stories: Collection[UUID]) -> Mapping[UUID, str]:
    """Those of these stories that are withdrawn or erased by now, with which of the two."""
    rows = await db.fetch(SQL["story_states"], list(stories)) if stories else []
    return {row["about"]: SINCE[row["fact"]] for row in rows if row["fact"] in SINCE}
