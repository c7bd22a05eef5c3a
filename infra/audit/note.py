"""C2SP signed notes: a text, and lines of signatures by named Ed25519 keys. Pure.

A key is named by a name and four bytes of a hash, so notes can bear several signatures: a log's
old and new key while one replaces the other, and witnesses'.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = re.compile(r"[^\s+\x00-\x1f]{1,200}")
LARGEST = 64 * 1024
MOST_SIGNATURES = 100
TIMESTAMP_BYTES = 8


class Malformed(ValueError):
    """A text that is no signed note, verifier key, checkpoint or proof."""


class NotSigned(Exception):
    """No trusted key has signed this note, or a signature in a trusted key's name is false."""


class Kind(IntEnum):
    """What a key signs."""

    NOTE = 0x01
    COSIGNATURE = 0x04


class Signature(NamedTuple):
    """One line of a note, as it stands there."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"\u2014 {self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


class Note(NamedTuple):
    """A text that ends with a newline, and who says to have signed it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(map(str, self.signatures))}"

    @classmethod
    def parse(cls, note: str) -> Note:
        """What it says of itself: nothing of it is verified yet."""
        if len(note) > LARGEST or re.search(r"[\x00-\x09\x0b-\x1f]", note):
            raise Malformed("a note is short and has no control characters")
        text, blank, lines = note.rpartition("\n\n")
        if not blank or not lines.endswith("\n"):
            raise Malformed("a note is a text, an empty line, and signatures")
        found = tuple(_signature(line) for line in lines[:-1].split("\n"))
        if len(found) > MOST_SIGNATURES:
            raise Malformed("too many signatures")
        return cls(f"{text}\n", found)


@dataclass(frozen=True)
class VerifierKey:
    """`<name>+<key id>+<key>`: what somebody has to know beforehand to trust a note."""

    name: str
    public: bytes
    kind: Kind = Kind.NOTE

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise Malformed("a key's name has no spaces and no plus")
        if len(self.public) != 32:
            raise Malformed("an Ed25519 public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        return sha256(f"{self.name}\n".encode() + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        key = base64.b64encode(bytes([self.kind]) + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        try:
            name, key_id, encoded = text.split("+", 2)
            key = _decoded(encoded)
            found = cls(name, key[1:], Kind(key[0]))
        except (ValueError, IndexError) as error:
            raise Malformed(f"no verifier key: {error}") from error
        if found.key_id.hex() != key_id:
            raise Malformed("the verifier key's id is not of its name and key")
        return found

    def made(self, signature: Signature) -> bool:
        """Whether the line says to be of this key."""
        return (signature.name, signature.key_id) == (self.name, self.key_id)

    def holds(self, text: str, signature: bytes) -> bool:
        """Whether this key made the signature of that text."""
        if self.kind is Kind.COSIGNATURE:
            time, signature = signature[:TIMESTAMP_BYTES], signature[TIMESTAMP_BYTES:]
            if len(time) < TIMESTAMP_BYTES or time[0] > 0x7F:
                return False
            text = cosigned(text, int.from_bytes(time, "big"))
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key and its name."""

    name: str
    private: Ed25519PrivateKey
    kind: Kind = Kind.NOTE

    def __repr__(self) -> str:
        return f"Signer({self.key})"

    @property
    def key(self) -> VerifierKey:
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw(), self.kind)

    def sign(self, text: str, *, time: int = 0) -> Signature:
        """Its line under a text; `time` is a cosignature's, in seconds since 1970."""
        if self.kind is Kind.COSIGNATURE:
            made = time.to_bytes(TIMESTAMP_BYTES, "big")
            made += self.private.sign(cosigned(text, time).encode())
        else:
            made = self.private.sign(text.encode())
        return Signature(self.name, self.key.key_id, made)


def cosigned(text: str, time: int) -> str:
    """What a witness signs of a checkpoint's text (cosignature/v1)."""
    return f"cosignature/v1\ntime {time}\n{text}"


def opened(note: Note, keys: Iterable[VerifierKey]) -> list[Signature]:
    """The signatures of these keys; at least one, and none of them false, or NotSigned is raised.

    Signatures of other keys are passed over: they are somebody else's business.
    """
    known = list(keys)
    found = []
    for signature in note.signatures:
        for key in known:
            if key.made(signature):
                if not key.holds(note.text, signature.signature):
                    raise NotSigned(f"the signature in the name of {key} is false")
                found.append(signature)
    if not found:
        raise NotSigned(f"signed by none of {', '.join(map(str, known)) or 'no keys'}")
    return found


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, encoded = rest.partition(" ")
    made = _decoded(encoded)
    if dash != "\u2014" or not NAME.fullmatch(name) or len(made) < 5:
        raise Malformed("a line of this note is no signature")
    return Signature(name, made[:4], made[4:])


def _decoded(text: str) -> bytes:
    """Base 64 in its one canonical spelling."""
    try:
        found = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise Malformed("this is not base 64") from error
    if base64.b64encode(found).decode() != text:
        raise Malformed("this is not canonical base 64")
    return found
