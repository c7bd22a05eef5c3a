"""Sealing and opening: JSON Web Encryption (RFC 7516), direct use of a 256-bit key, AES-GCM.

A key is never stored. It is derived (HKDF, RFC 5869) from one random share per place, so destroying
the share in any one of them destroys the key, whatever becomes of the other or of its backups.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.measurement.vault.shares import SHARE_BYTES, Shares

NONCE_BYTES = 12
TAG_BYTES = 16
LENGTH_BYTES = 4
BLOCK = 1_024
"""Texts are padded to a multiple of this, so that a line does not tell how long one is."""


class KeyDestroyed(Exception):
    """The key of this story is gone, and with it all that it sealed."""


@dataclass(frozen=True)
class Vault:
    """`places`: where the shares lie. Each alone is worth nothing."""

    places: Sequence[Shares]

    async def begin(self, story_id: UUID) -> None:
        """Make the story's key: before anything is sealed by it, all its shares are kept."""
        for place in self.places:
            await place.put(story_id, secrets.token_bytes(SHARE_BYTES))

    async def seal(self, story_id: UUID, text: str) -> str:
        """The text as a JWE that only this story's key opens."""
        cipher = AESGCM(await self._key(story_id))
        header = _coded(orjson.dumps({"alg": "dir", "enc": "A256GCM", "kid": str(story_id)}))
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = cipher.encrypt(nonce, _padded(text), header.encode())
        body, tag = sealed[:-TAG_BYTES], sealed[-TAG_BYTES:]
        return ".".join((header, "", _coded(nonce), _coded(body), _coded(tag)))

    async def open(self, story_id: UUID, jwe: str) -> str:
        """The reverse; KeyDestroyed where the key is gone, or is another than it was sealed by."""
        cipher = AESGCM(await self._key(story_id))
        header, _, nonce, body, tag = jwe.split(".")
        try:
            plain = cipher.decrypt(_raw(nonce), _raw(body) + _raw(tag), header.encode())
        except InvalidTag as error:
            raise KeyDestroyed from error
        length = int.from_bytes(plain[:LENGTH_BYTES])
        return plain[LENGTH_BYTES : LENGTH_BYTES + length].decode()

    async def destroy(self, story_id: UUID) -> None:
        """Destroy every share; to do so twice is no error."""
        for place in self.places:
            await place.destroy(story_id)

    async def _key(self, story_id: UUID) -> bytes:
        shares = [await place.get(story_id) for place in self.places]
        whole = b"".join(share for share in shares if share is not None)
        if len(whole) != SHARE_BYTES * len(self.places):
            raise KeyDestroyed
        derive = HKDF(SHA256(), 32, salt=story_id.bytes, info=b"commonweal change story")
        return derive.derive(whole)


def _padded(text: str) -> bytes:
    said = text.encode()
    whole = len(said).to_bytes(LENGTH_BYTES) + said
    return whole + bytes(-len(whole) % BLOCK)


def _coded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw(coded: str) -> bytes:
    return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4))
