"""The roll: which organisations count on a day, in which sector, and who speaks from experience."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from infra.kernel import RuleForbids


class NotOnTheRoll(RuleForbids):
    """{organisation} is neither an active partner nor of the founding group on that day; let it
    join the partnership, or leave it out."""


@dataclass(frozen=True)
class Roll:
    """Put together by the use case from the partnership and the charter in force."""

    sectors: Mapping[UUID, str]
    """The sector of each organisation that counts."""
    voices: frozenset[str] = frozenset()
    """The persons who speak from lived experience."""

    def sector(self, organisation: UUID) -> str:
        sector = self.sectors.get(organisation)
        if sector is None:
            raise NotOnTheRoll(organisation=organisation)
        return sector
