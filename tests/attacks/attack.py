"""What an attack is: a bundle that somebody made, what its reader has, and the claim that fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from infra.audit.note import Signer
from tests.bundles import SIGNER


@dataclass(frozen=True)
class Attempt:
    """A bundle as it reaches its reader, with what the reader had before and asks for."""

    body: bytes
    claim: str
    """How the claim begins that must not hold."""
    previous: bytes | str | None = None
    policy: str | None = None
    key: Signer = SIGNER


ATTACKS: dict[str, Callable[[], Attempt]] = {}


def attack(name: str) -> Callable[[Callable[[], Attempt]], Callable[[], Attempt]]:
    """An attack by its name, as a sentence."""

    def kept(carried_out: Callable[[], Attempt]) -> Callable[[], Attempt]:
        assert name not in ATTACKS, name
        ATTACKS[name] = carried_out
        return carried_out

    return kept


SEAL = "The log's key sealed every byte of the file"
FILE = "The file is a bundle"
KEY = "The log signed its checkpoint"
WITNESSES = "Witnesses saw the same log"
TREE = "No line was changed"
SINCE_RELEASES = "The log was only added to since each release"
SINCE = "The log was only added to since what you had"
PROOFS = "The proofs beside it"
RELEASE = "The release stands in the log"
CORRECTIONS = "Every release is there"
FORMATS = "Every format says the same"
FIGURES = "Rates follow"
SMALL = "No withheld figure"
