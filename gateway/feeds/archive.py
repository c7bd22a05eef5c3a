"""A bundle's zip: the same bytes for the same files, and not one of them free.

A zip may end with a comment. A bundle's is its seal: the note by which the log's key signs the
digest of all that stands in front of it.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest instant that a zip can tell: when a file was packed is nobody's business."""
STORED = ("log/leaves",)
"""Hashes are not squeezed, for nothing comes of it."""
LENGTH = 2
"""Bytes at a zip's very end that say how long its comment is."""


class Unsealed:
    """A bundle that lacks nothing but its seal."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        body = io.BytesIO()
        with zipfile.ZipFile(body, "w") as archive:
            for name in sorted(files):
                about = zipfile.ZipInfo(name, EPOCH)
                about.external_attr = 0o644 << 16
                about.create_system = 3
                squeezed = zipfile.ZIP_STORED if name in STORED else zipfile.ZIP_DEFLATED
                archive.writestr(about, files[name], squeezed, 6)
        self._body = body.getvalue()[:-LENGTH]
        self.digest = hashlib.sha256(self._body).hexdigest()
        """What the log's own key is to sign: the SHA-256 of all in front of the seal."""

    def sealed(self, seal: str) -> bytes:
        """The zip, with the signed note over its digest behind it."""
        comment = seal.encode()
        return self._body + len(comment).to_bytes(LENGTH, "little") + comment
