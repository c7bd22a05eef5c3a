"""Ten thousand tamperings of a log by who can write it anew, but not sign it: each is found."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable
from types import SimpleNamespace
from typing import NamedTuple

import pytest

from gateway.feeds.archive import Unsealed
from gateway.verifier import verify
from infra.audit.merkle import leaf_hash
from tests.bundles import b64
from tests.feeding import Log, scenario

TIMES = 10_000
KINDS = 10


class Shown(NamedTuple):
    """A log as its reader gets it: lines, and the hash of each."""

    lines: list[bytes]
    leaves: list[bytes]


def shown(log: Log) -> Shown:
    lines = [line.encode() for line in log.lines]
    return Shown(lines, [leaf_hash(line) for line in lines])


def passes(given: Shown, size: int, root: bytes) -> bool:
    """Whether the verifier takes it for the log whose size and root were signed."""
    files = {"log/leaves": b"".join(given.leaves)}
    files["log/lines.jsonl"] = b"".join(line + b"\n" for line in given.lines)
    with zipfile.ZipFile(io.BytesIO(Unsealed(files).sealed(""))) as archive:
        case = SimpleNamespace(zip=archive, size=size, root=b64(root))
        return verify.tried(verify.lines_stand, case)[0] == verify.HOLDS


def tampered(given: Shown, chance: random.Random) -> Shown:
    """One line or hash edited, taken out, put in twice, moved, forged or hidden behind another."""
    lines, leaves = [*given.lines], [*given.leaves]
    at, other = chance.sample(range(len(lines)), 2)
    edited = bytearray(lines[at])
    edited[chance.randrange(len(edited))] ^= 1 << chance.randrange(8)
    hashed = chance.random() < 0.5  # the hash of what was changed is made anew as well
    kinds: list[Callable[[], object]] = [
        lambda: lines.__setitem__(at, bytes(edited)),
        lambda: lines.__setitem__(at, renumbered(lines[other], at + 1)),
        lambda: (lines.pop(at), leaves.pop(at)),
        lambda: (lines.insert(at, lines[at]), leaves.insert(at, leaves[at])),
        lambda: swap(lines, at, other) or (hashed and swap(leaves, at, other)),
        lambda: swap(leaves, at, other),
        lambda: (lines.append(renumbered(lines[at], len(lines) + 1)), leaves.append(leaves[at])),
        lambda: (lines.__delitem__(slice(at, None)), leaves.__delitem__(slice(at, None))),
        lambda: leaves.__setitem__(at, chance.randbytes(32)),
        lambda: (lines.pop(at), leaves.__setitem__(at, leaf_hash(bytes(edited)))),
    ]
    assert len(kinds) == KINDS
    kinds[chance.randrange(KINDS)]()
    if hashed and lines != given.lines and len(lines) == len(leaves):
        leaves = [leaf_hash(line) for line in lines]
    return Shown(lines, leaves)


def renumbered(line: bytes, sequence: int) -> bytes:
    at = line.rindex(b'"sequence":"') + len(b'"sequence":"')
    return line[:at] + f"{sequence:020}".encode() + line[at + 20 :]


def swap(those: list[bytes], at: int, other: int) -> None:
    those[at], those[other] = those[other], those[at]


@pytest.mark.parametrize("seed", range(10))
def test_every_tampering_is_found(seed: int) -> None:
    log = scenario()
    honest, size, root = shown(log), len(log.lines), log.root()
    assert passes(honest, size, root)
    chance = random.Random(seed)
    for number in range(TIMES // 10):
        forged = tampered(honest, chance)
        assert forged != honest
        assert not passes(forged, size, root), (seed, number)
