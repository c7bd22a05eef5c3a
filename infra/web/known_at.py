"""`as_known_at` of a service: the sequence of its log that an instant, a date or a vector means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import orjson
from fastapi import Query
from starlette.requests import Request

from infra.eventstore import EventStore
from infra.kernel import Clock
from infra.kernel.values import instant
from infra.web.problems import Problem, retry_later

DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
POSITION = re.compile(r"(agenda|measurement|activities):(0|[1-9][0-9]{0,17})")
TICK = timedelta(microseconds=1)

AsKnownAt = Annotated[
    str | None,
    Query(
        max_length=120,
        description="What was known then: an RFC 3339 instant, a date (its end, in the deployment's"
        " time zone), or a vector, of which this service's own part counts.",
        examples=["2023-02-20", "agenda:21,measurement:87,activities:9"],
    ),
]


@dataclass(frozen=True)
class Known:
    """A cut through one service's log, and how it is named so that it can be asked for again."""

    source: str
    sequence: int
    instant: datetime | None = None

    def shown(self) -> bytes:
        """`known_at` as an answer carries it."""
        said = {"instant": instant(self.instant)} if self.instant else {}
        return orjson.dumps(said | {"vector": f"{self.source}:{self.sequence}"})


async def known(request: Request, text: str) -> Known:
    """The cut that `as_known_at` names; 422 for one that cannot be, 503 for one not certain yet."""
    source: str = request.app.state.name
    store: EventStore = request.app.state.store
    clock: Clock = request.app.state.clock
    if text[:1].isalpha():
        sequence = _part(text, source)
        if sequence > (await store.mark()).sequence:
            raise _uncertain(text)
        return Known(source, sequence)
    moment = _moment(text, request.app.state.timezone)
    if moment > clock.now():
        raise _refused(f"{text} has not passed yet; leave it out to ask for now")
    sequence_then = await store.known_at(moment)
    if sequence_then is None:
        raise _uncertain(text)
    return Known(source, sequence_then, moment)


def _part(text: str, source: str) -> int:
    """A vector that does not name this service means: before its first line."""
    parts: dict[str, int] = {}
    for part in text.split(","):
        found = POSITION.fullmatch(part)
        if found is None or found[1] in parts:
            raise _refused(
                f"{text} is no vector; one reads like agenda:214,measurement:873,activities:96,"
                " each service at most once"
            )
        parts[found[1]] = int(found[2])
    return parts.get(source, 0)


def _moment(text: str, zone: ZoneInfo) -> datetime:
    """An instant, or the end of a day. A `+` that came as a space is taken for what it was."""
    try:
        if DATE.fullmatch(text):
            following = date.fromisoformat(text) + timedelta(days=1)
            return datetime.combine(following, time(), zone).astimezone(UTC) - TICK
        moment = datetime.fromisoformat(text.replace(" ", "+"))
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _refused(f"{text} is no RFC 3339 instant, no date and no vector") from error
    raise _refused(f"{text} has no time zone; add one, such as Z")


def _uncertain(text: str) -> Problem:
    return retry_later(
        503,
        "not-known-through-yet",
        f"It is not certain yet what was recorded by {text}; ask again in a moment.",
    )


def _refused(detail: str) -> Problem:
    errors = [{"pointer": "query:as_known_at", "detail": detail}]
    return Problem(422, "invalid-shape", f"as_known_at: {detail}.", errors=errors)
