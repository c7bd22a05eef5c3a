"""Bundles of a log of ours, signed, witnessed and sealed; and those that were tampered with."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gateway.feeds import bundle
from gateway.feeds.archive import LENGTH, Unsealed
from gateway.feeds.model import PROFILE_FACTS, Release, fact_of, parsed, profiles, releases
from gateway.feeds.readable import readable
from gateway.verifier import verify
from infra.audit.checkpoint import Checkpoint
from infra.audit.handover import handed_over
from infra.audit.kept import SEAL
from infra.audit.note import Kind, Note, Signer
from tests.feeding import ORIGIN, Log

SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"1" * 32))
WITNESS = Signer(
    "tests.example/log/witness",
    Ed25519PrivateKey.from_private_bytes(b"2" * 32),
    Kind.COSIGNATURE,
)
SUCCESSOR = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"4" * 32))
"""The key that follows the log's own."""
STRANGER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(b"3" * 32))
NOW = 1_790_000_000
MANIFEST = "manifest.json"
Edit = Callable[[bytes], bytes]


def all_releases(log: Log) -> list[Release]:
    lines = parsed(log.lines)
    (profile,) = profiles(line for line in lines if fact_of(line) in PROFILE_FACTS).values()
    return releases(profile, lines)


def signed(checkpoint: Checkpoint, *signers: Signer) -> str:
    text = str(checkpoint)
    return str(Note(text, tuple(signer.sign(text, time=NOW) for signer in signers)))


def kept(log: Log, *signers: Signer) -> bundle.Kept:
    signers = signers or (SIGNER, WITNESS)
    checkpoint = Checkpoint(signers[0].name, len(log.lines), log.root())
    note = signed(checkpoint, *signers)
    return bundle.Kept(checkpoint, note, log.leaves, [signers[0].key], [WITNESS.key])


def handover(log: Log, size: int, old: Signer = SIGNER, new: Signer = SUCCESSOR) -> str:
    """That the key changed when the log had so many lines."""
    checkpoint = Checkpoint(ORIGIN, size, log.root(size))
    return handed_over(old, new, checkpoint, date(2026, 11, 28))


def seal_of(signer: Signer, digest: str, handovers: str = "", *others: Signer) -> str:
    text = f"{SEAL}\n{signer.name}\n{digest}\n{handovers}"
    return str(Note(text, tuple(each.sign(text) for each in (signer, *others))))


def pack(
    log: Log,
    number: int = 1,
    *,
    signer: Signer = SIGNER,
    beside: Sequence[Signer] = (),
    cosigned: bool = True,
    handovers: str = "",
) -> bytes:
    """The bundle of a release, as the house would make it of this log; other keys may sign beside
    the log's first."""
    found = all_releases(log)
    may = readable(found[0].profile, found, parsed(log.lines))
    contents = bundle.Contents(
        release=next(one for one in found if one.number == number),
        releases=found,
        lines=[log.lines[at - 1] for at in may],
        log=kept(log, signer, *beside, *([WITNESS] if cosigned else [])),
    )
    packed = bundle.unsealed(contents)
    return packed.sealed(seal_of(signer, packed.digest, handovers, *beside))


def unpacked(body: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def altered(
    body: bytes,
    edits: Mapping[str, Edit | bytes | None],
    *,
    seal: Signer | None = None,
    **told: Any,
) -> bytes:
    """The bundle with files edited, replaced, added or taken out, and `told` in its manifest;
    sealed anew by who has a key, else under the seal that it had."""
    files = unpacked(body)
    for name, edit in edits.items():
        if edit is None:
            del files[name]
        else:
            files[name] = edit(files[name]) if callable(edit) else edit
    if told:
        files[MANIFEST] = json.dumps(json.loads(files[MANIFEST]) | told).encode()
    packed = Unsealed(files)
    return packed.sealed(seal_of(seal, packed.digest) if seal else sealed_by(body))


def sealed_by(body: bytes) -> str:
    """The seal of a bundle."""
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        return archive.comment.decode()


def resealed(body: bytes, signer: Signer) -> bytes:
    """Bytes of whatever kind in front of a seal, sealed anew."""
    front = body.removesuffix(sealed_by(body).encode())[:-LENGTH]
    seal = seal_of(signer, hashlib.sha256(front).hexdigest()).encode()
    return front + len(seal).to_bytes(LENGTH, "little") + seal


def flipped(body: bytes) -> bytes:
    """One bit of one byte in the middle changed."""
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :]


def replacing(old: str, new: str) -> Edit:
    def edit(body: bytes) -> bytes:
        assert old.encode() in body, f"{old} is not there to be replaced"
        return body.replace(old.encode(), new.encode(), 1)

    return edit


def without_line(fact: str, *, nth: int = 0) -> Edit:
    """Lines of the log but for one of that fact, which its reader is not shown."""

    def edit(body: bytes) -> bytes:
        lines = body.split(b"\n")[:-1]
        ours = [line for line in lines if f"measurement.{fact}.v1".encode() in line]
        lines.remove(ours[nth])
        return b"".join(line + b"\n" for line in lines)

    return edit


class Judged(NamedTuple):
    """What the verifier says of each claim: the claim, its verdict, and why."""

    rows: Sequence[tuple[str, str, str]]

    @property
    def code(self) -> int:
        return int(any(verdict == verify.FAILS for _, verdict, _ in self.rows))

    def __str__(self) -> str:
        return "\n".join(map(" | ".join, self.rows))


def asking(*witnesses: Signer, least: str = "all") -> str:
    """A C2SP tlog-policy: so many of these must have cosigned."""
    named = {f"w{at}": each.key for at, each in enumerate(witnesses)}
    lines = [f"log {SIGNER.key}", *(f"witness {name} {key}" for name, key in named.items())]
    lines += [f"group those {least} {' '.join(named)}  # of whom", "quorum those"]
    return "".join(f"{line}\n" for line in lines)


def judged(
    folder: Path,
    body: bytes,
    *,
    key: Signer = SIGNER,
    previous: bytes | str | None = None,
    policy: str | None = None,
) -> Judged:
    """The verifier's table for a bundle, as somebody offline has it made."""
    path = folder / "bundle.zip"
    path.write_bytes(body)
    had = None
    if previous is not None:
        had = str(folder / "previous")
        Path(had).write_bytes(previous.encode() if isinstance(previous, str) else previous)
    return Judged(verify.verified(str(path), verify.Key(str(key.key)), had, policy))


def checkpoint_note(log: Log, *signers: Signer) -> str:
    return kept(log, *signers).note


def b64(hash_: bytes) -> str:
    return base64.b64encode(hash_).decode()
