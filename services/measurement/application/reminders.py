"""What the timers ask: each finds that something has come to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from infra.eventstore import Repository
from infra.kernel import Act
from services.measurement.domain import DataAgreement, ReportingPeriod


@dataclass(frozen=True)
class Reminders:
    """Refused by the domain where nothing ends any more; nobody is told of that."""

    repository: Repository

    async def agreement_over(self, agreement_id: UUID, *, due: datetime, by: Act) -> None:
        """The last day of a data agreement has passed."""
        agreement = await self.repository.get(DataAgreement, agreement_id)
        agreement.expire(today=due.date())
        await self.repository.save(by, agreement)

    async def window_over(self, period_id: UUID, *, due: datetime, by: Act) -> None:
        """The window of a reporting period is over."""
        period = await self.repository.get(ReportingPeriod, period_id)
        period.run_out(today=due.date())
        await self.repository.save(by, period)
