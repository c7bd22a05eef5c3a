"""Asking the service that owns a log for a part of it: `GET /events?after=&limit=`, JSON Lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx

PATH = "/events"
SECONDS = 10.0
MAX_PAGE = 1_000


class OwnerAway(Exception):
    """The owning service does not answer with its lines now."""


class Owners:
    """The services whose lines a reader follows, by name."""

    def __init__(self, urls: Mapping[str, str], token: Callable[[], str]) -> None:
        self._urls = urls
        self._token = token
        self._client = httpx.AsyncClient(trust_env=False, timeout=SECONDS)

    async def lines(self, source: str, *, after: int, limit: int) -> list[bytes]:
        """The next lines of a log as they were written, the first one at `after` + 1."""
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

    async def close(self) -> None:
        await self._client.aclose()
