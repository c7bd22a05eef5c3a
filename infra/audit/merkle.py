"""The SHA-256 tree of RFC 6962 (RFC 9162): hashes, proofs, and who checks them. Pure.

A tree is read through its tiles (tiles.py), so a proof for any leaf of a million needs a few of
them and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """Of one line; the prefix keeps a leaf from ever being taken for a node."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def folded(subtrees: Sequence[bytes]) -> bytes:
    """The hash of a span, from its perfect subtrees, left to right."""
    *before, whole = subtrees
    for left in reversed(before):
        whole = node_hash(left, whole)
    return whole


def perfect(hashes: Sequence[bytes]) -> bytes:
    """The hash over 2**n hashes that stand side by side."""
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
    return hashes[0]


class Node(NamedTuple):
    """A perfect subtree: the 2**height leaves from place * 2**height on."""

    height: int
    place: int


class Span(NamedTuple):
    """Leaves `start` up to, not including, `end`; a node of the tree, perfect or at its edge."""

    start: int
    end: int

    def nodes(self) -> list[Node]:
        """Its perfect subtrees, left to right, the largest first."""
        found, start = [], self.start
        while start < self.end:
            height = (self.end - start).bit_length() - 1
            found.append(Node(height, start >> height))
            start += 1 << height
        return found

    def halves(self) -> tuple[Span, Span]:
        """As RFC 6962 splits it: the left one as large a power of two as leaves a right one."""
        middle = self.start + (1 << ((self.end - self.start - 1).bit_length() - 1))
        return Span(self.start, middle), Span(middle, self.end)


def inclusion(index: int, size: int) -> list[Span]:
    """Whose hashes prove a leaf in a tree, in the order of the proof."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    beside, whole = [], Span(0, size)
    while whole.end - whole.start > 1:
        left, right = whole.halves()
        whole, other = (left, right) if index < right.start else (right, left)
        beside.append(other)
    return beside[::-1]


def consistency(old: int, new: int) -> list[Span]:
    """Whose hashes prove that a tree begins with an older one, in the order of the proof."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves holds none of {old}")
    if old in (0, new):
        return []
    beside, whole = [], Span(0, new)
    while whole.end != old:
        left, right = whole.halves()
        whole, other = (left, right) if old <= right.start else (right, left)
        beside.append(other)
    if whole.start:  # else it is the old tree itself, whose root the verifier has
        beside.append(whole)
    return beside[::-1]


def includes(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether the proof shows that leaf there, under that root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _whole(leaf, root, *proof):
        return False
    at, last, found = index, size - 1, leaf
    for beside in proof:
        if last == 0:
            return False
        if at & 1 or at == last:
            found = node_hash(beside, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and found == root


def continues(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the new tree begins with the old one (RFC 9162, 2.1.4.2).

    Every tree begins with the empty one, which has one root and needs no proof.
    """
    if not 0 <= old <= new or not _whole(old_root, new_root, *proof):
        return False
    if old == 0:
        empty = new > 0 or new_root == EMPTY_ROOT
        return not proof and old_root == EMPTY_ROOT and empty
    if old == new:
        return not proof and old_root == new_root
    return _grown(old, old_root, new, new_root, proof)


def _grown(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    path = list(proof)
    if old & (old - 1) == 0:  # a power of two: the old tree is a node of the new one
        path.insert(0, old_root)
    if not path:
        return False
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    older = newer = path[0]
    for beside in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            older, newer = node_hash(beside, older), node_hash(beside, newer)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            newer = node_hash(newer, beside)
        at, last = at >> 1, last >> 1
    return last == 0 and older == old_root and newer == new_root


def _whole(*hashes: bytes) -> bool:
    return all(len(each) == HASH_BYTES for each in hashes)
