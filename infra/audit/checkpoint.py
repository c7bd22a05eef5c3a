"""C2SP checkpoints and proofs of them: how large a log was, and the hash of all of it. Pure."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from infra.audit.merkle import EMPTY_ROOT, HASH_BYTES, includes, leaf_hash
from infra.audit.note import (
    NAME,
    TIMESTAMP_BYTES,
    Malformed,
    Note,
    NotSigned,
    VerifierKey,
    opened,
)

PROOF = "c2sp.org/tlog-proof@v1"
NUMBER = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)
MOST_HASHES = 63


class Checkpoint(NamedTuple):
    """A log's state in three lines."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """From a note's text. Lines behind the third are refused: ours has none."""
        lines = text.split("\n")
        if len(lines) != 4 or lines[3] or not NAME.fullmatch(lines[0]):
            raise Malformed("a checkpoint has three lines: origin, size and root")
        checkpoint = cls(lines[0], _number(lines[1]), hash_of(lines[2]))
        if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
            raise Malformed("an empty log has one root only")
        return checkpoint


def read(note: str, origin: str, keys: Iterable[VerifierKey]) -> Checkpoint:
    """The checkpoint of that log in a note that one of its keys signed."""
    parsed = Note.parse(note)
    opened(parsed, keys)
    checkpoint = Checkpoint.parse(parsed.text)
    if checkpoint.origin != origin:
        raise NotSigned(f"this is a checkpoint of {checkpoint.origin}, not of {origin}")
    return checkpoint


def witnessed(note: str, witness: VerifierKey) -> int:
    """When that witness cosigned the note last, in seconds since 1970. Raises NotSigned."""
    made = opened(Note.parse(note), [witness])
    return max(int.from_bytes(each.signature[:TIMESTAMP_BYTES], "big") for each in made)


class Proof(NamedTuple):
    """A tlog-proof file: a line stands at a place of a log (from 0), checked without the log."""

    place: int
    hashes: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in self.hashes)
        return f"{PROOF}\nindex {self.place}\n{hashes}\n{self.note}"

    @classmethod
    def parse(cls, text: str) -> Proof:
        head, blank, note = text.partition("\n\n")
        lines = head.split("\n")
        if not blank or lines.pop(0) != PROOF:
            raise Malformed("this is no tlog-proof of version 1")
        if lines and lines[0].startswith("extra "):
            lines.pop(0)  # says nothing that is proven
        if not lines or not lines[0].startswith("index ") or len(lines) > MOST_HASHES + 1:
            raise Malformed("a tlog-proof names its index, and then hashes")
        index = _number(lines[0].removeprefix("index "))
        return cls(index, tuple(hash_of(line) for line in lines[1:]), note)

    def holds(
        self,
        line: bytes,
        origin: str,
        keys: Iterable[VerifierKey],
        witnesses: Sequence[VerifierKey] = (),
    ) -> Checkpoint:
        """The checkpoint under which the line stands there, cosigned by all these witnesses.

        Raises NotSigned where it is not so. This needs nothing but its arguments.
        """
        checkpoint = read(self.note, origin, keys)
        for witness in witnesses:
            witnessed(self.note, witness)
        _, size, root = checkpoint
        if not includes(leaf_hash(line), self.place, size, self.hashes, root):
            raise NotSigned("the line does not stand there in that log")
        return checkpoint


def hash_of(text: str) -> bytes:
    """A hash from its canonical base 64."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise Malformed("a hash is base 64") from error
    if len(found) != HASH_BYTES or base64.b64encode(found).decode() != text:
        raise Malformed("a hash is the canonical base 64 of 32 bytes")
    return found


def _number(text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise Malformed("a size or index is a number without zeroes before it")
    return int(text)
