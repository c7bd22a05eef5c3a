"""A running house's logs and feeds, as anybody reads them through the gateway."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from infra.audit.checkpoint import Checkpoint
from infra.audit.note import Kind, Note, VerifierKey
from infra.audit.tiles import WIDTH, Tile, edge, number_path, tile_path, unbundled
from tests.conformance.material import pairs, places, put

SECONDS = 30


def read(url: str, token: str, folder: Path) -> None:
    """Each service's log, and its feeds' files, which name one another as they are downloaded.

    The lines take a token of somebody who may read them.
    """
    headers = {"authorization": f"Bearer {token}"} if token else {}
    about = {"base_url": url, "headers": headers, "timeout": SECONDS, "trust_env": False}
    with httpx.Client(**about) as house:
        keys = [VerifierKey.parse(text) for text in _text(house, "/log/keys").split()]
        for key in keys:
            if key.kind is Kind.NOTE:
                service = key.name.rpartition("/")[2]
                witnesses = [each for each in keys if each.kind is Kind.COSIGNATURE]
                _log(house, service, folder / "log" / f"house-{service}", [key, *witnesses])
        _feeds(house, folder / "release" / "house")


def _log(house: httpx.Client, service: str, folder: Path, keys: list[VerifierKey]) -> None:
    root = f"/log/{service}"
    note = _text(house, f"{root}/checkpoint")
    size = Checkpoint.parse(Note.parse(note).text).size
    put(folder / "keys", "".join(f"{key}\n" for key in keys).encode())
    put(folder / "checkpoint", note.encode())
    lines: list[bytes] = []
    for path in _tiles(size):
        body = _bytes(house, f"{root}/tile/{path}")
        put(folder / "tile" / path, body)
        lines += unbundled(body) if path.startswith("entries/") else []
    put(folder / "lines.jsonl", b"".join(line + b"\n" for line in lines))
    for sequence in places(size):
        put(folder / "proof" / str(sequence), _bytes(house, f"{root}/proof/{sequence}"))
    for old, new in pairs(size):
        shown = _bytes(house, f"{root}/consistency?old={old}&new={new}")
        put(folder / "consistency" / f"{old}-{new}", shown)


def _tiles(size: int) -> list[str]:
    """All of a tree of that size, and the bundles of its lines."""
    found = [tile_path(tile) for tile in edge(size) if tile.width]
    for level in range(len(edge(size))):
        found += [tile_path(Tile(level, n)) for n in range((size >> (8 * level)) // WIDTH)]
    for first in range(0, size, WIDTH):
        found.append(f"entries/{number_path(first // WIDTH, min(WIDTH, size - first))}")
    return found


def _feeds(house: httpx.Client, folder: Path) -> None:
    """Every file of every release that the token may see."""
    for feed in json.loads(_text(house, "/v1/feeds"))["feeds"]:
        those = json.loads(_text(house, f"{feed['href']}?includeHistory=true"))["releases"]
        for one in those:
            for file in one["files"]:
                name = f"{feed['code']}-{one['number']}.{file['format']}"
                put(folder / name, _bytes(house, file["href"]))


def _bytes(house: httpx.Client, path: str) -> bytes:
    answer = house.get(path)
    if answer.status_code != httpx.codes.OK:
        raise SystemExit(f"{path}: {answer.status_code} {answer.text[:300]}")
    return answer.content


def _text(house: httpx.Client, path: str) -> str:
    return _bytes(house, path).decode()
