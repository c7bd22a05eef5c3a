"""Disclosure control: what of true figures may be said to an audience. Pure, no I/O.

    protect(candidates, audience=…, wholes=…, policy=…, earlier=…, keep=…) -> Protected | Refused
    audit(drafted, candidates, audience=…, wholes=…, policy=…, earlier=…) -> Protected | Refused

`protect` chooses what to withhold; `audit` judges cells that somebody chose. A `Candidate` is a
true cell, computed totals among them, written as if nothing were withheld (`conf_status` F), with
its indicator's level. An `Earlier` is a release that the audience may read, both as it was said
and as it was true then; give every release to the same audience and to the public, in the order of
publication, and for a release to the public all releases to anybody. `keep` names cells (by
`place_of`) that must not be withheld to protect others. What is refused is told by counts only.

docs/disclosure.md says what an attacker is taken to know, and what is not protected.
"""

from services.measurement.domain.disclosure.asked import (
    Candidate,
    Earlier,
    Protected,
    Refused,
    Where,
    place_of,
)
from services.measurement.domain.disclosure.protection import audit, protect

__all__ = [
    "Candidate",
    "Earlier",
    "Protected",
    "Refused",
    "Where",
    "audit",
    "place_of",
    "protect",
]
