"""Answers that were given, kept for whoever asks the same again.

An answer about an initiative is a function of its facts within the cut, and of the day of the cut.
So two cuts between which nothing was recorded about the initiative have the same answer, byte for
byte but for `known_at`: one look at the journal's index says whether what is kept still is it.
"""

from __future__ import annotations

import functools
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from gateway.api.answers import Said, Told, served
from gateway.readmodels.cut import Cut
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
MOST_BYTES = 64 * 1024 * 1024
"""Of the answers, packed."""
QUICKLY = 1
"""How hard zlib tries: a page of 100 KiB takes a millisecond to pack, and a third to unpack."""
NOT_OURS = frozenset({"as_known_at", "as_at", "wait_for"})
"""What is asked with these is the cut, which stands in the key by what is in it."""
ANSWERED_ELSEWHERE = frozenset({"names", "version", "cursor", "concordance"})
"""Names come from the directory, versions and code lists from a service, a cursor from another
cut."""

Key = tuple[Any, ...]
View = Callable[..., Awaitable[Response]]


class Memory:
    """The answers that were asked for last, as many as there is room for."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._bytes = most_bytes, 0
        self._kept: OrderedDict[Key, Said] = OrderedDict()

    def get(self, key: Key) -> Said | None:
        packed = self._kept.get(key)
        if packed is None:
            return None
        self._kept.move_to_end(key)
        return packed._replace(content=zlib.decompress(packed.content))

    def keep(self, key: Key, said: Said) -> None:
        packed = said._replace(content=zlib.compress(said.content, QUICKLY))
        if len(packed.content) > self._most or key in self._kept:
            return
        self._kept[key] = packed
        self._bytes += len(packed.content)
        while self._bytes > self._most:
            _, oldest = self._kept.popitem(last=False)
            self._bytes -= len(oldest.content)


def remembered(view: View) -> View:
    """A view about the initiative, or the thing of an initiative, whose id it is asked with."""

    @functools.wraps(view)
    async def ask(**asked: Any) -> Response:
        request: Request = asked["request"]
        cut = asked["listed"].cut if "listed" in asked else asked["cut"]
        id = asked.get("id") or asked.get("initiative")
        key = await _key(request, cut, id) if id else None
        if key is None:
            return await view(**asked)
        memory: Memory = request.app.state.memory
        if (said := memory.get(key)) is not None:
            return served(request, cut, said)
        response = await view(**asked)
        if isinstance(response, Told) and response.said is not None:
            memory.keep(key, response.said)
        return response

    return ask


async def _key(request: Request, cut: Cut, id: UUID) -> Key | None:
    """What the answer depends on, who reads it from outside too; None where it depends on more than
    can be told.

    The present heads are in it as a story that is withdrawn now is shown so on pages of the past.
    """
    query = dict(request.query_params)
    if query.keys() & ANSWERED_ELSEWHERE or "text/csv" in request.headers.get("accept", ""):
        return None
    pool: Pool = request.app.state.models.pool
    async with connection(pool) as db:
        heads = await db.fetchrow(SQL["heads_of"], id, *cut.sequences)
    assert heads is not None
    asked = frozenset((name, said) for name, said in query.items() if name not in NOT_OURS)
    day = cut.instant.astimezone(cut.zone).date() if cut.instant else None
    return request.url.path, cut.outside, asked, "as_known_at" in query, cut.as_at, day, *heads
