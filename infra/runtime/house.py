"""A house that stands: where its door is, and how to be let in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from infra.web.tokens import issue


@dataclass(frozen=True)
class House:
    """What somebody at the door needs to know, such as the demonstration."""

    url: str
    """The gateway's address, such as http://127.0.0.1:8080."""
    keys: Path
    """The folder of the embedded issuer's keys."""
    issuer: str
    notes: Path
    """A folder in which the demonstration may keep what it has to remember."""

    def token(
        self,
        *,
        person: str,
        roles: Sequence[str],
        organisation: UUID,
        client: str = "demonstration",
    ) -> str:
        """A bearer token for this person, of the embedded issuer, for an hour."""
        return issue(
            self.keys,
            issuer=self.issuer,
            person=person,
            roles=roles,
            organisation=organisation,
            client=client,
        )
