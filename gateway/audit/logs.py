"""Reading the services' logs: checkpoints, and tiles, which are kept once they were read."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence

import httpx

from gateway.clients import MAYBE_DONE, Services, unknown
from infra.audit.merkle import HASH_BYTES, Span
from infra.audit.tiles import Tile, hashed, needed, tile_path
from infra.kernel import NotFound
from infra.web.problems import retry_later

KEPT_TILES = 2_048
"""16 MiB: what lies above the leaves of 100 million lines, and many leaves."""


class Logs:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._kept: OrderedDict[tuple[str, Tile], bytes] = OrderedDict()

    async def note(self, service: str) -> str:
        """The checkpoint that the service signed last, as it says."""
        return (await self._read(service, "checkpoint")).decode("utf-8", "replace")

    async def tile(self, service: str, tile: Tile) -> bytes:
        """Hashes of the tree. NotFound where no signed checkpoint holds them."""
        kept = self._kept.get((service, tile))
        if kept is not None:
            self._kept.move_to_end((service, tile))
            return kept
        found = await self._read(service, f"tile/{tile_path(tile)}")
        if len(found) != tile.width * HASH_BYTES:
            raise _odd(service, "a tile of another width")
        self._kept[service, tile] = found
        if len(self._kept) > KEPT_TILES:
            self._kept.popitem(last=False)
        return found

    async def proof(
        self, service: str, spans: Sequence[Span], size: int, holds: Callable[[list[bytes]], bool]
    ) -> list[bytes] | None:
        """The hashes of these spans of a tree of `size` leaves, if `holds` says so of them.

        Before it is said that the service shows what it did not sign, all tiles are read anew:
        the ones that we keep may be of a database that was put back since.
        """
        for _ in range(2):
            found = await self._hashes(service, spans, size)
            if holds(found):
                return found
            for kept in [kept for kept in self._kept if kept[0] == service]:
                del self._kept[kept]
        return None

    async def _hashes(self, service: str, spans: Sequence[Span], size: int) -> list[bytes]:
        wanted: Collection[Tile] = needed(spans, size)
        try:
            found = await asyncio.gather(*(self.tile(service, tile) for tile in wanted))
        except NotFound as error:
            raise _odd(service, "a tile missing") from error
        return hashed(spans, size, dict(zip(wanted, found, strict=True)))

    async def entries(self, service: str, path: str, authorization: str) -> bytes:
        """Lines, for who may read them: the service decides by the caller's own token."""
        headers = [("authorization", authorization)]
        return await self._read(service, f"tile/{path}", headers)

    async def seal(self, service: str, digest: str, token: str) -> str:
        """The log's signature of a bundle with this digest, which the service gives to us only."""
        headers = [("authorization", f"Bearer {token}")]
        return (await self._read(service, f"seals/{digest}", headers, "POST")).decode()

    async def _read(
        self, service: str, path: str, headers: Sequence[tuple[str, str]] = (), method: str = "GET"
    ) -> bytes:
        target = f"/log/{path}"
        answer = await self._services.ask(
            service, method, target, list(headers), b"", repeatable=True
        )
        try:
            body = await answer.aread()
        except MAYBE_DONE as error:
            raise unknown(service) from error
        finally:
            await answer.aclose()
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFound(kind="part of the log", id=f"{service}/{path}")
        if answer.status_code != httpx.codes.OK:
            raise _odd(service, f"status {answer.status_code}")
        return body


def _odd(service: str, what: str) -> Exception:
    return retry_later(
        503, "log-unreadable", f"The {service} service shows its log with {what}. Ask again later."
    )
