"""A log's keys, and what it signed last: a folder of files that no backup of the database holds."""

from __future__ import annotations

import fcntl
import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from infra.audit.note import Kind, Signer, VerifierKey

PEM = re.compile(r"-----BEGIN PRIVATE KEY-----.*?-----END PRIVATE KEY-----", re.DOTALL)


class KeyRefused(Exception):
    """The text that was given as a log's key holds something other than Ed25519 keys."""

    def __str__(self) -> str:
        return self.__doc__ or ""


@dataclass(frozen=True)
class KeyFolder:
    """The files of one log, `log-<name>.*`: private keys, public keys, the last checkpoint."""

    folder: Path
    name: str
    key_name: str
    """As the keys are called in notes: a log's origin."""
    kind: Kind = Kind.NOTE
    given: str = field(default="", repr=False)
    """Private keys as PEM, from elsewhere; the folder's are not asked then."""

    def signers(self) -> tuple[Signer, ...]:
        """All keys that sign: several while one replaces another. None where there are none yet."""
        path = self._file("pem")
        text = self.given or (path.read_text("ascii") if path.exists() else "")
        blocks = PEM.findall(text)
        if text.strip() and (not blocks or PEM.sub("", text).strip()):
            raise KeyRefused
        return tuple(Signer(self.key_name, _private(block), self.kind) for block in blocks)

    def make(self) -> None:
        """A first key, for its owner's eyes only. Whoever comes second keeps the first one's."""
        pem = Ed25519PrivateKey.generate().private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
        )
        beside = self._written(pem)
        try:
            os.link(beside, self._file("pem"))
        except FileExistsError:
            return
        finally:
            beside.unlink()

    def publish(self, signers: Sequence[Signer]) -> None:
        """Write down the public keys, a line each, for whoever verifies."""
        text = "".join(f"{signer.key}\n" for signer in signers)
        path = self._file("vkey")
        if not path.exists() or path.read_text("utf-8") != text:
            self._replace("vkey", text, mode=0o644)

    def published(self) -> tuple[VerifierKey, ...]:
        """The public keys. None where they were not published yet."""
        path = self._file("vkey")
        lines = path.read_text("utf-8").split() if path.exists() else []
        return tuple(VerifierKey.parse(line) for line in lines)

    def last(self) -> str:
        """The checkpoint that was signed last, whatever the database says; empty: none as yet."""
        path = self._file("signed")
        return path.read_text("utf-8") if path.exists() else ""

    def remember(self, note: str) -> None:
        """Keep it, for good, before anybody sees it."""
        self._replace("signed", note, mode=0o600)

    def handovers(self) -> str:
        """The notes by which one key followed another, for whoever verifies; empty: none as yet."""
        path = self._file("handovers")
        return path.read_text("utf-8") if path.exists() else ""

    def hand_over(self, note: str) -> None:
        """Write down one more of them."""
        before = self.handovers()
        self._replace("handovers", f"{before}\n{note}" if before else note, mode=0o644)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else signs meanwhile."""
        file = os.open(self._file("lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
        finally:
            os.close(file)

    def _file(self, kind: str) -> Path:
        return self.folder / f"log-{self.name}.{kind}"

    def _replace(self, kind: str, text: str, *, mode: int) -> None:
        os.replace(self._written(text.encode(), mode), self._file(kind))
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _written(self, body: bytes, mode: int = 0o600) -> Path:
        """A new file beside, whole and on the disk."""
        beside = self._file(f"{secrets.token_hex(4)}.new")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        return beside


def _private(block: str) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(block.encode(), password=None)
    except ValueError:
        raise KeyRefused from None  # its text would be in the traceback
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused
    return key
