"""A bundle's zip: the same bytes for the same files, and not one of them free.

The log's key signs the manifest, and the manifest holds the digest of all that stands in front of
it. What stands behind it, the names and their places, follows from the files.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping

from gateway.feeds.tables import pretty

MANIFEST, SEAL = "manifest.json", "manifest.seal"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest instant that a zip can tell: when a file was packed is nobody's business."""
STORED = ("log/leaves",)
"""Hashes are not squeezed, for nothing comes of it."""


class Unsealed:
    """A bundle that lacks nothing but its seal."""

    def __init__(self, files: Mapping[str, bytes], told: Mapping[str, object]) -> None:
        self._body = io.BytesIO()
        self._archive = zipfile.ZipFile(self._body, "w")
        for name in sorted(files):
            self._add(name, files[name])
        manifest = pretty(
            {
                **told,
                "packed": hashlib.sha256(self._body.getbuffer()).hexdigest(),
                "files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)},
            }
        )
        self._add(MANIFEST, manifest)
        self.digest = hashlib.sha256(manifest).hexdigest()
        """What the log's own key is to sign: the SHA-256 of the manifest."""

    def sealed(self, seal: str) -> bytes:
        """The zip, with the signed note over its digest. Ends its being unsealed."""
        self._add(SEAL, seal.encode())
        self._archive.close()
        return self._body.getvalue()

    def _add(self, name: str, body: bytes) -> None:
        about = zipfile.ZipInfo(name, EPOCH)
        about.external_attr = 0o644 << 16
        about.create_system = 3
        squeezed = zipfile.ZIP_STORED if name in STORED else zipfile.ZIP_DEFLATED
        self._archive.writestr(about, body, squeezed, 6)
