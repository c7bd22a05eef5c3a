"""Attacks with a change of the log's key: who pretends that the agreed key was handed over."""

from __future__ import annotations

from infra.audit.note import Note, Signer
from tests.attacks.attack import SEAL, SINCE, SINCE_RELEASES, Attempt, attack
from tests.bundles import (
    SIGNER,
    STRANGER,
    SUCCESSOR,
    WITNESS,
    checkpoint_note,
    handover,
    pack,
)
from tests.feeding import scenario


def under(signer: Signer, handovers: str, **reader: Signer) -> Attempt:
    """A bundle that another key signed, with what is to explain that."""
    return Attempt(pack(scenario(), signer=signer, handovers=handovers), SEAL, **reader)


@attack("another key signs, and nothing says why")
def _() -> Attempt:
    return under(SUCCESSOR, "")


@attack("a key is handed over by the one who wants it, without the agreed key")
def _() -> Attempt:
    note = Note.parse(handover(scenario(), 20))
    alone = str(Note(note.text, (SUCCESSOR.sign(note.text),)))
    return under(SUCCESSOR, alone)


@attack("a key is handed over that its owner did not agree to be given")
def _() -> Attempt:
    note = Note.parse(handover(scenario(), 20))
    return under(SUCCESSOR, str(Note(note.text, (SIGNER.sign(note.text),))))


@attack("the agreed key is handed over under another key's signature in its name")
def _() -> Attempt:
    note = Note.parse(handover(scenario(), 20))
    false = SIGNER.sign(note.text)._replace(signature=bytes(64))
    return under(SUCCESSOR, str(Note(note.text, (false, SUCCESSOR.sign(note.text)))))


@attack("a genuine hand-over is there, and yet another key signs")
def _() -> Attempt:
    return under(STRANGER, handover(scenario(), 20))


@attack("the old key goes on where the new one was agreed to")
def _() -> Attempt:
    return under(SIGNER, handover(scenario(), 20), key=SUCCESSOR)


@attack("the key of a witness is handed over as if it were the log's")
def _() -> Attempt:
    witness = Signer(SIGNER.name, WITNESS.private)
    return under(SUCCESSOR, handover(scenario(), 20, old=witness))


@attack("the key was handed over in another history than this one")
def _() -> Attempt:
    other = handover(scenario(restated=False), 19)
    return Attempt(pack(scenario(), signer=SUCCESSOR, handovers=other), SINCE_RELEASES)


@attack("what the reader had is of the old key, and of another history")
def _() -> Attempt:
    forked = checkpoint_note(scenario(restated=False))
    here = pack(scenario(), 2, signer=SUCCESSOR, handovers=handover(scenario(), 15))
    return Attempt(here, SINCE, previous=forked, key=SUCCESSOR)
