"""Asking the service that owns a log for a part of it: `GET /events?after=&limit=`, JSON Lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import TracebackType

import httpx

PATH = "/events"
SECONDS = 10.0
MAX_PAGE = 1_000


class OwnerAway(Exception):
    """The owning service does not answer with its lines now."""


class Owners:
    """The services whose lines a reader follows, by name. Ask inside `async with`."""

    def __init__(self, urls: Mapping[str, str], token: Callable[[], str]) -> None:
        self._urls = urls
        self._token = token
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Owners:
        self._client = httpx.AsyncClient(trust_env=False, timeout=SECONDS)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        assert self._client is not None
        await self._client.aclose()

    async def lines(self, source: str, *, after: int, limit: int) -> list[bytes]:
        """The next lines of a log as they were written, the first one at `after` + 1."""
        assert self._client is not None
        try:
            answer = await self._client.get(
                f"{self._urls[source].rstrip('/')}{PATH}",
                params={"after": after, "limit": min(limit, MAX_PAGE)},
                headers={"Authorization": f"Bearer {self._token()}"},
            )
        except httpx.HTTPError as error:
            raise OwnerAway(f"{source}: {type(error).__name__}: {error}") from error
        if answer.status_code != httpx.codes.OK:
            raise OwnerAway(f"{source} answers {answer.status_code}")
        return answer.content.split(b"\n")[:-1]
