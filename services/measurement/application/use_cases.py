"""What every use case of this service works with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from infra.eventstore import Guards, Repository, claimed
from infra.kernel import Act, Clock, Command, NotFound
from infra.messaging.references import References
from services.measurement.application.dating import stated
from services.measurement.application.interrupted import reject_interrupted
from services.measurement.domain import Indicator, Series
from services.measurement.domain.calendars import InCalendar
from services.measurement.domain.findings import Rules, no_rules
from services.measurement.domain.submission_facts import OPEN, REJECTED, WRITING
from services.measurement.domain.values import Stated


def said(command: Command) -> dict[str, Any]:
    """The command's own fields, without those that every command has."""
    return {name: value for name, value in command if name not in Command.model_fields}


@dataclass(frozen=True)
class UseCases:
    repository: Repository
    references: References
    guards: Guards
    clock: Clock
    rules: Rules = field(default=no_rules, kw_only=True)

    def when(self, by: Act) -> datetime:
        """When the act was so: as its caller says, or now."""
        return by.time or self.clock.now()

    async def settle(self, loaded: Iterable[Series], *, heal: bool) -> None:
        """Tell series which of the submissions that they name count.

        Open ones are asked for first: one that is rejected in between is then found rejected.
        With `heal` those whose writer is gone are rejected, so that no command waits for them.
        """
        series = list(loaded)
        named = sorted({str(id) for one in series for id in one.submissions})
        if not named:
            return
        open = await self._among(OPEN, named)
        if heal and open and await self._healed(open):
            open = await self._among(OPEN, named)
        rejected = await self._among(REJECTED, named)
        for one in series:
            one.settle(open=open, rejected=rejected)

    async def _healed(self, open: frozenset[UUID]) -> int:
        """How many were rejected: those that wait for a person are not being written any more."""
        writing = await self._among(WRITING, sorted(map(str, open)))
        if not writing:
            return 0
        return await reject_interrupted(self.repository, self.guards, only=writing)

    async def series(self, id: UUID) -> Series:
        """The series as it counts now."""
        series = await self.repository.get(Series, id)
        await self.settle([series], heal=True)
        return series

    async def many_series(self, ids: Sequence[UUID]) -> dict[UUID, Series]:
        """Those of the series that have been begun."""
        found = dict(await self.repository.find_many(Series, ids))
        await self.settle(found.values(), heal=True)
        return found

    async def all_held(self, kind: str) -> list[UUID]:
        """Who holds the claims of one kind, in the order of their keys."""
        return list((await claimed(self.repository.store, kind)).values())

    async def _indicator(self, id: UUID, initiative_id: UUID) -> Indicator:
        """An indicator of this initiative; one of another initiative is as good as none."""
        indicator = await self.repository.find(Indicator, id)
        if indicator is None or indicator.initiative_id != initiative_id:
            raise NotFound(kind="indicator of this initiative", id=id)
        return indicator

    async def stated(self, initiative_id: UUID, given: Stated | InCalendar) -> Stated:
        """A period by its days, however it was given."""
        (found,) = await self.all_stated(initiative_id, [given])
        return found

    async def all_stated(
        self, initiative_id: UUID, given: Sequence[Stated | InCalendar]
    ) -> tuple[Stated, ...]:
        """The same for many at once."""
        return await stated(self.repository, initiative_id, given)

    async def _among(self, kind: str, names: Sequence[str]) -> frozenset[UUID]:
        return frozenset(map(UUID, await self.repository.store.holders(kind, names)))
