"""A witness of somebody else's, as c2sp.org/tlog-witness has it, written from that page alone."""

from __future__ import annotations

import base64

import httpx

from infra.audit.checkpoint import Checkpoint, read
from infra.audit.merkle import EMPTY_ROOT, continues
from infra.audit.note import Malformed, Note, NotSigned, Signer, VerifierKey


class OtherWitness:
    """It knows one log's key, and remembers the largest checkpoint of it."""

    def __init__(self, signer: Signer, origin: str, log: VerifierKey, now: int) -> None:
        self.signer, self.origin, self.log, self.now = signer, origin, log, now
        self.seen = Checkpoint(origin, 0, EMPTY_ROOT)
        self.asked = 0
        self.instead: httpx.Response | None = None
        """What it answers, whatever it is asked."""

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        assert (request.method, request.url.path) == ("POST", "/w/add-checkpoint")
        if self.instead is not None:
            return self.instead
        head, _, note = request.content.decode().partition("\n\n")
        first, *hashes = head.split("\n")
        assert first.startswith("old ")
        try:
            shown = read(note, self.origin, [self.log])
        except (Malformed, NotSigned):
            return httpx.Response(403)
        old = int(first.removeprefix("old "))
        if old != self.seen.size:
            size = f"{self.seen.size}\n"
            return httpx.Response(409, text=size, headers={"content-type": "text/x.tlog.size"})
        proof = [base64.b64decode(each) for each in hashes]
        if not continues(old, self.seen.root, shown.size, shown.root, proof):
            return httpx.Response(422)
        self.seen = shown
        return httpx.Response(200, text=str(self.signer.sign(Note.parse(note).text, time=self.now)))
