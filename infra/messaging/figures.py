"""How carrying goes, read from the database of a process: for its health and its metrics."""

from __future__ import annotations

from typing import NamedTuple

from infra.messaging.references import SQL
from infra.observability import Gauges
from infra.postgres import Pool, Unavailable, connection


class Reading(NamedTuple):
    """One reader's state in one source."""

    reader: str
    source: str
    watermark: int
    missing: int
    """Lines that are known to be there, and have not come."""
    repaired: int
    rewinds: int
    dead_letters: int
    seconds_unmoved: float


class Effects(NamedTuple):
    """How many effects of one policy are in one state."""

    policy: str
    state: str
    effects: int


class Fired(NamedTuple):
    """How many timers of one kind had their effect, or were refused it."""

    timer: str
    state: str
    effects: int


class Carrying(NamedTuple):
    """`behind` is how many lines the relay has still to carry; None where there is no log."""

    behind: int | None
    relay_restarts: int
    readings: tuple[Reading, ...]
    policies: tuple[Effects, ...] = ()
    timers: tuple[Fired, ...] = ()

    def as_health(self) -> dict[str, object]:
        """For `/health`: it needs somebody where a message waits that could not be read."""
        return {
            "status": "attention" if self.dead_letters else "ok",
            "relay_behind": self.behind,
            "readings": [reading._asdict() for reading in self.readings],
            "policies": [effects._asdict() for effects in self.policies],
            "timers": [fired._asdict() for fired in self.timers],
        }

    @property
    def dead_letters(self) -> int:
        """Messages that wait for somebody."""
        return sum(reading.dead_letters for reading in self.readings)


async def carrying(pool: Pool, *, relays: bool) -> Carrying:
    """The state as it is written down; `relays` where this database holds a log."""
    async with connection(pool) as db:
        rows = await db.fetch(SQL["figures_readings"])
        restarts = await db.fetchval(SQL["figures_restarts"])
        behind = await db.fetchval(SQL["figures_behind"]) if relays else None
        effects = await db.fetch(SQL["figures_policies"])
        fired = await db.fetch(SQL["figures_timers"])
    return Carrying(
        behind,
        restarts or 0,
        tuple(Reading(*row) for row in rows),
        tuple(Effects(*row) for row in effects),
        tuple(Fired(*row) for row in fired),
    )


GAUGES = Gauges()


async def refresh(pool: Pool, *, relays: bool) -> None:
    """Bring this process's gauges up to date before a scrape, which is answered in any case."""
    try:
        figures = await carrying(pool, relays=relays)
    except Unavailable:
        GAUGES.show("database_up", 0, meaning="Whether the database answers")
        return
    GAUGES.show("database_up", 1, meaning="Whether the database answers")
    show(GAUGES, figures)


def show(gauges: Gauges, figures: Carrying) -> None:
    """The same as gauges, for a scrape."""
    if figures.behind is not None:
        gauges.show("relay_behind", figures.behind, meaning="Lines that the relay has yet to carry")
        gauges.show(
            "relay_restarts", figures.relay_restarts, meaning="Times the broker had to be refilled"
        )
    for one in figures.readings:
        for name, value, meaning in (
            ("watermark", one.watermark, "Up to this sequence nothing is missing"),
            ("missing_lines", one.missing, "Lines that are there and have not come"),
            ("repaired_lines", one.repaired, "Lines fetched from the owning service"),
            ("rewinds", one.rewinds, "Times the broker was another one"),
            ("dead_letters", one.dead_letters, "Messages that could not be read, unsettled"),
        ):
            gauges.show(name, value, meaning=meaning, reader=one.reader, source=one.source)
    for policy, state, effects in figures.policies:
        meaning = "Effects of policies that are done, refused or waiting"
        gauges.show("policy_effects", effects, meaning=meaning, policy=policy, state=state)
    for timer, state, effects in figures.timers:
        meaning = "Timers that went off, by whether their effect is done or refused"
        gauges.show("timer_effects", effects, meaning=meaning, timer=timer, state=state)
