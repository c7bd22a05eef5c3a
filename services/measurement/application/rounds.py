"""Use cases of reporting periods: when which periods may be submitted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from pydantic import Field

from infra.eventstore import Receipt
from infra.kernel import Act, Command, Day, ReasonRequired, Title, uuid7
from services.measurement.application.commands import PeriodGiven
from services.measurement.application.dating import stated
from services.measurement.application.use_cases import UseCases, said
from services.measurement.domain import ReportingPeriod
from services.measurement.domain.reporting_facts import Kind


class OpenReportingPeriod(Command):
    kind: Kind = Field("regular", description="backfill: it may take any past period.")
    title: Title
    opens: Day = Field(description="The first day on which it takes submissions.")
    due: Day
    closes: Day = Field(description="The last day; it closes by itself after that.")
    periods: Annotated[tuple[PeriodGiven, ...], Field(max_length=200)] = ()


class CloseReportingPeriod(Command):
    pass


class RequestReopening(Command):
    """Needs an exceptional reason; any other is refused with those that there are."""

    until: Day = Field(description="The last day on which it should take submissions again.")


class GrantReopening(Command):
    pass


class RefuseReopening(Command):
    """Needs a reason."""


class ExtendDeadline(Command):
    """Needs a reason."""

    due: Day


class Rounds(UseCases):
    async def open_reporting_period(
        self, initiative_id: UUID, *, command: OpenReportingPeriod, by: Act
    ) -> Receipt:
        """Begin a collection round: its window, its due date and the periods it takes."""
        await self.references.require("initiative", initiative_id, initiative_id)
        periods = await stated(self.repository, initiative_id, command.periods)
        period = ReportingPeriod.open(initiative_id, **said(command) | {"periods": periods})
        return await self.repository.save(by, period)

    async def close_reporting_period(
        self, period_id: UUID, *, command: CloseReportingPeriod, by: Act
    ) -> Receipt:
        """Close a round before its window is over; a timer closes it on the day after."""
        return await self._in(period_id, by, ReportingPeriod.close)

    async def request_reopening(
        self, period_id: UUID, *, command: RequestReopening, by: Act
    ) -> Receipt:
        """Ask, for an exceptional reason, that a closed round takes submissions again until a
        day."""
        if command.reason is None:
            raise ReasonRequired
        code, today = command.reason.code, self.when(by).date()
        return await self._in(
            period_id,
            by,
            lambda p: p.request_reopening(
                request_id=uuid7(),
                person=by.provenance.actor,
                until=command.until,
                reason=code,
                today=today,
            ),
        )

    async def grant_reopening(
        self, period_id: UUID, request_id: UUID, *, command: GrantReopening, by: Act
    ) -> Receipt:
        """Let a closed round take submissions again, as somebody else has requested."""
        person, today = by.provenance.actor, self.when(by).date()
        return await self._in(
            period_id, by, lambda p: p.grant(request_id, person=person, today=today)
        )

    async def refuse_reopening(
        self, period_id: UUID, request_id: UUID, *, command: RefuseReopening, by: Act
    ) -> Receipt:
        """Let a closed round stay closed, with a reason."""
        command.require_reason()
        return await self._in(period_id, by, lambda p: p.refuse(request_id))

    async def extend_deadline(
        self, period_id: UUID, *, command: ExtendDeadline, by: Act
    ) -> Receipt:
        """Move the due date of an open round to a later day, with a reason; its window lasts at
        least until then."""
        command.require_reason()
        return await self._in(period_id, by, lambda p: p.extend(due=command.due))

    async def _in(self, id: UUID, by: Act, ask: Callable[[ReportingPeriod], None]) -> Receipt:
        period = await self.repository.get(ReportingPeriod, id)
        ask(period)
        return await self.repository.save(by, period)
