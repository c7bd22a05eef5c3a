"""What is checked: a signed log as files, the files of a release, its feed, lines, and vectors."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path

from gateway.feeds import bundle, catalogue, formats
from gateway.feeds.model import Release
from infra.audit.checkpoint import Proof
from infra.audit.merkle import (
    HASH_BYTES,
    Span,
    consistency,
    continues,
    includes,
    inclusion,
    leaf_hash,
)
from infra.audit.tiles import WIDTH, Growth, Tile, edge, number_path, tile_path
from infra.audit.tiles import bundle as bundled
from tests.bundles import SIGNER, WITNESS, all_releases, kept
from tests.feeding import (
    BAYSIDE,
    GLEN_EIRA,
    KINGSTON,
    ROOT,
    WHOLE,
    Log,
    define,
    first,
    free,
    measure,
    release,
    scenario,
)
from tests.oddities import odd_release
from tests.spec.test_merkle import (
    CONSISTENCY,
    INCLUSION,
    INPUTS,
    ROOTS,
    broken_consistencies,
    broken_inclusions,
    proof,
)

BASE = "https://house.example"
LINES = 1_000
SERVICE = "measurement"
ODD = 'naïve 🌾 \u2028 \x7f "quoted" \\ / \ue000 \U0001f600 \ufb33 é = =1+1'
"""Letters that JSON may write in several ways, and RFC 8785 in one."""


def write(folder: Path) -> None:
    """All of it, made by the house's own code."""
    log = scenario()
    while len(log.lines) < LINES:
        told = {"note": ODD, "zeta": 1, "alpha": [True, None, {"ä": "1.10", "A": -0}], "": ""}
        log.tell("data-agreement-proposed", f"{ROOT}/data-agreement/{SIGNER_ID}", told)
    write_log(folder / "log" / SERVICE, log)
    put(folder / "lines.jsonl", "".join(f"{line}\n" for line in log.lines[-40:]).encode())
    for each in (*all_releases(log), odd_release(number=3)):
        write_release(folder / "release", each)
    write_feed(folder / "feed")
    put(folder / "vectors.json", json.dumps(vectors(), indent=1).encode())


SIGNER_ID = "7b9f6d3e-3c1f-4c55-9d6b-0d6c7c6a5e11"


def put(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


# --- the log -----------------------------------------------------------------------------------


def write_log(folder: Path, log: Log) -> None:
    """A log as the gateway serves it: C2SP's paths, and proofs for lines of every kind of place."""
    signed = kept(log)
    size = signed.checkpoint.size
    put(folder / "keys", f"{SIGNER.key}\n{WITNESS.key}\n".encode())
    put(folder / "checkpoint", signed.note.encode())
    for path, body in tiles(log).items():
        put(folder / "tile" / path, body)
    for sequence in places(size):
        hashes = signed.hashes(inclusion(sequence - 1, size))
        text = str(Proof(sequence - 1, tuple(hashes), signed.note))
        put(folder / "proof" / str(sequence), text.encode())
    for old, new in pairs(size):
        put(folder / "consistency" / f"{old}-{new}", grown(signed, old, new))


def places(size: int) -> list[int]:
    return sorted({1, 2, 255, 256, 257, size // 2, size - 1, size} & set(range(1, size + 1)))


def pairs(size: int) -> list[tuple[int, int]]:
    """From nearly nothing, over the edge of a tile, to all of it; and between two earlier sizes."""
    found = {(1, size), (size // 2, size), (size - 1, size), (size, size), (1, size // 3)}
    if size > WIDTH + 1:
        found |= {(WIDTH - 1, WIDTH + 1), (WIDTH, size)}
    return sorted(found)


def tiles(log: Log) -> Mapping[str, bytes]:
    """By path behind `tile/`: whole tiles, those at the edge, and the lines in bundles."""
    size, found = len(log.lines), {}
    tree, leaves = Growth(), log.leaves
    for at in range(0, len(leaves), HASH_BYTES):
        for tile, body in tree.add(leaves[at : at + HASH_BYTES]).items():
            found[tile] = body
    kept_tiles = {tile for tile in found if tile.width == WIDTH} | set(edge(size))
    paths = {tile_path(tile): found[tile] for tile in kept_tiles if tile.width}
    entries = [line.encode() for line in log.lines]
    for first_one in range(0, size, WIDTH):
        width = min(WIDTH, size - first_one)
        path = number_path(Tile(0, first_one // WIDTH, width).number, width)
        paths[f"entries/{path}"] = bundled(entries[first_one : first_one + width])
    return paths


def grown(signed: bundle.Kept, old: int, new: int) -> bytes:
    hashes = [_text(each) for each in signed.hashes(consistency(old, new))]
    ends = {
        name: {"size": size, "root": _text(signed.hashes([Span(0, size)])[0])}
        for name, size in (("old", old), ("new", new))
    }
    told = {"origin": signed.checkpoint.origin, **ends, "proof": hashes}
    return json.dumps(told, indent=1).encode()


def _text(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()


# --- a release and its feed --------------------------------------------------------------------


def write_release(folder: Path, one: Release) -> None:
    for name, body in formats.made(one).items():
        put(folder / name, body)


def write_feed(folder: Path) -> None:
    """A feed of 43 releases, so two archives stand behind the document that people subscribe to."""
    log = Log()
    define(log)
    inputs = measure(log, [(BAYSIDE, 30, 50), (GLEN_EIRA, 60, 100), (KINGSTON, 100, 160)])
    cells = [*first(inputs)[:3], free(WHOLE, 190, 310, inputs, computed=True)]
    for number in range(1, 44):
        release(log, cells, number=number)
    those = all_releases(log)
    number = 0
    while (shown := catalogue.page(those, number)) is not None:
        body = catalogue.as_atom(those[0].profile, shown, those, BASE)
        put(folder / (f"archive/{number}.atom" if number else "current.atom"), body)
        number += 1


# --- vectors -----------------------------------------------------------------------------------


def vectors() -> dict[str, object]:
    """The cases that transparency-dev's vectors hold, made anew, with what our own code says."""
    included = [
        (index, size, leaf_hash(bytes.fromhex(entry)), ROOTS[size - 1], proof(names))
        for index, size, entry, names in INCLUSION
    ]
    continued = [
        (old, new, ROOTS[old - 1], ROOTS[new - 1], proof(names)) for old, new, names in CONSISTENCY
    ]
    return {
        "leaves": [entry.hex() for entry in INPUTS],
        "roots": [root.hex() for root in ROOTS],
        "inclusion": [
            _case(index, size, leaf, root, path, includes(leaf, index, size, path, root))
            for index, size, leaf, root, path in [*included, *broken_inclusions()]
        ],
        "consistency": [
            _case(old, new, one, other, path, continues(old, one, new, other, path))
            for old, new, one, other, path in [*continued, *broken_consistencies()]
        ],
    }


def _case(
    one: int, other: int, first_hash: bytes, second: bytes, path: list[bytes], holds: bool
) -> dict[str, object]:
    hashes = {"first": first_hash.hex(), "second": second.hex()}
    return {"a": one, "b": other, **hashes, "proof": [each.hex() for each in path], "holds": holds}
