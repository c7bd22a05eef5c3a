"""Other witnesses, as a C2SP tlog-policy names them: asked to cosign as well (tlog-witness).

They are strangers: what one of them answers is short, signed by its key, or nothing.
"""

from __future__ import annotations

import asyncio
import base64
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import httpx

from infra.audit.checkpoint import Checkpoint
from infra.audit.note import Kind, Malformed, Note, Signature, VerifierKey
from infra.observability import Gauges

log = logging.getLogger(__name__)

GAUGES = Gauges()
SECONDS = 3.0
"""For an answer; who needs longer cosigns the next checkpoint."""
PAUSE_SECONDS = 30.0
"""So long somebody who did not cosign is not asked again."""
LARGEST = 16 * 1024
MOST = 20

Proves = Callable[[int], Awaitable[Sequence[bytes]]]
"""The proof of consistency from an older size to the checkpoint's."""


class Other(NamedTuple):
    """A witness that is not ours: its key, and where it answers."""

    key: VerifierKey
    url: str


class PolicyRefused(Exception):
    """The file of other witnesses is no C2SP tlog-policy: each is a line `witness NAME KEY URL`,
    with a key of kind cosignature/v1 and an https or http URL."""

    def __init__(self, line: str) -> None:
        super().__init__(f"{self.__doc__} This line is none: {line[:200]!r}")


def named(policy: str) -> list[Other]:
    """The witnesses that can be asked. The policy's logs, groups and quorum are for verifiers."""
    found = []
    for line in policy.splitlines():
        words = line.split()
        if not words or words[0].startswith("#") or words[0] in ("log", "group", "quorum"):
            continue
        if words[0] != "witness" or len(words) not in (3, 4):
            raise PolicyRefused(line)
        try:
            key = VerifierKey.parse(words[2])
        except Malformed as error:
            raise PolicyRefused(line) from error
        asked = len(words) == 4
        if key.kind is not Kind.COSIGNATURE or (asked and not words[3].startswith("http")):
            raise PolicyRefused(line)
        if asked:
            found.append(Other(key, words[3].rstrip("/")))
    if len(found) > MOST:
        raise PolicyRefused(f"{len(found)} witnesses, and {MOST} at most")
    return found


def of_file(path: str) -> Others:
    """Those that the file names; none where no file is named."""
    return Others(named(Path(path).read_text("utf-8")) if path else [])


class Others:
    """All of them. What each saw last is asked of itself, so a restart forgets nothing."""

    def __init__(
        self, those: Sequence[Other], transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self._those = those
        self._transport = transport
        self._seen: dict[tuple[str, Other], int] = {}
        self._paused: dict[tuple[str, Other], float] = {}

    def keys(self) -> list[VerifierKey]:
        return [other.key for other in self._those]

    async def cosign(self, note: str, checkpoint: Checkpoint, proves: Proves) -> list[Signature]:
        """The cosignatures of those that gave one in time; the log alone signed the note."""
        origin, now = checkpoint.origin, time.monotonic()
        asked = [o for o in self._those if self._paused.get((origin, o), 0.0) <= now]
        if not asked:
            return []
        async with httpx.AsyncClient(transport=self._transport, timeout=SECONDS) as client:
            found = await asyncio.gather(
                *(self._asked(client, other, note, checkpoint, proves) for other in asked)
            )
        return [each for some in found for each in some]

    async def _asked(
        self,
        client: httpx.AsyncClient,
        other: Other,
        note: str,
        checkpoint: Checkpoint,
        proves: Proves,
    ) -> list[Signature]:
        about = (checkpoint.origin, other)
        try:
            async with asyncio.timeout(SECONDS):
                made, why = await self._told(client, other, note, checkpoint, proves)
        except (httpx.HTTPError, TimeoutError) as error:
            made, why = [], f"{type(error).__name__} {error}"
        if made:
            self._seen[about] = checkpoint.size
        else:
            self._paused[about] = time.monotonic() + PAUSE_SECONDS
            log.warning("%s does not cosign %s: %s", other.key.name, checkpoint.origin, why)
        GAUGES.show(
            "other_witness_refuses",
            not made,
            meaning="Whether another witness did not cosign the log when it was asked last",
            source=checkpoint.origin.rpartition("/")[2],
            witness=other.key.name,
        )
        return made

    async def _told(
        self,
        client: httpx.AsyncClient,
        other: Other,
        note: str,
        checkpoint: Checkpoint,
        proves: Proves,
    ) -> tuple[list[Signature], str]:
        """Its cosignatures, or why there are none. It is asked again from the size it says."""
        old, why = self._seen.get((checkpoint.origin, other), 0), ""
        for _ in range(2):
            proof = await proves(old) if old <= checkpoint.size else []
            hashes = "".join(f"{base64.b64encode(each).decode()}\n" for each in proof)
            status, body = await _posted(client, f"{other.url}/add-checkpoint", old, hashes, note)
            if status == httpx.codes.OK:
                return _made(other.key, Note.parse(note).text, body), "its signature is not its own"
            why = f"it answers {status}"
            if status != httpx.codes.CONFLICT or not body.strip().isdigit():
                break
            old = int(body[:20])
            if old > checkpoint.size:
                return [], f"it has seen {old} lines already"
        return [], why


async def _posted(
    client: httpx.AsyncClient, url: str, old: int, hashes: str, note: str
) -> tuple[int, str]:
    body = f"old {old}\n{hashes}\n{note}".encode()
    async with client.stream("POST", url, content=body) as answer:
        read = b""
        async for chunk in answer.aiter_bytes():
            read += chunk
            if len(read) > LARGEST:
                return httpx.codes.BAD_GATEWAY, ""
        return answer.status_code, read.decode("utf-8", "replace")


def _made(key: VerifierKey, text: str, lines: str) -> list[Signature]:
    """The signatures among these lines that the key made of the text."""
    try:
        found = Note.parse(f"{text}\n{lines}").signatures
    except Malformed:
        return []
    return [each for each in found if key.made(each) and key.holds(text, each.signature)]
