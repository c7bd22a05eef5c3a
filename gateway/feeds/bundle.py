"""A release as one file that proves itself: every format, the lines that its recipient may read,
of every other line its hash, checkpoints and proofs. Pure, and the same bytes for the same input.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from gateway.feeds import formats
from gateway.feeds.archive import Unsealed
from gateway.feeds.model import Profile, Release, replaced_by
from gateway.feeds.tables import pretty
from infra.audit.checkpoint import Checkpoint, Proof
from infra.audit.merkle import (
    HASH_BYTES,
    Span,
    consistency,
    folded,
    inclusion,
    node_hash,
)
from infra.audit.note import Note, VerifierKey
from infra.audit.tiles import Growth

FORMAT = "commonweal-bundle/1"
CONSISTENCY = "commonweal-consistency/1"
"""How a file begins that says with which hashes a log begins with what it was at an older size."""


class NotTheLog(Exception):
    """These lines do not hash to the signed checkpoint."""


@dataclass(frozen=True)
class Kept:
    """A signed log up to a checkpoint, as a bundle takes it."""

    checkpoint: Checkpoint
    note: str
    leaves: bytes
    """The hash of each line, in order."""
    log_keys: Sequence[VerifierKey]
    witness_keys: Sequence[VerifierKey] = ()

    def __post_init__(self) -> None:
        tree = Growth()
        tree.add(self.leaves)
        if tree.size != self.checkpoint.size or tree.root() != self.checkpoint.root:
            raise NotTheLog(f"of {self.checkpoint.origin}, {self.checkpoint.size} lines")

    @cached_property
    def _levels(self) -> list[list[bytes]]:
        """The hashes of all perfect subtrees, by height."""
        leaves = self.leaves
        level = [leaves[at : at + HASH_BYTES] for at in range(0, len(leaves), HASH_BYTES)]
        found = [level]
        while len(level) > 1:
            pairs = zip(level[::2], level[1::2], strict=False)
            level = [node_hash(left, right) for left, right in pairs]
            found.append(level)
        return found

    def hashes(self, spans: Sequence[Span]) -> list[bytes]:
        return [
            folded([self._levels[node.height][node.place] for node in span.nodes()])
            for span in spans
        ]


@dataclass(frozen=True)
class Contents:
    """All that goes into one bundle."""

    release: Release
    releases: Sequence[Release]
    """Of the profile, as far as the log goes; this one among them."""
    lines: Sequence[str]
    """Those that the recipient may read, in order."""
    log: Kept

    @property
    def profile(self) -> Profile:
        return self.release.profile


def unsealed(contents: Contents) -> Unsealed:
    """All of it but the seal."""
    return Unsealed(_files(contents))


def _files(contents: Contents) -> dict[str, bytes]:
    release, log = contents.release, contents.log
    found = {f"release/{name}": body for name, body in formats.made(release).items()}
    found["README.txt"] = readme(contents).encode()
    manifest = {"format": FORMAT, "release_id": release.id, "name": release.name}
    found["manifest.json"] = pretty(manifest)
    found["log/checkpoint"] = log.note.encode()
    found["log/leaves"] = log.leaves
    found["log/lines.jsonl"] = "".join(f"{line}\n" for line in contents.lines).encode()
    found["log/policy.txt"] = policy(log).encode()
    ours = [release.line, *([release.restated] if release.restated else [])]
    for line in ours:
        at = int(line["sequence"])
        found[f"log/proofs/{at}.tlog-proof"] = _proof(log, at).encode()
    for each in contents.releases:
        size = each.line["data"]["checkpoint"]["size"]
        if each.number <= release.number:
            name = f"log/proofs/{size}-{log.checkpoint.size}.consistency"
            found[name] = _grown(log, size).encode()
    return found


def _proof(log: Kept, sequence: int) -> str:
    hashes = log.hashes(inclusion(sequence - 1, log.checkpoint.size))
    return str(Proof(sequence - 1, tuple(hashes), log.note))


def _grown(log: Kept, old: int) -> str:
    """That the log begins with what it was at an earlier size, as RFC 6962 proves it; written as a
    tlog-proof is."""
    hashes = log.hashes(consistency(old, log.checkpoint.size))
    lines = [CONSISTENCY, f"old {old}", *(base64.b64encode(each).decode() for each in hashes)]
    return "".join(f"{line}\n" for line in lines) + f"\n{log.note}"


def policy(log: Kept) -> str:
    """A C2SP tlog-policy: who signs, and who must have cosigned. Compare its keys with yours."""
    signed = {each.name for each in Note.parse(log.note).signatures}
    lines = ["# Keys that come with what they verify prove nothing: compare them with yours."]
    lines += [f"log {key}" for key in log.log_keys]
    witnesses = [key for key in log.witness_keys if key.name in signed]
    lines += [f"witness w{at} {key}" for at, key in enumerate(witnesses, start=1)]
    if witnesses:
        lines.append(
            f"group all-of-them all {' '.join(f'w{n + 1}' for n in range(len(witnesses)))}"
        )
    lines.append(f"quorum {'all-of-them' if witnesses else 'none'}")
    return "".join(f"{line}\n" for line in lines)


def readme(contents: Contents) -> str:
    """What is in the bundle, what it proves and what it does not, in plain words."""
    release, checkpoint = contents.release, contents.log.checkpoint
    text = (resources.files(__package__) / "README.bundle.txt").read_text("utf-8")
    by = replaced_by(contents.releases).get(release.id)
    replaced = (
        f"It was replaced by release {by.number}." if by else "Nothing replaces it up to there."
    )
    return text.format(
        title=release["title"],
        name=release.name,
        number=release.number,
        at=release.at,
        origin=checkpoint.origin,
        size=checkpoint.size,
        shown=len(contents.lines),
        hidden=checkpoint.size - len(contents.lines),
        replaced=replaced,
        sha256=release.content_sha256,
    )
