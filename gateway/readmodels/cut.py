"""A cut: what was known (a vector of sequences) of what was so (up to a date in the world)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from gateway.journal.vector import SOURCES, Vector
from infra.kernel.values import instant
from infra.postgres import Pool, connection, statements

SQL = statements(__package__)
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
TICK = timedelta(microseconds=1)
OF_FIGURES = tuple(
    f"measurement.{fact}"
    for fact in (
        "observations-recorded",
        "observation-corrected",
        "observation-deduplicated",
        "observations-certified",
        "observation-decertified",
        "observation-status-changed",
        "observation-withdrawn",
        "anomaly-flagged",
        "signal-raised",
        "baseline-established",
        "instrument-results-entered",
        "submission-received",
        "submission-validated",
        "submission-queried",
        "query-answered",
        "submission-accepted",
        "submission-rejected",
        "submission-withdrawn",
        "accepted-submission-withdrawn",
        "submission-verified",
    )
)
"""These tell true figures, or how they came and went. Outside only what was released is seen."""


@dataclass(frozen=True)
class Cut:
    """Every answer of the gateway is a function of one of these, and of nothing else."""

    vector: Vector
    zone: ZoneInfo
    instant: datetime | None = None
    """The instant that was asked for, or that of the last line within the vector."""
    as_at: datetime | None = None
    outside: UUID | None = None
    """Whose organisation reads from outside, and sees what was released to it; None: from inside,
    where true figures are seen."""

    @property
    def hidden(self) -> Sequence[str]:
        """The facts that this reader is not told of."""
        return () if self.outside is None else OF_FIGURES

    @property
    def true_by(self) -> datetime:
        """Facts are kept whose time is not after this."""
        return self.as_at or FOREVER

    @property
    def ended_by(self) -> date:
        """The last day that was over, by which an observation's period must have ended."""
        if self.as_at is None:
            return date.max
        return (self.as_at + TICK).astimezone(self.zone).date() - timedelta(days=1)

    @property
    def begun_by(self) -> date:
        """The present day, by which a target's period must have begun."""
        return date.max if self.as_at is None else self.as_at.astimezone(self.zone).date()

    @property
    def sequences(self) -> tuple[int, int, int]:
        """The sequence of each source, in the order in which they are always named."""
        agenda, measurement, activities = (self.vector[source] for source in SOURCES)
        return agenda, measurement, activities

    def shown(self) -> dict[str, Any]:
        """`known_at` as every answer carries it: asked for again, it gives the same answer."""
        known: dict[str, Any] = {
            "instant": instant(self.instant) if self.instant else None,
            "vector": str(self.vector.whole()),
        }
        return known | ({"as_at": instant(self.as_at)} if self.as_at else {})


def end_of(day: date, zone: ZoneInfo) -> datetime:
    """The last microsecond of a day in a time zone."""
    return datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC) - TICK


async def dated(pool: Pool, cut: Cut) -> Cut:
    """The cut with the instant of the last line in it, where none was asked for."""
    if cut.instant is not None:
        return cut
    async with connection(pool) as db:
        latest = await db.fetchval(SQL["recorded"], *cut.sequences)
    return replace(cut, instant=latest)
