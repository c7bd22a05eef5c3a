"""The tree in tiles (C2SP tlog-tiles): 256 hashes side by side, in levels 8 apart. Pure.

A partial tile is the beginning of the tile that it becomes, so whoever keeps the latest state of
each tile can serve every earlier one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from infra.audit.merkle import EMPTY_ROOT, HASH_BYTES, Node, Span, folded, perfect

HEIGHT = 8
WIDTH = 1 << HEIGHT
LEVELS = 8
"""2**62 leaves and more stand in so many."""
PATH = re.compile(
    r"(?P<level>entries|0|[1-9]\d?)/(?P<number>(?:x\d{3}/){0,6}\d{3})(?:\.p/(?P<width>[1-9]\d{0,2}))?"
)


class Tile(NamedTuple):
    """The first `width` hashes of a tile; `level` 0 is the leaves'."""

    level: int
    number: int
    width: int = WIDTH

    @property
    def needs(self) -> int:
        """The size of the smallest tree that has it."""
        return (self.number * WIDTH + self.width) << (HEIGHT * self.level)


def number_path(number: int, width: int = WIDTH) -> str:
    """`x001/x234/067`, and `.p/<W>` behind it where the tile is not full."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    return "/".join(groups) + (f".p/{width}" if width < WIDTH else "")


def tile_path(tile: Tile) -> str:
    """Behind `tile/`."""
    return f"{tile.level}/{number_path(tile.number, tile.width)}"


class Asked(NamedTuple):
    """What a path behind `tile/` names; a bundle of entries has its level 0 tile's place."""

    tile: Tile
    entries: bool


def asked(path: str) -> Asked | None:
    """None for what no such path is, or could be written otherwise."""
    found = PATH.fullmatch(path)
    if found is None:
        return None
    entries = found["level"] == "entries"
    tile = Tile(
        0 if entries else int(found["level"]),
        int(re.sub(r"[x/]", "", found["number"])),
        int(found["width"] or WIDTH),
    )
    level = "entries" if entries else str(tile.level)
    canonical = f"{level}/{number_path(tile.number, tile.width)}" == path
    return Asked(tile, entries) if canonical and tile.level < LEVELS else None


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as a bundle holds them: each after its length in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundled(body: bytes) -> list[bytes]:
    """The reverse. Raises ValueError where it is cut short."""
    entries, at = [], 0
    while at < len(body):
        end = at + 2 + int.from_bytes(body[at : at + 2], "big")
        if len(body) < at + 2 or end > len(body):
            raise ValueError("the bundle is cut short")
        entries.append(body[at + 2 : end])
        at = end
    return entries


def edge(size: int) -> list[Tile]:
    """The partial tiles of a tree of that size, one a level; an empty one has width 0."""
    found = []
    for level in range(LEVELS):
        width = size >> (HEIGHT * level)
        if width == 0:
            break
        found.append(Tile(level, width // WIDTH, width % WIDTH))
    return found


def _place(node: Node, size: int) -> tuple[Tile, int, int]:
    """The tile that holds a node in a tree of that size, and from where to where in it."""
    level, height = divmod(node.height, HEIGHT)
    start = node.place << height
    number = start // WIDTH
    width = min(WIDTH, (size >> (HEIGHT * level)) - number * WIDTH)
    begin = start % WIDTH
    return Tile(level, number, width), begin, begin + (1 << height)


def needed(spans: Iterable[Span], size: int) -> set[Tile]:
    """The tiles of a tree of that size from which these spans are hashed."""
    return {_place(node, size)[0] for span in spans for node in span.nodes()}


def hashed(spans: Iterable[Span], size: int, tiles: Mapping[Tile, bytes]) -> list[bytes]:
    """The hashes of these spans, from the tiles that `needed` names: a proof."""
    return [folded([_hash(node, size, tiles) for node in span.nodes()]) for span in spans]


def _hash(node: Node, size: int, tiles: Mapping[Tile, bytes]) -> bytes:
    tile, begin, end = _place(node, size)
    return perfect(cut(tiles[tile][begin * HASH_BYTES : end * HASH_BYTES]))


def cut(hashes: bytes | bytearray) -> list[bytes]:
    """Hashes that stand side by side, one by one."""
    return [bytes(hashes[at : at + HASH_BYTES]) for at in range(0, len(hashes), HASH_BYTES)]


class Growth:
    """A tree that grows at its right edge. However large it is, it holds at most 8 tiles."""

    def __init__(self, size: int = 0, edge_hashes: Sequence[bytes] = ()) -> None:
        expected = [tile.width * HASH_BYTES for tile in edge(size)]
        if [len(hashes) for hashes in edge_hashes] != expected:
            raise ValueError(f"this is not the edge of a tree of {size} leaves")
        self.size = size
        self._edge = [bytearray(hashes) for hashes in edge_hashes]

    def add(self, leaves: bytes) -> dict[Tile, bytes]:
        """Append leaf hashes that stand side by side; gives every tile that changed, as it is now.

        Tiles are named by the width that they have now.
        """
        changed: dict[Tile, bytes] = {}
        pending, level, first = leaves, 0, self.size
        self.size += len(leaves) // HASH_BYTES
        while pending:
            if level == len(self._edge):
                self._edge.append(bytearray())
            number = (first >> (HEIGHT * level)) // WIDTH
            pending = self._fill(level, number, pending, changed)
            level += 1
        return changed

    def root(self) -> bytes:
        """The hash of the whole tree, from its edge alone."""
        whole = [
            _of(hashes, node)
            for hashes in reversed(self._edge)
            for node in Span(0, len(hashes) // HASH_BYTES).nodes()
        ]
        return folded(whole) if whole else EMPTY_ROOT

    def _fill(self, level: int, number: int, hashes: bytes, changed: dict[Tile, bytes]) -> bytes:
        """Put these hashes into a level; gives those that become hashes of the level above."""
        tile, full = self._edge[level], []
        for at in range(0, len(hashes), HASH_BYTES):
            tile += hashes[at : at + HASH_BYTES]
            if len(tile) == WIDTH * HASH_BYTES:
                changed[Tile(level, number)] = bytes(tile)
                full.append(perfect(cut(tile)))
                tile.clear()
                number += 1
        if tile:
            changed[Tile(level, number, len(tile) // HASH_BYTES)] = bytes(tile)
        return b"".join(full)


def _of(hashes: bytes | bytearray, node: Node) -> bytes:
    """The hash of a subtree within one tile."""
    begin, end = node.place << node.height, (node.place + 1) << node.height
    return perfect(cut(hashes[begin * HASH_BYTES : end * HASH_BYTES]))
