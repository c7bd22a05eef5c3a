"""How every read is answered: `known_at` in the body, an ETag over the content, pages by cursor."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from gateway.journal import Vector
from gateway.readmodels.cut import Cut
from infra.kernel.values import instant, moment
from infra.web.problems import Problem
from infra.web.reads import READ

READ_PROBLEMS = READ


class KnownAt(BaseModel):
    """The cut of an answer: asked for again, it gives the same answer for ever."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": False})

    instant: datetime | None = Field(description="Until when lines had been recorded.")
    vector: str = Field(examples=["agenda:214,measurement:873,activities:96"])
    as_at: datetime | None = None


class Answer(BaseModel):
    """Every answer says what it knew."""

    known_at: KnownAt


CHOSEN: dict[str, Any] = {
    "type": "object",
    "description": "An answer of which only some `fields` were asked for.",
    "required": ["known_at"],
    "properties": {"known_at": {"$ref": "#/components/schemas/KnownAt"}},
}


class More(NamedTuple):
    """The page of a list that follows: the place that it begins after, and how it is asked for."""

    place: Sequence[str | int]
    filters: Mapping[str, Any]
    limit: int


class Said(NamedTuple):
    """An answer but for its cut: the content as JSON, and whether more follows."""

    content: bytes
    more: More | None = None


class Told(Response):
    said: Said | None = None
    """What can be given again, at another cut at which the same was so."""


def answer(
    request: Request,
    cut: Cut,
    content: Mapping[str, Any],
    *,
    more: More | None = None,
    listed: bool = False,
    vary: str = "Authorization",
    again: bool = True,
) -> Response:
    """The content with its cut; 304 where the caller has it already. `again`: it depends on nothing
    but the cut and the facts of the initiative that it is about."""
    if not listed:
        content = chosen(content, request.query_params.get("fields"))
    said = Said(encoded(content), more)
    told = served(request, cut, said, vary)
    told.said = said if again else None
    return told


def served(request: Request, cut: Cut, said: Said, vary: str = "Authorization") -> Told:
    """What was said, at this cut. The ETag is over the content alone: it stays while the log grows
    elsewhere."""
    content, headers = said.content, dict[str, str]()
    if said.more is not None:
        text = cursor(cut, said.more.place)
        content = _joined(b'{"next":' + encoded(text), content)
        headers["Link"] = following(request, said.more.filters, said.more.limit, text)
    etag = f'W/"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers |= {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": vary}
    headers["Commonweal-Known-At"] = str(cut.vector.whole())
    offered = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if etag in offered or "*" in offered:
        return Told(status_code=304, headers=headers)
    body = _joined(b'{"known_at":' + encoded(cut.shown()), content)
    return Told(body, media_type="application/json", headers=headers)


def _joined(begin: bytes, rest: bytes) -> bytes:
    """One JSON object of the beginning of one and of another that is whole."""
    return begin + (b"}" if rest == b"{}" else b"," + rest[1:])


def chosen(content: Mapping[str, Any], fields: str | None) -> Mapping[str, Any]:
    """Only the fields that were asked for, and always the id."""
    if fields is None:
        return content
    wanted = {"id", *fields.split(",")}
    return {name: value for name, value in content.items() if name in wanted}


def encoded(content: Any) -> bytes:
    """JSON with its keys in order: equal content is equal bytes."""
    return orjson.dumps(content, default=str, option=orjson.OPT_SORT_KEYS)


class Cursor(BaseModel):
    """What a page's end remembers: the cut, so that the list stands still, and the last place."""

    model_config = ConfigDict(extra="forbid")

    v: str
    i: str | None = None
    a: str | None = None
    p: list[str | int]

    def cut(self, zone: ZoneInfo) -> Cut:
        return Cut(
            Vector.parse(self.v),
            zone,
            instant=moment(self.i) if self.i else None,
            as_at=moment(self.a) if self.a else None,
        )


def cursor(cut: Cut, place: Sequence[str | int]) -> str:
    """The opaque text that asks for what follows a place at the same cut."""
    pinned = Cursor(
        v=str(cut.vector.whole()),
        i=instant(cut.instant) if cut.instant else None,
        a=instant(cut.as_at) if cut.as_at else None,
        p=list(place),
    )
    text = pinned.model_dump_json(exclude_none=True).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def read_cursor(text: str) -> Cursor:
    """The reverse; 422 for anything that this door did not hand out."""
    try:
        padded = text + "=" * (-len(text) % 4)
        found = Cursor.model_validate_json(base64.b64decode(padded, altchars=b"-_", validate=True))
        found.cut(ZoneInfo("UTC"))
    except (ValueError, OverflowError) as error:
        raise not_a_cursor() from error
    return found


def not_a_cursor() -> Problem:
    return Problem(
        422,
        "invalid-shape",
        "cursor: take it from the Link header of the page before, unchanged.",
        errors=[{"pointer": "query:cursor", "detail": "not a cursor of this list"}],
    )


def following(request: Request, filters: Mapping[str, Any], limit: int, text: str) -> str:
    """The Link header that names the next page."""
    query = urlencode({**filters, "limit": limit, "cursor": text})
    return f'<{request.url.path}?{query}>; rel="next"'
