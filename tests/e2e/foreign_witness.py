"""A witness of somebody else's, who shares no code with the house: c2sp.org/tlog-witness and
tlog-cosignature, written from these pages with `cryptography`, behind a real socket."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

NAME = "elsewhere.example/w"
EMPTY = hashlib.sha256().digest()


class Refused(Exception):
    """An HTTP status, and what is said with it."""

    def __init__(self, status: int, said: str = "") -> None:
        super().__init__(said)
        self.status, self.said = status, said


class Shown(NamedTuple):
    size: int
    root: bytes


class ForeignWitness:
    """It trusts the logs whose keys lie in a folder, and remembers the largest of each."""

    def __init__(self) -> None:
        self.keys: Path | None = None
        self.asked = 0
        self._private = Ed25519PrivateKey.generate()
        self._seen: dict[str, Shown] = {}
        self._lock = Lock()

    @property
    def _encoded(self) -> bytes:
        return b"\4" + self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def _id(self) -> bytes:
        return hashlib.sha256(NAME.encode() + b"\n" + self._encoded).digest()[:4]

    def __str__(self) -> str:
        """Its verifier key."""
        return f"{NAME}+{self._id.hex()}+{base64.b64encode(self._encoded).decode()}"

    def add_checkpoint(self, body: str) -> str:
        """The line of its cosignature, where the log only grew."""
        head, _, note = body.partition("\n\n")
        first, *proof = head.split("\n")
        text, _, signatures = note.partition("\n\n")
        origin, size, root = text.split("\n")
        with self._lock:
            self.asked += 1
            self._require_signed(origin, f"{text}\n", signatures)
            seen = self._seen.get(origin, Shown(0, EMPTY))
            shown = Shown(int(size), base64.b64decode(root))
            if int(first.removeprefix("old ")) != seen.size:
                raise Refused(409, f"{seen.size}\n")
            if not grew(seen, shown, [base64.b64decode(one) for one in proof]):
                raise Refused(422)
            self._seen[origin] = shown
            return self._cosignature(f"{text}\n")

    def _cosignature(self, text: str) -> str:
        now = int(time.time())
        made = self._private.sign(f"cosignature/v1\ntime {now}\n{text}".encode())
        encoded = base64.b64encode(self._id + now.to_bytes(8, "big") + made).decode()
        return f"\u2014 {NAME} {encoded}\n"

    def _require_signed(self, origin: str, text: str, signatures: str) -> None:
        if self.keys is None:
            raise Refused(404)
        known = [key for file in self.keys.glob("*.vkey") for key in file.read_text().split()]
        if not any(key.startswith(f"{origin}+") for key in known):
            raise Refused(404)
        for key in known:
            name, id, encoded = key.split("+", 2)
            public = Ed25519PublicKey.from_public_bytes(base64.b64decode(encoded)[1:])
            for line in signatures.splitlines():
                _, by, made = line.split(" ")
                raw = base64.b64decode(made)
                if (by, raw[:4].hex()) == (origin, id) and name == origin:
                    try:
                        public.verify(raw[4:], text.encode())
                    except InvalidSignature:
                        raise Refused(403) from None
                    return
        raise Refused(403)


def grew(old: Shown, new: Shown, proof: list[bytes]) -> bool:
    """Whether the proof shows that the log begins with what it was."""
    if old.size in (0, new.size):
        return not proof and (old.size == 0 or old.root == new.root)
    path = [old.root, *proof] if old.size & (old.size - 1) == 0 else proof
    return old.size < new.size and climbed(old.size, new.size, path) == (old.root, new.root)


def climbed(old: int, new: int, path: list[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a proof comes to (RFC 9162, 2.1.4.2)."""
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before, now = path[0], path[0]
    for one in path[1:]:
        if last == 0:
            return None
        if at & 1 or at == last:
            before, now = node(one, before), node(one, now)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            now = node(now, one)
        at, last = at >> 1, last >> 1
    return (before, now) if last == 0 else None


def node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


@contextmanager
def listening(witness: ForeignWitness) -> Iterator[str]:
    """Where it answers."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            try:
                if self.path != "/w/add-checkpoint":
                    raise Refused(404)
                status, said = 200, witness.add_checkpoint(body)
            except Refused as refused:
                status, said = refused.status, refused.said
            self.send_response(status)
            self.send_header("Content-Length", str(len(said.encode())))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: object) -> None:
            """Nothing: a test prints no log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/w"
        finally:
            server.shutdown()
            thread.join()
