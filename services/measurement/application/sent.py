"""What a submission brought, read from the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

import orjson

from infra.eventstore import EventStore
from infra.kernel.line import Line
from infra.messaging import Carried
from infra.messaging.policies import own_id
from services.measurement.domain.completeness import Sent

PAGE = 100
"""Lines, each of which may hold hundreds of values: others are served between two pages."""
VALIDATED = "measurement.submission-validated"
RECORDED, CORRECTED = "measurement.observations-recorded", "measurement.observation-corrected"


async def brought(store: EventStore, submissions: Iterable[UUID]) -> Mapping[UUID, Sent]:
    """By series: for which periods these submissions brought a new value, or another one."""
    found: dict[UUID, Sent] = {}
    for submission in submissions:
        first, last = await _written(store, submission)
        while first < last:
            page = await store.replay(after=first, limit=PAGE)
            for each in page:
                if each.sequence < last and str(submission) in each.line:
                    line = Line.read(each.line)
                    _take(Carried(line, each.line), submission, found)
            first = page[-1].sequence
    return found


async def _written(store: EventStore, submission: UUID) -> tuple[int, int]:
    """All that it brings stands between its arrival and its validation."""
    own = [orjson.loads(line) for line in await store.read(submission)]
    validated = next(line for line in own if VALIDATED in line["type"])
    return int(own[0]["sequence"]), int(validated["sequence"])


def _take(carried: Carried, submission: UUID, found: dict[UUID, Sent]) -> None:
    data = carried.line.data
    if data.get("submission_id") != str(submission):
        return
    said: Sequence[Mapping[str, str]] = ()
    if carried.fact in (RECORDED, CORRECTED):
        said = data["observations"] if carried.fact == RECORDED else [data["now"]]
    if said:
        sent = found.setdefault(own_id(carried), Sent.of(data))
        periods = {(each["start"], each["end"]) for each in said}
        sent.spans |= {
            (date.fromisoformat(start), date.fromisoformat(end)) for start, end in periods
        }
