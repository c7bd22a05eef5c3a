"""A log's tree and checkpoints in the service's database."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from infra.audit.keys import KeyFolder
from infra.audit.merkle import EMPTY_ROOT, HASH_BYTES, Span
from infra.audit.note import Note
from infra.audit.tiles import WIDTH, Growth, Tile, bundle, edge, hashed, needed
from infra.observability import Gauges
from infra.postgres import Connection, Pool, Unavailable, connection, statements

SQL = statements(__package__)
GAUGES = Gauges()
SEAL = "commonweal-seal/1"
"""How the text begins that a log's key signs of a bundle."""


class TileMissing(Exception):
    """A tile that the tree must have is not in the database."""


async def read_tiles(db: Connection, tiles: Collection[Tile]) -> dict[Tile, bytes]:
    """Those of them that there are, each as wide as it is asked for."""
    asked = list(tiles)
    rows = await db.fetch(
        SQL["tiles_read"],
        [tile.level for tile in asked],
        [tile.number for tile in asked],
        [tile.width * HASH_BYTES for tile in asked],
    )
    return {asked[place]: hashes for place, hashes in rows}


async def write_tiles(db: Connection, tiles: Mapping[Tile, bytes]) -> None:
    await db.execute(
        SQL["tiles_write"],
        [tile.level for tile in tiles],
        [tile.number for tile in tiles],
        list(tiles.values()),
    )


async def kept_tree(db: Connection) -> Growth:
    """The tree as far as it was built, ready to grow."""
    size = await db.fetchval(SQL["tree_size"]) or 0
    wanted = edge(size)
    found = await read_tiles(db, [tile for tile in wanted if tile.width])
    if len(found) < sum(1 for tile in wanted if tile.width):
        raise TileMissing(f"the edge of the tree of {size} leaves")
    return Growth(size, [found.get(tile, b"") for tile in wanted])


async def root_at(db: Connection, size: int) -> bytes:
    """The root that the tree had when it had so many leaves."""
    if size == 0:
        return EMPTY_ROOT
    spans = [Span(0, size)]
    wanted = needed(spans, size)
    found = await read_tiles(db, wanted)
    if len(found) < len(wanted):
        raise TileMissing(f"of the tree of {size} leaves")
    return hashed(spans, size, found)[0]


class Figures(NamedTuple):
    """How the signing goes."""

    size: int
    """Of the last signed checkpoint."""
    behind: int
    """Lines that no signed checkpoint holds yet."""
    lag_seconds: float
    """Since every line was under a signed checkpoint; noted every 10 s in quiet times."""
    refused: str
    """Why nothing is signed; empty where all is well."""


class KeptLog:
    """For the web process: what of the log may be shown, and how its keeping goes.

    Only what a signed checkpoint holds is shown, so what was shown once is never taken back.
    """

    def __init__(self, pool: Pool, keys: KeyFolder | None = None) -> None:
        self._pool = pool
        self._keys = keys

    def seal(self, digest: str) -> str | None:
        """A signed note over a bundle's SHA-256, by the log's keys; None where there are none yet.

        It begins with a line that no log is called by, so it is never taken for a checkpoint, and
        it holds the notes by which one key followed another, so who knows any of them can go on.
        """
        signers = self._keys.signers() if self._keys else ()
        if not self._keys or not signers:
            return None
        text = f"{SEAL}\n{signers[0].name}\n{digest}\n{self._keys.handovers()}"
        return str(Note(text, tuple(signer.sign(text) for signer in signers)))

    async def checkpoint(self) -> str | None:
        """The last signed checkpoint."""
        async with connection(self._pool) as db:
            note: str | None = await db.fetchval(SQL["checkpoint"])
        return note

    async def tile(self, tile: Tile) -> bytes | None:
        async with connection(self._pool) as db:
            if tile.needs > (await db.fetchval(SQL["signed_size"]) or 0):
                return None
            return (await read_tiles(db, [tile])).get(tile)

    async def entries(self, tile: Tile) -> bytes | None:
        """The lines of a level 0 tile, as a bundle."""
        first = tile.number * WIDTH
        async with connection(self._pool) as db:
            if tile.needs > (await db.fetchval(SQL["signed_size"]) or 0):
                return None
            rows = await db.fetch(SQL["entries"], first, first + tile.width)
        return bundle(line for (line,) in rows)

    async def figures(self) -> Figures:
        async with connection(self._pool) as db:
            row = await db.fetchrow(SQL["figures"])
        assert row is not None
        return Figures(*row)

    async def refresh(self) -> None:
        """Bring the gauges up to date before a scrape, which is answered in any case."""
        try:
            found = await self.figures()
        except Unavailable:
            return  # `database_up` says so
        for name, value, meaning in (
            ("log_signed_size", found.size, "Lines under the last signed checkpoint"),
            ("log_behind_lines", found.behind, "Lines that no signed checkpoint holds yet"),
            ("log_lag_seconds", found.lag_seconds, "Since every line was under one"),
            ("log_refuses", bool(found.refused), "Whether signing is refused"),
        ):
            GAUGES.show(name, value, meaning=meaning)
