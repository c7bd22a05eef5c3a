"""One key of a log follows another: a note that both sign, so who agreed to the old one can go on.

It says until when both sign whatever the log signs, and how the log stood: whoever holds it against
the log sees that both keys are of one history. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from infra.audit.checkpoint import Checkpoint
from infra.audit.note import Malformed, Note, NotSigned, Signer, VerifierKey, opened

HANDOVER = "commonweal-handover/1"
"""How such a text begins; no log is called so, and it is never taken for a checkpoint."""
OVERLAP = timedelta(days=90)
"""So long both keys sign: a funder who looks once a quarter meets both."""


class Handover(NamedTuple):
    """From which key to which, until when both sign, and the log as it was then."""

    old: VerifierKey
    new: VerifierKey
    until: date
    checkpoint: Checkpoint

    def __str__(self) -> str:
        return f"{HANDOVER}\n{self.old}\n{self.new}\n{self.until}\n{self.checkpoint}"

    @classmethod
    def parse(cls, note: str) -> Handover:
        """From a note that both keys signed. Raises NotSigned where one did not."""
        parsed = Note.parse(note)
        kind, old, new, until, rest = (*parsed.text.split("\n", 4), "", "", "", "")[:5]
        if kind != HANDOVER:
            raise Malformed("this hands no key over")
        try:
            day = date.fromisoformat(until)
        except ValueError as error:
            raise Malformed("a day is written like 2026-11-28") from error
        found = cls(VerifierKey.parse(old), VerifierKey.parse(new), day, Checkpoint.parse(rest))
        if not found.old.name == found.new.name == found.checkpoint.origin:
            raise NotSigned("a log's key is handed over to a key of the same name only")
        for key in (found.old, found.new):
            opened(parsed, [key])
        return found


def handed_over(old: Signer, new: Signer, checkpoint: Checkpoint, today: date) -> str:
    """The note by which the new key follows the old one."""
    text = str(Handover(old.key, new.key, today + OVERLAP, checkpoint))
    return str(Note(text, (old.sign(text), new.sign(text))))


def each(notes: str) -> list[Handover]:
    """All in a text of such notes, one after another with an empty line between."""
    parts = notes.removesuffix("\n").split("\n\n") if notes else []
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [Handover.parse(f"{text}\n\n{signed}\n") for text, signed in pairs]


def missing(signers: Sequence[Signer], notes: str) -> list[tuple[Signer, Signer]]:
    """The pairs of keys that sign together, of which none was handed over to the other yet."""
    told = {(found.old, found.new) for found in each(notes)}
    return [pair for pair in pairwise(signers) if (pair[0].key, pair[1].key) not in told]


def too_early(signers: Sequence[Signer], notes: str, today: date) -> list[Handover]:
    """Hand-overs to a key that signs now, whose older key should sign as well, and does not."""
    ours = {signer.key for signer in signers}
    return [
        found
        for found in each(notes)
        if found.new in ours and found.old not in ours and found.until > today
    ]
