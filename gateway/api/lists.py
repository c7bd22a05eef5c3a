"""Lists: pages of at most 500, each after the first one asked for by its cursor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any, NamedTuple, TypeVar

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import More, answer, chosen, not_a_cursor, read_cursor
from gateway.api.asked import AS_AT, AS_KNOWN_AT, FIELDS, WAIT_FOR, asked, given, outside, reader
from gateway.readmodels.cut import Cut
from infra.web.problems import Problem

LIMIT = Query(ge=1, le=500, description="How many on a page.")
CURSOR = Query(
    max_length=600,
    description="From the Link header of the page before: asks for the next one at the same cut.",
)
Place = Sequence[str | int]
Read = TypeVar("Read")


class Asked(NamedTuple):
    """A page of a list: at which cut, after which place, of what size."""

    cut: Cut
    after: Place
    limit: int
    fields: str | None = None
    """The fields of each item that are wanted; None for all."""

    def place(self, read: Callable[..., Read], first: Read) -> Read:
        """Where the page begins: `read` takes what this list puts into its cursors."""
        if not self.after:
            return first
        try:
            return read(*self.after)
        except (ValueError, TypeError, OverflowError) as error:
            raise not_a_cursor() from error


async def listed(
    request: Request,
    _: Annotated[None, Depends(reader)],
    limit: Annotated[int, LIMIT] = 100,
    cursor: Annotated[str | None, CURSOR] = None,
    as_known_at: Annotated[str | None, AS_KNOWN_AT] = None,
    as_at: Annotated[str | None, AS_AT] = None,
    wait_for: Annotated[str | None, WAIT_FOR] = None,
    fields: Annotated[str | None, FIELDS] = None,
) -> Asked:
    """What is asked for. A cursor brings its own cut, so it stands alone."""
    if cursor is None:
        cut = await asked(request, None, as_known_at, as_at, wait_for)
        return Asked(cut, (), limit, fields)
    if as_known_at is not None or as_at is not None:
        raise Problem(
            422,
            "invalid-shape",
            "cursor: it brings its own as_known_at and as_at; leave those out.",
            errors=[{"pointer": "query:cursor", "detail": "stands without another cut"}],
        )
    pinned = read_cursor(cursor)
    await asked(request, None, pinned.v, None, wait_for)
    cut = replace(pinned.cut(request.app.state.timezone), outside=outside(request))
    return Asked(cut, pinned.p, limit, fields)


Listed = Annotated[Asked, Depends(listed)]


class Page(NamedTuple):
    """The items of a page, and the place of the last one where more follow."""

    items: Sequence[Any]
    last: Place | None

    @classmethod
    def of(cls, found: Sequence[tuple[Any, Place]], limit: int) -> Page:
        """`found` has one item more than the limit where more follow."""
        kept = found[:limit]
        return cls([item for item, _ in kept], kept[-1][1] if len(found) > limit else None)


def listing(
    request: Request,
    listed: Asked,
    name: str,
    page: Page,
    filters: Mapping[str, Any],
    **more: Any,
) -> Response:
    """The page under its name, with the Link to the next one, and what else is to be said."""
    content = more | {name: [chosen(item, listed.fields) for item in page.items]}
    following = None
    if page.last is not None:
        wanted = {**filters, **given(fields=listed.fields)}
        following = More(page.last, wanted, listed.limit)
    return answer(request, listed.cut, content, more=following, listed=True)


def sequence_of(place: str | int) -> int:
    """A sequence, or a number in a list that stands still, as a cursor holds it."""
    if not 0 <= int(place) < 2**62:
        raise ValueError("no sequence")
    return int(place)


def listing_of(
    request: Request,
    listed: Asked,
    name: str,
    whole: Sequence[Any],
    filters: Mapping[str, Any],
    **more: Any,
) -> Response:
    """A page of a list that is put together whole: its cut is pinned, so a number is a place."""
    begin = listed.place(sequence_of, 0)
    kept = whole[begin : begin + listed.limit + 1]
    found = [(item, (begin + number,)) for number, item in enumerate(kept, 1)]
    return listing(request, listed, name, Page.of(found, listed.limit), filters, **more)
