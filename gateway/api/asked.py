"""What every read may be asked with: who asks, the cut, and how long to wait for it."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import date, datetime, time
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import Depends, Query
from starlette.requests import Request

from gateway.journal import Journal, Vector, VectorMalformed
from gateway.readmodels.cut import Cut, end_of
from gateway.readmodels.reading import ReadModels
from infra.kernel import Clock
from infra.web.auth import INSIDERS, READERS, allow, authenticate, from_outside
from infra.web.problems import Problem, retry_later

log = logging.getLogger(__name__)

WAIT_SECONDS = 2.0
YEARS = range(1000, 9000)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

AS_KNOWN_AT = Query(
    description="What was known then: an RFC 3339 instant, a date (its end, in the deployment's"
    " time zone), or a vector such as `agenda:214,measurement:873,activities:96`."
    " Default: all that is known.",
    max_length=120,
    examples=["2023-02-20"],
)
AS_AT = Query(
    description="The world's date: only facts whose time is not later; an observation if its"
    " period had ended, a target if its period had begun. An RFC 3339 instant or a date (its end).",
    max_length=40,
    examples=["2022-12-31"],
)
WAIT_FOR = Query(
    description="Positions that the answer must include, such as a command's `position`."
    " Waits up to 2 s, then 503 with Retry-After.",
    max_length=120,
    examples=["measurement:873"],
)

FIELDS = Query(
    description="Only these fields, by commas: of the answer, or of each item of a list."
    " `id` always comes along.",
    max_length=400,
    pattern=r"^[a-z_]+(,[a-z_]+)*$",
    examples=["title,status"],
)


async def reader(request: Request) -> None:
    """Reads take a token of any role. What an auditor looks at is noted, true small figures too."""
    token = authenticate(request)
    if allow(token, READERS) == "auditor":
        log.info("an auditor reads", extra={"actor": token.sub, "path": request.url.path})


async def insider(request: Request) -> None:
    """Of what tells true figures nothing can be shown to readers from outside."""
    allow(authenticate(request), INSIDERS)


def outside(request: Request) -> UUID | None:
    """The caller's organisation, where they see nothing but what was released to it."""
    token = authenticate(request)
    return token.organisation if from_outside(token) else None


async def asked(
    request: Request,
    _: Annotated[None, Depends(reader)],
    as_known_at: Annotated[str | None, AS_KNOWN_AT] = None,
    as_at: Annotated[str | None, AS_AT] = None,
    wait_for: Annotated[str | None, WAIT_FOR] = None,
    fields: Annotated[str | None, FIELDS] = None,
) -> Cut:
    """The cut that a request asks for, once the journal is sure of it."""
    journal: Journal = request.app.state.journal
    models: ReadModels = request.app.state.models
    clock: Clock = request.app.state.clock
    zone: ZoneInfo = request.app.state.timezone
    await models.complete()
    if wait_for is not None:
        await reached(journal, vector_asked(wait_for, "wait_for"))
    cut = await cut_at(journal, as_known_at, clock.now(), zone)
    cut = replace(cut, outside=outside(request))
    if as_at is not None:
        cut = replace(cut, as_at=moment_asked(as_at, "as_at", zone))
    return await models.dated(cut)


Asked = Annotated[Cut, Depends(asked)]


async def cut_at(
    journal: Journal, text: str | None, now: datetime, zone: ZoneInfo, name: str = "as_known_at"
) -> Cut:
    """What a parameter means by its text: a vector, an instant, or all that is known."""
    if text is None:
        return Cut(await journal.watermarks(), zone)
    if ":" in text and not text[0].isdigit():
        vector = vector_asked(text, name)
        await reached(journal, vector)
        return Cut(vector, zone)
    moment = moment_asked(text, name, zone)
    if moment > now:
        raise _refused(name, f"{text} has not passed yet; leave it out to ask for now")
    if not await journal.wait_through(moment, WAIT_SECONDS):
        raise retry_later(
            503,
            "not-known-through-yet",
            f"It is not certain yet what was recorded by {text}; ask again in a moment.",
        )
    return Cut(await journal.cut(moment), zone, instant=moment)


async def reached(journal: Journal, vector: Vector) -> None:
    if not await journal.wait_for(vector, WAIT_SECONDS):
        have = (await journal.watermarks()).whole()
        raise retry_later(
            503,
            "not-read-yet",
            f"The read models stand at {have}, not yet at {vector}; ask again in a moment.",
        )


def vector_asked(text: str, name: str) -> Vector:
    try:
        return Vector.parse(text)
    except VectorMalformed as error:
        raise _refused(name, str(error)) from error


def moment_asked(text: str, name: str, zone: ZoneInfo, *, begins: bool = False) -> datetime:
    """An instant, or the end (or the beginning) of a day.

    A `+` that came as a space is taken for what it was.
    """
    try:
        if DATE.fullmatch(text):
            day = date.fromisoformat(text)
            moment = datetime.combine(day, time(), zone) if begins else end_of(day, zone)
        else:
            moment = datetime.fromisoformat(text.replace(" ", "+"))
    except (ValueError, OverflowError) as error:
        raise _refused(name, f"{text} is no RFC 3339 instant, no date and no vector") from error
    if moment.tzinfo is None:
        raise _refused(name, f"{text} has no time zone; add one, such as Z")
    if moment.year not in YEARS:
        raise _refused(name, f"{text} is further away than anything that is kept here")
    return moment


def _refused(name: str, detail: str) -> Problem:
    return Problem(
        422,
        "invalid-shape",
        f"{name}: {detail}.",
        errors=[{"pointer": f"query:{name}", "detail": detail}],
    )


def given(**filters: Any) -> dict[str, Any]:
    """The filters that were really asked for."""
    return {name: value for name, value in filters.items() if value is not None}
