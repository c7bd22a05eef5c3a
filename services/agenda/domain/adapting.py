"""What becomes of the adaptations that a cycle decided: enacted here or there, or dropped."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Literal
from uuid import UUID

from infra.kernel import StateForbids, Text
from services.agenda.domain.cycling import Adaptation, AdaptationDropped, AdaptationEnacted
from services.agenda.domain.noticing import Noticing
from services.agenda.domain.values import Cited

EVERYWHERE = ("agenda", "measurement", "activities")


class NoSuchAdaptation(StateForbids):
    """This cycle has no adaptation {adaptation}; decide it first."""


class AdaptationSettled(StateForbids):
    """Adaptation {adaptation} is {state} already."""


class Adapting(Noticing):
    """A learning cycle, as far as it is about adaptations."""

    adaptations: dict[UUID, Adaptation]

    def settle(self, adaptation_id: UUID, state: Literal["enacted", "dropped"]) -> None:
        """For facts: what became of an adaptation."""
        self.adaptations[adaptation_id] = replace(self.adaptations[adaptation_id], state=state)

    def enact(self, adaptation_id: UUID, services: Collection[str]) -> None:
        """For facts: it was enacted, in these services or in words."""
        self.settle(adaptation_id, "enacted")
        known = self.adaptations[adaptation_id]
        enacted_in = known.enacted_in.union(services or EVERYWHERE)
        self.adaptations[adaptation_id] = replace(known, enacted_in=enacted_in)

    def confirm_adaptation(
        self, *, adaptation_id: UUID, done: tuple[Cited, ...], note: Text | None
    ) -> None:
        self._open_adaptation(adaptation_id)
        self.trigger_event(AdaptationEnacted, adaptation_id=adaptation_id, done=done, note=note)

    def find_enacted(self, *, adaptation_id: UUID, line: Cited) -> None:
        """A line says that it was done in one service; each service does its own part."""
        known = self.require_adaptation(adaptation_id)
        if known.state == "dropped" or line.source in known.enacted_in:
            raise AdaptationSettled(adaptation=adaptation_id, state=known.state)
        self.trigger_event(AdaptationEnacted, adaptation_id=adaptation_id, done=(line,), note=None)

    def drop_adaptation(self, *, adaptation_id: UUID) -> None:
        self._open_adaptation(adaptation_id)
        self.trigger_event(AdaptationDropped, adaptation_id=adaptation_id)

    def require_adaptation(self, adaptation_id: UUID) -> Adaptation:
        """An adaptation that others may name."""
        known = self.adaptations.get(adaptation_id)
        if known is None:
            raise NoSuchAdaptation(adaptation=adaptation_id)
        return known

    def _open_adaptation(self, adaptation_id: UUID) -> None:
        known = self.require_adaptation(adaptation_id)
        if known.state != "open":
            raise AdaptationSettled(adaptation=adaptation_id, state=known.state)
